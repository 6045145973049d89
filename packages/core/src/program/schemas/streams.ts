import { z } from 'zod';

/** A stream's name stands in file names, metrics and entries. */
const streamName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be a name of lower-case letters, digits and "-"');

const secret = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,127}$/, 'must be the name of an environment variable, never the secret itself');

const urlForm = /^https?:\/\/(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:\/[A-Za-z0-9._~/-]*)?$/;
const loopback = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?:\/|$)/;

/** Entries leave the machine: in the clear only where they don't. */
const receiverUrl = z
  .string()
  .max(2000)
  .refine((value) => urlForm.test(value) && (value.startsWith('https://') || loopback.test(value)), {
    error:
      'must be an https address, or http on this machine, without user name, password, query or fragment',
  });

const file = z.strictObject({
  kind: z.literal('file'),
  maxMegabytes: z.int().min(1).max(10_240).default(100).describe('Size at which a new file is begun.'),
  keep: z.int().min(1).max(1000).default(10).describe('Full files that are kept.'),
});

const webhook = z.strictObject({
  kind: z.literal('webhook'),
  url: receiverUrl,
  auth: z
    .strictObject({ scheme: z.enum(['bearer', 'hmac-sha256']), env: secret })
    .optional()
    .describe('How requests are authenticated; the operator confirms the variable with --credential.'),
});

/** `streams` of fairlead.yaml: where the ledger's entries are sent, as they are signed. */
export const streams = z.record(
  streamName,
  z.strictObject({
    format: z
      .enum(['jsonl', 'ocsf'])
      .describe('jsonl: the stored entries themselves; ocsf: API Activity (6003) of OCSF 1.8.'),
    from: z.enum(['beginning', 'now']).default('beginning').describe('Where a new stream begins.'),
    to: z.union([file, webhook], 'must be {kind: file} or {kind: webhook, url}'),
  }),
);
