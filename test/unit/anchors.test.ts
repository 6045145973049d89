// Anchors: the newest checkpoint kept in git or in a file, and a log that is compared with them.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerLedger } from '../../packages/cli/src/commands/ledger.ts';
import { configDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';
import {
  type LedgerFolder,
  ledgerFolder,
} from '../../packages/server/src/features/ledger/testing/folders.ts';
import { runCommand } from '../support/command.ts';

let folder: LedgerFolder;
let repository: string;
let file: string;

const ledger = (...args: string[]) => runCommand(registerLedger, 'ledger', ...args);
const git = (...args: string[]) => execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' });

async function grow(dataDir: string, count: number, keysDir = `${dataDir}.keys`): Promise<void> {
  const opened = await folder.open({ dataDir, keysDir });
  await opened.append(Array.from({ length: count }, () => configDraft(opened.instance)));
  await opened.close();
}

/** A copy of the log as it is now, keys and all: what a thief would go on with. */
function copy(name: string): string {
  const dataDir = join(folder.path, name);
  cpSync(folder.dataDir, dataDir, { recursive: true });
  cpSync(folder.keysDir, `${dataDir}.keys`, { recursive: true });
  return dataDir;
}

let early: string;
let fork: string;

beforeAll(async () => {
  folder = ledgerFolder();
  repository = join(folder.path, 'anchors');
  file = join(folder.path, 'anchors.txt');
  mkdirSync(repository);
  git('init', '--quiet');
  await grow(folder.dataDir, 300);
  early = copy('early');
  const data = ['--data', folder.dataDir];
  expect((await ledger('anchor', ...data, '--git', repository)).out).toMatch(
    /^Anchored 300 entries .* in fairlead-log-300\n$/,
  );
  expect((await ledger('anchor', ...data, '--file', file)).code).toBe(0);
  fork = copy('fork');
  await grow(folder.dataDir, 50);
  expect((await ledger('anchor', ...data, '--git', repository)).out).toContain('fairlead-log-350');
  expect((await ledger('anchor', ...data, '--file', file)).code).toBe(0);
});
afterAll(() => folder.remove());

describe('anchors', () => {
  it('are signed notes: a tag’s message, and the texts in a file', async () => {
    expect(git('tag', '--list').split('\n')).toEqual(['fairlead-log-300', 'fairlead-log-350', '']);
    const message = git('for-each-ref', '--format=%(contents)', 'refs/tags/fairlead-log-350');
    expect(readFileSync(file, 'utf8')).toContain(message.trim());
    expect(message).toMatch(/^fairlead\.local\/\S+\n350\n\S+\n\n— fairlead\.local\/\S+ \S+\n/);
  });

  it('are made once for each size', async () => {
    const again = await ledger('anchor', '--data', folder.dataDir, '--git', repository);
    expect(again.out).toMatch(/^Anchored already: 350 entries/);
    const text = readFileSync(file, 'utf8');
    await ledger('anchor', '--data', folder.dataDir, '--file', file);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('are what verify compares the log with', async () => {
    for (const where of [
      ['--git', repository],
      ['--anchors', file],
    ]) {
      const { code, err } = await ledger('verify', '--data', folder.dataDir, '--keys', folder.path, ...where);
      expect({ code, err }).toEqual({ code: 0, err: '' });
    }
    const without = await ledger('verify', '--data', folder.dataDir, '--keys', folder.path);
    expect(without.err).toContain('rollback of the whole directory not checkable');
  });

  it('show that database and keys were rolled back together', async () => {
    for (const where of [
      ['--git', repository],
      ['--anchors', file],
    ]) {
      const { code, out } = await ledger('verify', '--data', early, ...where);
      expect(code).toBe(1);
      expect(out).toContain('rolled-back');
    }
    await expect(ledger('anchor', '--data', early, '--git', repository)).rejects.toMatchObject({
      code: 'ledger.anchor-differs',
      message: expect.stringContaining('rolled back'),
    });
  });

  it('show another history under the same key', async () => {
    await grow(fork, 70);
    for (const where of [
      ['--git', repository],
      ['--anchors', file],
    ]) {
      const { code, out } = await ledger('verify', '--data', fork, ...where);
      expect(code).toBe(1);
      expect(out).toContain('checkpoint-differs');
    }
    await expect(ledger('anchor', '--data', fork, '--file', file)).rejects.toMatchObject({
      code: 'ledger.anchor-differs',
      message: expect.stringContaining('another history'),
    });
  });

  it('that were altered themselves are said to be', async () => {
    const altered = join(folder.path, 'altered.txt');
    writeFileSync(altered, readFileSync(file, 'utf8').replace('\n350\n', '\n349\n'));
    const { code, out } = await ledger('verify', '--data', folder.dataDir, '--anchors', altered);
    expect(code).toBe(1);
    expect(out).toContain('outside-checkpoint-invalid');
    writeFileSync(altered, 'no note at all\n');
    await expect(ledger('verify', '--data', folder.dataDir, '--anchors', altered)).rejects.toMatchObject({
      code: 'ledger.note-invalid',
    });
    const none = ['--anchors', join(folder.path, 'none.txt')];
    await expect(ledger('verify', '--data', folder.dataDir, ...none)).rejects.toMatchObject({
      code: 'ledger.anchor-unwritable',
    });
  });

  it('need a repository, and exactly one place', async () => {
    await expect(ledger('anchor', '--data', folder.dataDir, '--git', folder.path)).rejects.toMatchObject({
      code: 'ledger.anchor-unwritable',
      message: 'This folder is in no git working copy.',
      place: { file: folder.path },
    });
    await expect(ledger('anchor', '--data', folder.dataDir)).rejects.toThrow();
  });
});
