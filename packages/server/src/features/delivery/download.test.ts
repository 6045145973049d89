import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deliveryImportExample } from '@fairlead/core/delivery';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importInto } from './cli.ts';
import { downloaded } from './download.ts';

const env = { TOKEN: 'the-token' };
const servers: Server[] = [];
let folder: string;
let temporary: string | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-download-'));
  temporary = process.env.TMPDIR;
  process.env.TMPDIR = folder;
});
afterEach(async () => {
  if (temporary === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = temporary;
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Serves, and answers its address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const textAt = (url: string, flags = {}, most?: number) =>
  downloaded(url, flags, env, async (file) => readFileSync(file, 'utf8'), most);
const refused = (message: string) => ({
  code: 'delivery.unreadable',
  message: expect.stringContaining(message),
});

describe('what is at a URL', () => {
  it('is imported as a file is, and named in messages without what stands behind its path', async () => {
    const lines = deliveryImportExample.map((fact) => `${JSON.stringify(fact)}\n`).join('');
    const url = await serve(({ url: path }, response) =>
      response.end(path === '/bad?key=1' ? '{}\n' : lines),
    );
    const data = join(folder, 'data');
    const take = (path: string) => importInto(data, 'jsonl', url + path, () => undefined);
    expect(await take('/facts?key=1')).toEqual({ added: 5, changed: 0, unchanged: 0 });
    await expect(take('/bad?key=1')).rejects.toMatchObject({
      code: 'delivery.line-invalid',
      place: { file: `${url}/bad`, line: 1 },
    });
    expect(readdirSync(folder)).toEqual(['data']);
  });

  it('lies in a file of this account alone that has no name, and nowhere afterwards, whatever happens', async () => {
    const url = await serve((_, response) => response.end('text'));
    const open = () => readdirSync('/dev/fd').length;
    const before = open();
    const use = async (file: string) => {
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect([readFileSync(file, 'utf8'), readFileSync(file, 'utf8')]).toEqual(['text', 'text']);
      expect(readdirSync(folder)).toEqual([]);
      throw new Error('not taken');
    };
    await expect(downloaded(url, {}, env, use)).rejects.toThrow('not taken');
    expect(readdirSync(folder)).toEqual([]);
    for (let i = 0; i < 20; i++) await expect(textAt('http://10.1.2.3/')).rejects.toThrow();
    // Connections are closed a little later; of files none may stay open.
    await expect.poll(open).toBeLessThan(before + 15);
  });

  it('leaves nothing behind when the import is killed in the middle', async () => {
    let asked: () => void;
    const begun = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const url = await serve((_, response) => {
      response.write('{"type":');
      asked();
    });
    const launcher = fileURLToPath(new URL('../../../../../bin/fairlead', import.meta.url));
    const data = join(folder, 'data');
    const own = join(folder, 'temporary');
    mkdirSync(own);
    const child = spawn(
      process.execPath,
      [launcher, 'delivery', 'import', url, '--format', 'jsonl', '--data', data],
      { env: { PATH: process.env.PATH, TMPDIR: own }, stdio: 'ignore' },
    );
    const ended = once(child, 'exit');
    await begun;
    child.kill('SIGKILL');
    await ended;
    expect(readdirSync(own)).toEqual([]);
  }, 240_000);

  it('is asked for with the credential that is named, which goes to that host alone', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve(({ headers }, response) => {
      seen.push(headers.authorization);
      response.end('there');
    });
    const first = await serve(({ headers, url }, response) => {
      seen.push(headers.authorization);
      const location = url === '/one' ? '/two' : `${other}/three`;
      response.writeHead(302, { location }).end();
    });
    expect(await textAt(`${first}/one`, { credential: 'TOKEN' })).toBe('there');
    expect(seen).toEqual(['Bearer the-token', 'Bearer the-token', undefined]);
    await expect(textAt(first, { credential: 'NONE' })).rejects.toMatchObject({
      code: 'server.credential-missing',
    });
    await expect(textAt('http://example.com/x', { credential: 'TOKEN' })).rejects.toMatchObject(
      refused('over https only'),
    );
    await expect(textAt('https://a:secret@example.com/')).rejects.toMatchObject(refused('seen by others'));
  });

  it('is refused at private addresses, and where the host sends on to one', async () => {
    for (const host of ['10.1.2.3', '169.254.169.254', '[fd00::1]', '192.168.0.1:8080']) {
      await expect(textAt(`http://${host}/x?key=1`)).rejects.toMatchObject({
        ...refused('is private'),
        fix: expect.stringContaining('--allow-private'),
      });
    }
    for (const location of [
      'http://169.254.169.254/latest',
      '//10.0.0.1/x',
      'file:///etc/passwd',
      'http://a:b@127.0.0.1/',
    ]) {
      const url = await serve((_, response) => response.writeHead(301, { location }).end());
      await expect(textAt(url)).rejects.toMatchObject({ code: 'delivery.unreadable' });
    }
  });

  it('is refused when it is too large, cut off, packed, not there, or always elsewhere', async () => {
    const url = await serve(({ url: path }, response) => {
      if (path === '/long') response.end('x'.repeat(2_000));
      else if (path === '/chunks') {
        response.write('x'.repeat(900));
        response.write('x'.repeat(900));
        response.end();
      } else if (path === '/cut') {
        response.writeHead(200, { 'content-length': 500 }).write('x');
        setTimeout(() => response.destroy(), 50);
      } else if (path === '/packed') response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
      else if (path === '/loop') response.writeHead(302, { location: '/loop' }).end();
      else response.writeHead(404).end();
    });
    await expect(textAt(`${url}/long`, {}, 1_000)).rejects.toMatchObject(refused('more than'));
    await expect(textAt(`${url}/chunks`, {}, 1_000)).rejects.toMatchObject(refused('more than'));
    expect(await textAt(`${url}/long`, {}, 2_000)).toHaveLength(2_000);
    await expect(textAt(`${url}/cut`)).rejects.toMatchObject(refused('can’t be read from'));
    await expect(textAt(`${url}/packed`)).rejects.toMatchObject(refused('compressed'));
    await expect(textAt(`${url}/loop`)).rejects.toMatchObject(refused('one address to the next'));
    await expect(textAt(`${url}/none?key=1`)).rejects.toMatchObject({
      ...refused('answered 404'),
      place: { file: `${url}/none` },
    });
    await expect(textAt('http://127.0.0.1:1/')).rejects.toMatchObject(refused('ECONNREFUSED'));
    expect(readdirSync(folder)).toEqual([]);
  });
});
