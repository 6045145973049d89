import { execFile, spawn } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../../../../test/setup/database.ts';
import { ledgerFolder } from '../../../../../test/setup/ledger.ts';
import { fileTarget } from './target-file.ts';
import { plainEntry } from './testing/log.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const signal = new AbortController().signal;
const line = (index: number, pad = '') => JSON.stringify({ index, pad });
const batch = (first: number, count: number, pad = '') => ({
  first,
  next: first + count,
  lines: Array.from({ length: count }, (_, i) => line(first + i, pad)),
});
const linesOf = (name: string) => readFileSync(join(folder.path, name), 'utf8').split('\n').slice(0, -1);

describe('a stream to a file', () => {
  const options = () => ({ folder: folder.path, name: 'siem', maxBytes: 2_000, keep: 2 });

  it('appends, begins new files by size, and keeps the last full ones', async () => {
    const target = fileTarget(options());
    expect(await target.holds()).toBeNull();
    for (let first = 0; first < 100; first += 10) {
      expect(await target.deliver(batch(first, 10, 'x'.repeat(100)), signal)).toMatchObject({
        kind: 'delivered',
      });
    }
    expect(await target.holds()).toBe(100);
    expect(readdirSync(folder.path).sort()).toEqual([
      'siem.000000000000080.jsonl',
      'siem.000000000000090.jsonl',
      'siem.jsonl',
    ]);
    expect(statSync(join(folder.path, 'siem.jsonl')).mode & 0o007).toBe(0);
    expect(linesOf('siem.jsonl').map((text) => JSON.parse(text).index)).toEqual(
      Array.from({ length: 10 }, (_, i) => 90 + i),
    );
  });

  it('cuts off what a crash left of a line, and says what it holds', async () => {
    const target = fileTarget({ ...options(), maxBytes: 1e6 });
    await target.deliver(batch(0, 3), signal);
    appendFileSync(join(folder.path, 'siem.jsonl'), '{"index":3,"pa');
    const again = fileTarget({ ...options(), maxBytes: 1e6 });
    expect(await again.holds()).toBe(3);
    await again.deliver(batch(3, 1), signal);
    expect(linesOf('siem.jsonl')).toEqual([0, 1, 2, 3].map((index) => line(index)));
    truncateSync(join(folder.path, 'siem.jsonl'), 0);
    expect(await fileTarget(options()).holds()).toBeNull();
  });

  it('goes on in a new file when somebody moved the old one away', async () => {
    const target = fileTarget(options());
    await target.deliver(batch(0, 2), signal);
    execFile('true');
    const { renameSync } = await import('node:fs');
    renameSync(join(folder.path, 'siem.jsonl'), join(folder.path, 'moved'));
    await target.deliver(batch(2, 2), signal);
    expect(linesOf('siem.jsonl')).toHaveLength(2);
  });

  it('follows no link', async () => {
    const { symlinkSync } = await import('node:fs');
    symlinkSync(join(folder.path, 'elsewhere'), join(folder.path, 'siem.jsonl'));
    const target = fileTarget(options());
    expect(await target.deliver(batch(0, 1), signal)).toMatchObject({ kind: 'failed', reason: 'ELOOP' });
    expect(existsSync(join(folder.path, 'elsewhere'))).toBe(false);
  });

  it('leaves no half line on a disk without room, and says so', async () => {
    const script = `
      import { fileTarget } from '${new URL('./target-file.ts', import.meta.url).href}';
      const target = fileTarget({ folder: process.argv[1], name: 'siem', maxBytes: 1e9, keep: 2 });
      const batch = (first) => ({ first, next: first + 10, lines: Array.from({ length: 10 }, (_, i) =>
        JSON.stringify({ index: first + i, pad: 'x'.repeat(300) })) });
      const signal = new AbortController().signal;
      for (let first = 0; first < 40; first += 10) console.log(JSON.stringify(await target.deliver(batch(first), signal)));`;
    // Files may not grow beyond 8 KiB in this process.
    const node = `ulimit -f 8; exec "${process.execPath}" --input-type=module -e "$0" "$1"`;
    const { stdout } = await promisify(execFile)('bash', ['-c', node, script, folder.path]);
    const answers = stdout
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text));
    expect(answers.map(({ kind }) => kind)).toEqual(['delivered', 'delivered', 'failed', 'failed']);
    expect(answers[2].reason).toMatch(/^E[A-Z]+$/);
    expect(linesOf('siem.jsonl')).toHaveLength(20);
    expect(readFileSync(join(folder.path, 'siem.jsonl'), 'utf8').endsWith('\n')).toBe(true);
  });

  it('loses and tears nothing when it is killed again and again', async () => {
    const ledgers = ledgerFolder();
    try {
      const ledger = await ledgers.open();
      const entries = Array.from({ length: 1_500 }, (_, index) => ({
        entry: { ...plainEntry(index), id: crypto.randomUUID(), ts: new Date().toISOString() },
      }));
      for (let at = 0; at < entries.length; at += 250) await ledger.append(entries.slice(at, at + 250));
      await ledger.close();
      const script = fileURLToPath(new URL('./testing/streamer.ts', import.meta.url));
      const args = [script, ledgers.dataDir, join(folder.path, 'state.db'), join(folder.path, 'out')];
      // Killed as soon as it has moved on by a batch or two, until one run gets to the end.
      let ended = false;
      for (let round = 0; round < 12 && !ended; round += 1)
        ended = await runAndKill(args, round < 4 ? 2 : 1e9);
      expect(ended).toBe(true);
      const seen: number[] = [];
      for (const name of readdirSync(join(folder.path, 'out')).sort()) {
        for (const text of linesOf(join('out', name))) seen.push(JSON.parse(text).index);
      }
      expect([...new Set(seen)].sort((a, b) => a - b)).toEqual(entries.map((_, index) => index));
    } finally {
      await ledgers.remove();
    }
  }, 240_000);
});

/** True when it got to the end; else it was killed after so many news. */
function runAndKill(args: readonly string[], after: number): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let news = 0;
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      news = text.split('\n').filter((found) => found.startsWith('at ')).length;
      if (news >= after) child.kill('SIGKILL');
    });
    child.on('exit', (code) => resolve(code === 0));
  });
}
