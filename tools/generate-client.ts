/* Writes the console's types of the control API from the server's own OpenAPI document: `npm run client`. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const root = resolve(import.meta.dirname, '..');
export const clientFile = 'packages/console/src/api/schema.ts';

const notice = `/* Made by \`npm run client\` from the server's OpenAPI document; a test says when it is no longer current. */\n`;

/** The types of a document's paths, as the text of a TypeScript file. */
export async function renderClient(document: object): Promise<string> {
  // It needs an older compiler than the project's, which stands beside the console.
  const manifest = join(root, 'packages/console/package.json');
  const { default: makeNodes, astToString } = createRequire(manifest)('openapi-typescript') as {
    default(document: object, options: object): Promise<unknown>;
    astToString(nodes: unknown): string;
  };
  return notice + astToString(await makeNodes(document, { alphabetize: true, silent: true }));
}

/** The document of a server that is started for it on an empty folder. */
export async function fetchDocument(): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-client-'));
  const data = join(folder, 'data');
  const args = ['demo', '--json', '--no-history', '--port', '0', '--console-port', '0', '--data', data];
  const child = spawn(process.execPath, [join(root, 'bin/fairlead'), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => child.on('close', done));
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith('{"ready"')) continue;
      const { console: base } = JSON.parse(line) as { console: string };
      return (await (await fetch(`${base}/api/openapi.json`)).json()) as object;
    }
    throw new Error('the server ended before it was ready');
  } finally {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) writeFileSync(join(root, clientFile), await renderClient(await fetchDocument()));
