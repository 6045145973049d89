// What the control listener and its socket answer to what Node would answer by itself with nothing but a status.
import { connect, type NetConnectOpts } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, runningApp } from '../setup/running-app.ts';

let app: RunningApp;
beforeAll(async () => {
  app = await runningApp();
});
afterAll(() => app.stop());

/** Sends bytes and returns everything that comes back until the server closes. */
function exchange(to: NetConnectOpts, bytes: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(to, () => socket.write(bytes));
    let text = '';
    socket.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      const [head = '', body = ''] = text.split('\r\n\r\n');
      resolve({ status: Number(head.split(' ')[1]), body });
    });
  });
}

const close = 'connection: close\r\n';
const cases: readonly [what: string, bytes: string, status: number, code: string][] = [
  ['without a host', `GET /healthz HTTP/1.1\r\n${close}\r\n`, 421, 'server.host-unknown'],
  ['of HTTP/1.0 without a host', `GET /api/keys HTTP/1.0\r\n\r\n`, 421, 'server.host-unknown'],
  ['with an empty host', `GET /healthz HTTP/1.1\r\nhost:\r\n${close}\r\n`, 421, 'server.host-unknown'],
  ['that is none', 'not HTTP at all\r\n\r\n', 400, 'server.malformed'],
  [
    'with a head that is too large',
    `GET / HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`,
    431,
    'server.malformed',
  ],
];

describe('a request to the control listener', () => {
  it.each(cases)('%s is told what is wrong and what to do', async (_, bytes, status, code) => {
    const { hostname, port } = new URL(app.console);
    for (const to of [{ host: hostname, port: Number(port) }, { path: join(app.dataDir, 'control.sock') }]) {
      const answer = await exchange(to, bytes);
      expect(answer.status).toBe(status);
      expect(JSON.parse(answer.body)).toEqual({
        error: { code, message: expect.stringMatching(/\w/), fix: expect.stringMatching(/\w/) },
      });
    }
  });
});
