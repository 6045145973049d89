import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../../../../../test/setup/database.ts';
import { acquireWriterLock, createDataFolder, readWriterInfo } from './index.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** Another process that takes the lock, publishes a socket and waits to be killed. */
async function holder() {
  const source = `
    import { acquireWriterLock } from ${JSON.stringify(new URL('./writer-lock.ts', import.meta.url).href)};
    acquireWriterLock(${JSON.stringify(folder.path)}).publish({ controlSocket: '/a/socket', tokenFile: '/a/token' });
    // Nothing refers to the lock any more; it holds all the same.
    globalThis.gc();
    setTimeout(() => (globalThis.gc(), console.log('held')), 20);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

describe('the writer lock', () => {
  it('is held once, and free again after release', () => {
    const lock = acquireWriterLock(folder.path);
    expect(() => acquireWriterLock(folder.path, 0)).toThrowError(
      expect.objectContaining({ code: 'store.locked' }),
    );
    expect(readWriterInfo(folder.path)).toMatchObject({ pid: process.pid, controlSocket: null });
    lock.publish({ controlSocket: '/s', tokenFile: '/t' });
    expect(readWriterInfo(folder.path)).toMatchObject({ controlSocket: '/s', tokenFile: '/t' });
    lock.release();
    lock.release();
    expect(readWriterInfo(folder.path)).toBeNull();
    acquireWriterLock(folder.path).release();
  });

  it('is refused while another process holds it, and taken over when that one was killed', async () => {
    const child = await holder();
    expect(() => acquireWriterLock(folder.path, 0)).toThrow(new RegExp(`Process ${child.pid} holds it`));
    expect(readWriterInfo(folder.path)).toMatchObject({ pid: child.pid, controlSocket: '/a/socket' });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(join(folder.path, 'writer.json'))).toBe(true);
    expect(readWriterInfo(folder.path)).toBeNull();
    const lock = acquireWriterLock(folder.path);
    expect(readWriterInfo(folder.path)?.pid).toBe(process.pid);
    lock.release();
  });

  it('is free again where there is no room to say who holds it', () => {
    const full = () => {
      throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
    };
    const refused = expect.objectContaining({ code: 'store.full' });
    expect(() => acquireWriterLock(folder.path, 0, full)).toThrowError(refused);
    acquireWriterLock(folder.path, 0).release();
  });

  it('says nothing of a writer whose information is damaged', () => {
    const lock = acquireWriterLock(folder.path);
    writeFileSync(join(folder.path, 'writer.json'), '{"pid":');
    expect(readWriterInfo(folder.path)).toBeNull();
    lock.release();
  });

  it('says that its file can go when something else is in it', () => {
    writeFileSync(join(folder.path, 'writer.lock'), 'x'.repeat(8192));
    expect(() => acquireWriterLock(folder.path)).toThrowError(
      expect.objectContaining({
        code: 'store.unreadable',
        fix: expect.stringContaining('remove it while no server runs'),
      }),
    );
    rmSync(join(folder.path, 'writer.lock'));
    acquireWriterLock(folder.path).release();
  });

  it('is unreadable, not locked, where the folder does not exist', () => {
    expect(() => acquireWriterLock(join(folder.path, 'absent'))).toThrowError(
      expect.objectContaining({ code: 'store.unreadable' }),
    );
    expect(readWriterInfo(join(folder.path, 'absent'))).toBeNull();
  });
});

describe('createDataFolder', () => {
  it('makes a private folder that git ignores', () => {
    const path = join(folder.path, 'deep', 'data');
    createDataFolder(path);
    createDataFolder(path);
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(path, '.gitignore'), 'utf8')).toBe('*\n');
  });

  it('says which folder cannot be made', () => {
    writeFileSync(join(folder.path, 'file'), '');
    expect(() => createDataFolder(join(folder.path, 'file', 'data'))).toThrowError(
      expect.objectContaining({
        code: 'store.unreadable',
        place: { file: join(folder.path, 'file', 'data') },
      }),
    );
  });
});
