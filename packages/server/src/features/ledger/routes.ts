import { FairleadError } from '@fairlead/core/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type ControlApp, granted } from '../../platform/http/index.ts';
import type { Ledger } from './api.ts';

const of = (type: string) => ({
  description: 'The file',
  content: { [type]: { schema: z.any() } },
});
const text = of('text/plain');
const bytes = of('application/octet-stream');

/** Of bundles of entries. */
const entriesPath = '/log/tile/entries/';

/**
 * The log as tlog-tiles lays it out, under `/log/`. Hashes are for witnesses, entries for auditors.
 * @param onEntries called with the bundle (`000.p/1`) when somebody reads entries
 */
export function ledgerRoutes(
  app: ControlApp,
  ledger: Pick<Ledger, 'readLog'>,
  onEntries: (request: FastifyRequest, bundle: string) => void,
): void {
  const tags = ['log'];
  const hashes = { access: granted('ReadAudit', 'witness', 'audit'), privacy: 'system' } as const;
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const { url } = request;
    const found = await ledger.readLog(url);
    if (found === null) throw new FairleadError('server.route-unknown');
    if (url.startsWith(entriesPath)) onEntries(request, url.slice(entriesPath.length));
    reply.type(found.contentType).serializer((body) => body as never);
    return reply.send(Buffer.from(found.body));
  };
  const schema = (operationId: string, summary: string, file = bytes) => ({
    tags,
    operationId,
    summary,
    response: { 200: file },
  });
  app.get(
    '/log/checkpoint',
    { config: hashes, schema: schema('logCheckpoint', 'The last signed checkpoint', text) },
    answer,
  );
  app.get('/log/vkey', { config: hashes, schema: schema('logVkey', "The log's verifier key", text) }, answer);
  app.get(
    '/log/consistency/*',
    { config: hashes, schema: schema('logConsistency', 'A consistency proof: <from>/<to>', text) },
    answer,
  );
  app.get('/log/tile/*', { config: hashes, schema: schema('logTile', 'A tile of hashes') }, answer);
  app.get(
    `${entriesPath}*`,
    {
      config: { access: granted('ReadAudit', 'audit'), privacy: 'audit' },
      schema: schema('logEntries', 'A bundle of entries'),
    },
    answer,
  );
}
