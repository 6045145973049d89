/* What stands in front of a database that can fail over: one address, whichever server is behind it now. */
import { createServer, connect as dial, type Socket } from 'node:net';

export interface Forwarder {
  /** The URL of a server, at this address. */
  urlOf(server: string): string;
  /** Sends everybody to another server; whoever is connected is cut off. */
  to(server: string): void;
  close(): Promise<void>;
}

export async function startForwarder(server: string): Promise<Forwarder> {
  let port = Number(new URL(server).port);
  const open = new Set<Socket>();
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  const listener = createServer((caller) => {
    const called = dial(port, '127.0.0.1');
    for (const [one, other] of [
      [caller, called],
      [called, caller],
    ] as const) {
      open.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  const own = String((listener.address() as { port: number }).port);
  return {
    urlOf: (url) => Object.assign(new URL(url), { port: own }).href,
    to(url) {
      port = Number(new URL(url).port);
      cut();
    },
    close: () => {
      cut();
      return new Promise((done) => listener.close(() => done()));
    },
  };
}
