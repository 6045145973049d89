import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeDurably } from '../files/index.ts';
import { type ControlApp, refuseUnreadable, withoutHost } from './control-server.ts';

/** A token that whoever can read one file of the data folder (0600) can send: the operator of this machine. */
export interface SocketToken {
  readonly file: string;
  matches(token: string): boolean;
}

export interface ControlSocket {
  readonly path: string;
  close(): Promise<void>;
}

/** The longest path that every system takes for a Unix socket. */
const longestPath = 100;

export function createSocketToken(dataDir: string): SocketToken {
  const token = randomBytes(32).toString('hex');
  const file = resolve(dataDir, 'control.token');
  writeDurably(file, `${token}\n`, 0o600);
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(token);
  return { file, matches: (given) => timingSafeEqual(digest(given), expected) };
}

/** Serves the control routes on a Unix socket (a named pipe on Windows), for commands on this machine. */
export async function openControlSocket(app: ControlApp, dataDir: string): Promise<ControlSocket> {
  const { path, made } = socketPlace(dataDir);
  // A killed process leaves its socket behind; the writer lock says that nobody listens on it any more.
  rmSync(path, { force: true });
  const server = createServer(withoutHost, (request, response) => app.routing(request, response));
  server.on('clientError', refuseUnreadable);
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(path, done);
  });
  return { path, close: () => closeSocket(server, made) };
}

/** The socket's path, and the folder made for it alone where the data folder's own path is too long. */
function socketPlace(dataDir: string): { readonly path: string; readonly made: string | null } {
  if (process.platform === 'win32') {
    return { path: `\\\\.\\pipe\\fairlead-${randomBytes(16).toString('hex')}`, made: null };
  }
  const path = resolve(dataDir, 'control.sock');
  if (Buffer.byteLength(path) <= longestPath) return { path, made: null };
  const made = mkdtempSync(join(tmpdir(), 'fairlead-socket-'));
  return { path: join(made, 'control.sock'), made };
}

async function closeSocket(server: Server, made: string | null): Promise<void> {
  await new Promise<void>((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
  if (made !== null) rmSync(made, { recursive: true, force: true });
}
