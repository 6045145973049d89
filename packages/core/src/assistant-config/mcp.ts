import type { ApprovedServer, ConfigFinding, Setting } from './types.ts';

const serverFix =
  'Remove the server from the project, or have it reviewed and listed under mcp.yaml with `sanctioned: true`.';

/** Findings of one server of a table: one that the program doesn't approve, or that isn't the approved one. */
export function mcpFindings(
  { file, line, value }: Setting,
  name: string,
  approved: readonly ApprovedServer[],
): readonly ConfigFinding[] {
  const server = approved.find(({ id }) => id === name);
  if (!server) {
    const what = `configures the MCP server "${printable(name)}", which is not approved`;
    return [{ kind: 'mcp', file, line, what, fix: serverFix }];
  }
  if (isTheApprovedOne(server, value)) return [];
  const what = `configures the approved MCP server "${name}" with another address or command than mcp.yaml lists`;
  const fix =
    'Write the url or command that mcp.yaml lists for it, and no other setting that starts a program.';
  return [{ kind: 'mcp', file, line, what, fix }];
}

function isTheApprovedOne({ url, command }: ApprovedServer, settings: unknown): boolean {
  const given = asTable(settings);
  // A program that makes headers is one more program that the project starts.
  if (Object.keys(given).some((key) => /headers?_?helper$/i.test(key))) return false;
  if (url === null && command === null) return true;
  if (url !== null && given.command === undefined && given.url === url) return true;
  const args = given.args ?? [];
  const started = Array.isArray(args) ? [given.command, ...args] : [];
  return command !== null && given.url === undefined && JSON.stringify(started) === JSON.stringify(command);
}

function asTable(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}

/** A name from a repository, fit for a terminal. */
export function printable(name: string): string {
  return name.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 60);
}
