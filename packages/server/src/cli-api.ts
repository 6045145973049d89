/* What the command line may use of the server. Loaded lazily; the demo's code only when the demo starts. */
export * as budgets from './features/budgets/cli.ts';
export * as delivery from './features/delivery/cli.ts';
export * as identity from './features/identity/cli.ts';
export * as collection from './features/integrations/github/cli.ts';
export * as ledger from './features/ledger/cli.ts';
export * as migrate from './features/migrate/cli.ts';
export * as policy from './features/policy/cli.ts';
export * as program from './features/program/cli.ts';
export * as streams from './features/streams/cli.ts';
export * as tasks from './features/tasks/cli.ts';
export * as upkeep from './features/upkeep/cli.ts';
export { startUp, type Up, type UpOptions } from './main.ts';
export { makeFolder } from './platform/files/index.ts';

/** `fairlead demo`. */
export async function startDemo(
  options: import('./features/demo/cli.ts').DemoOptions,
): Promise<import('./features/demo/cli.ts').Demo> {
  const { runDemo } = await import('./features/demo/cli.ts');
  return runDemo(options);
}
