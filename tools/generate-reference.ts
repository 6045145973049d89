// Writes the generated pages of docs/reference/. `npm run reference` writes them, `npm run reference -- --check` exits 1
// when one is not current; test/architecture/reference.test.ts asks the same question.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalogue } from '@fairlead/core/errors';
import { renderControl, renderOpenApi } from './control-reference.ts';
import { renderPrivacy } from './privacy-pack.ts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** The page of all error codes, by area. */
export function renderErrors(): string {
  const byArea = Map.groupBy(Object.entries(catalogue), ([code]) => code.split('.')[0] as string);
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const sections = [...byArea].sort().map(([area, entries]) => {
    const rows = entries
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([code, { status, safeMessage, fix }]) =>
          `| \`${code}\` | ${status} | ${cell(safeMessage)} | ${cell(fix)} |`,
      );
    return [
      `## ${area}`,
      '',
      '| code | status | what it says | what to do |',
      '|---|---|---|---|',
      ...rows,
    ].join('\n');
  });
  const head = [
    '# Errors',
    '',
    'Generated from `packages/core/src/errors/` by `npm run reference`; a test holds the two together. The status is the',
    "HTTP status where the error answers a request; a refusal by policy takes the status of the caller's dialect instead",
    '(see [gateway.md](gateway.md)). On the command line an error is one line on stderr, and exit code 2.',
  ].join('\n');
  return `${[head, ...sections].join('\n\n')}\n`;
}

/** Path and content of every generated page. */
export const pages: readonly {
  readonly path: string;
  readonly render: () => string | Promise<string>;
}[] = [
  { path: 'docs/reference/errors.md', render: renderErrors },
  { path: 'docs/reference/control.md', render: renderControl },
  { path: 'docs/reference/openapi.json', render: renderOpenApi },
  { path: 'docs/privacy.md', render: renderPrivacy },
];

/** Paths of the pages whose file is not what would be generated. */
export async function stalePages(): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const { path, render } of pages) {
    const file = join(root, path);
    if (!existsSync(file) || readFileSync(file, 'utf8') !== (await render())) stale.push(path);
  }
  return stale;
}

if (import.meta.main) {
  const stale = await stalePages();
  if (process.argv.includes('--check')) {
    for (const path of stale) process.stderr.write(`${path} is not current: run "npm run reference"\n`);
    process.exit(stale.length === 0 ? 0 : 1);
  }
  for (const { path, render } of pages) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), await render());
  }
}
