import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { fairlead, freshDir, type RunningFairlead, startFairlead } from './fairlead.ts';

/** A program made with `fairlead init`, beside the place for its data. */
export interface OwnProgram {
  readonly program: string;
  readonly data: string;
}

/** One replacement in one file; the old text must be there. */
export type Edit = readonly [file: string, from: string | RegExp, to: string];

/** Writes the starter into an empty folder and edits it. */
export async function initProgram(edits: readonly Edit[]): Promise<OwnProgram> {
  const folder = freshDir('own');
  const program = join(folder, 'governance');
  const { code, stderr } = await fairlead(['init', program]);
  expect(code, stderr).toBe(0);
  for (const [file, from, to] of edits) {
    const path = join(program, file);
    const text = readFileSync(path, 'utf8');
    const edited = text.replaceAll(from instanceof RegExp ? from : new RegExp(escaped(from), 'g'), () => to);
    expect(edited, `${file} holds ${from}`).not.toBe(text);
    writeFileSync(path, edited);
  }
  return { program, data: join(folder, 'data') };
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** Starts `fairlead up` with the program. */
export function startUp(
  own: OwnProgram,
  args: readonly string[],
  env: { readonly [name: string]: string } = {},
): Promise<RunningFairlead> {
  return startFairlead({ command: ['up', '--program', own.program], dataDir: own.data, args, env });
}

/** Issues a key beside the running server. */
export async function issueKey(
  own: OwnProgram,
  principal: string,
  repository: string,
  assistant = 'claude-code',
): Promise<{ id: string; key: string; expiresAt: string }> {
  const { code, stdout, stderr } = await fairlead([
    ...['key', 'issue', '--data', own.data, '--principal', principal, '--repository', repository],
    ...['--assistant', assistant, '--format', 'json'],
  ]);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** A module to `--import` that writes the URL of every module that is loaded, workers' too, to a file. */
export function moduleTrace(): { readonly options: string; loaded(): readonly string[] } {
  const folder = freshDir('trace');
  const list = join(folder, 'loaded.txt');
  const hook = join(folder, 'trace.mjs');
  appendFileSync(list, '');
  writeFileSync(
    hook,
    `import { registerHooks } from 'node:module';
import { appendFileSync } from 'node:fs';
registerHooks({
  load(url, context, next) {
    appendFileSync(${JSON.stringify(list)}, url + '\\n');
    return next(url, context);
  },
});
`,
  );
  return {
    options: `--import=${hook}`,
    loaded: () => readFileSync(list, 'utf8').split('\n').filter(Boolean),
  };
}
