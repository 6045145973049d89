// The dependency rule, as a function of paths: who may import whom. Types count as imports.
import { posix } from 'node:path';
import { type Import, importsOf } from './scan.ts';
import type { SourceFile } from './sources.ts';

/** An import that the rule forbids. */
export interface Violation {
  readonly file: string;
  readonly specifier: string;
  readonly reason: string;
}

/** One resolved import between two of our files, or to something outside (`target` null). */
export interface Edge {
  readonly from: string;
  readonly to: Import;
  readonly target: string | null;
}

/** External packages that each package's own package.json lists; tests may also use the root's. */
export type Dependencies = Readonly<
  Record<string, { readonly own: readonly string[]; readonly tests: readonly string[] }>
>;

/**
 * Composition roots: they wire features together, so they may import any part of the server. Besides the four files and the folder `src/app`
 * a feature's `cli.ts` is one: it is what `src/cli-api.ts` hands to the command line.
 */
export function isRoot(path: string): boolean {
  return (
    /^packages\/server\/src\/(?:app\/[a-z-]+|app|cli-api|control-routes|main)(?:\.test)?\.ts$/.test(path) ||
    /^packages\/server\/src\/features\/.+\/cli\.ts$/.test(path)
  );
}

export function isTest(path: string): boolean {
  return /\.(test|bench)\.ts$/.test(path) || path.includes('/testing/');
}

/** Set-up of a build tool: it runs before anything of ours does, so it may use what only developing needs. */
export function isBuildSetup(path: string): boolean {
  return /^packages\/[^/]+\/vite\.config\.ts$/.test(path);
}

/** Feature of a path: `gateway`, or `integrations/github` for the nested ones. Null outside `features/`. */
export function featureOf(path: string): string | null {
  const match = /^packages\/server\/src\/features\/((?:integrations\/)?[^/]+)\//.exec(path);
  return match === null ? null : (match[1] as string);
}

/** Path that a specifier means, or null for what isn't ours. */
export function resolveSpecifier(from: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  if (specifier === '@fairlead/core/ledger/proof') return 'packages/core/src/ledger/proof.ts';
  const core = /^@fairlead\/core\/([a-z0-9-]+(?:\/[a-z0-9-]+)?)$/.exec(specifier);
  if (core !== null) return `packages/core/src/${core[1]}/index.ts`;
  if (specifier === '@fairlead/server/cli-api') return 'packages/server/src/cli-api.ts';
  return null;
}

export function edgesOf(file: SourceFile): readonly Edge[] {
  return importsOf(file.text).map((to) => ({
    from: file.path,
    to,
    target: to.kind === 'computed' ? null : resolveSpecifier(file.path, to.specifier),
  }));
}

function packageOf(path: string): string {
  return /^packages\/([^/]+)\//.exec(path)?.[1] ?? '';
}

function externalReason(edge: Edge, dependencies: Dependencies): string | null {
  const { specifier } = edge.to;
  const home = packageOf(edge.from);
  const test = isTest(edge.from);
  if (specifier.startsWith('node:')) {
    if (home === 'core' && !test) return 'core is pure: it may not import node:*';
    return home === 'console' && !test ? 'the console runs in a browser, which has no node:*' : null;
  }
  if (specifier.startsWith('@fairlead/')) return 'not an entry that this package exports';
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  const listed = dependencies[home];
  const mayUseTools = test || isBuildSetup(edge.from);
  if (listed?.own.includes(name) || (mayUseTools && listed?.tests.includes(name))) return null;
  return `${name} is not among the dependencies of packages/${home}`;
}

function serverReason(from: string, target: string): string | null {
  if (isRoot(from)) return null;
  const feature = featureOf(from);
  const other = featureOf(target);
  const platform = target.startsWith('packages/server/src/platform/');
  if (feature !== null) {
    if (platform || other === feature) return null;
    if (other === null) return 'a feature may import only platform and features';
    return posix.basename(target) === 'api.ts' ? null : "a feature may import another feature's api.ts only";
  }
  if (from.startsWith('packages/server/src/platform/'))
    return platform ? null : 'platform may import core only';
  return 'only composition roots stand outside features/ and platform/';
}

function crossReason(edge: Edge, target: string): string | null {
  const { from, to } = edge;
  const [home, there] = [packageOf(from), packageOf(target)];
  // Tests share their set-up (a real PostgreSQL, temporary folders), which belongs to no package.
  if (isTest(from) && target.startsWith('test/setup/')) return null;
  if (to.specifier.startsWith('.')) return 'a relative import may not leave its package';
  if (there === 'core' && home !== 'core') {
    const consoleMay = ['packages/core/src/wire/index.ts', 'packages/core/src/ledger/proof.ts'];
    const vscodeMay = [...consoleMay, 'packages/core/src/inspection/index.ts'];
    if (home === 'console' && !consoleMay.includes(target))
      return "console may import core's wire types and ledger/proof only";
    if (home === 'vscode' && !vscodeMay.includes(target))
      return "vscode may import core's wire types, proofs and inspection only";
    return null;
  }
  if (home === 'cli' && target === 'packages/server/src/cli-api.ts') {
    return to.kind === 'static' ? 'the server is loaded lazily: `await import(…)`, or a type' : null;
  }
  return `packages/${home} may not import packages/${there}`;
}

function reasonAgainst(edge: Edge, dependencies: Dependencies): string | null {
  if (edge.to.kind === 'computed') return 'the specifier is computed, so nobody can check where it leads';
  if (edge.target === null) return externalReason(edge, dependencies);
  const [home, there] = [packageOf(edge.from), packageOf(edge.target)];
  if (home !== there) return crossReason(edge, edge.target);
  if (!edge.to.specifier.startsWith('.')) return 'a package imports its own files by relative path';
  return home === 'server' ? serverReason(edge.from, edge.target) : null;
}

/** Every import under `packages/` that the dependency rule forbids. */
export function violationsOf(files: readonly SourceFile[], dependencies: Dependencies): readonly Violation[] {
  return files.flatMap(edgesOf).flatMap((edge) => {
    const reason = reasonAgainst(edge, dependencies);
    return reason === null ? [] : [{ file: edge.from, specifier: edge.to.specifier, reason }];
  });
}

/** Import cycles, each as the list of files around it. Type-only imports count: they too make files inseparable. */
export function cyclesOf(files: readonly SourceFile[]): readonly (readonly string[])[] {
  const targets = new Map(
    files.map((file) => [
      file.path,
      edgesOf(file).flatMap(({ target }) => (target === null ? [] : [target])),
    ]),
  );
  const cycles: string[][] = [];
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): void => {
    const at = trail.indexOf(path);
    if (at !== -1) cycles.push([...trail.slice(at), path]);
    if (at !== -1 || done.has(path)) return;
    trail.push(path);
    for (const target of targets.get(path) ?? []) visit(target);
    trail.pop();
    done.add(path);
  };
  for (const path of targets.keys()) visit(path);
  return cycles;
}

/** Imports of files that don't exist. */
export function danglingOf(
  files: readonly SourceFile[],
  exists: (path: string) => boolean,
): readonly Violation[] {
  return files
    .flatMap(edgesOf)
    .flatMap(({ from, to, target }) =>
      target === null || exists(target)
        ? []
        : [{ file: from, specifier: to.specifier, reason: `${target} does not exist` }],
    );
}
