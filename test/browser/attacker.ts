import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Another server on another port of this machine, as any program may run one. */
export interface Attacker {
  readonly url: string;
  readonly port: number;
  /** Headers of what browsers asked it for. */
  readonly asked: IncomingHttpHeaders[];
  /** What its page is from now on. */
  serve(html: string): void;
  close(): Promise<void>;
}

export async function startAttacker(): Promise<Attacker> {
  const asked: IncomingHttpHeaders[] = [];
  let page = '<h1>Harmless</h1>';
  const server = createServer((request, response) => {
    asked.push(request.headers);
    response.writeHead(200, { 'content-type': 'text/html' }).end(page);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    asked,
    serve: (html) => {
      page = html;
    },
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
