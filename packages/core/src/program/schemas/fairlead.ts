import { z } from 'zod';
import { lateFacts, productionEnvironments } from '../../delivery/facts.ts';
import { day, httpUrl, id, line, positive } from './common.ts';
import { content } from './content.ts';
import { streams } from './streams.ts';

const credential = z
  .union(
    [
      z.strictObject({
        mode: z.literal('vendor-key'),
        env: z
          .string()
          .regex(
            /^[A-Z][A-Z0-9_]{0,127}$/,
            'must be the name of an environment variable, never the secret itself',
          ),
      }),
      z.strictObject({ mode: z.literal('caller') }),
    ],
    'must be {mode: vendor-key, env: NAME} or {mode: caller}',
  )
  .describe(
    'Who signs in upstream: a key that Fairlead holds, named by its environment variable, or the caller.',
  );

const vendor = z.strictObject({
  name: line,
  dialect: z.enum(['openai', 'anthropic']),
  baseUrl: httpUrl.describe("Where the vendor is called; the endpoint's own path is appended."),
  auth: z.enum(['bearer', 'x-api-key', 'api-key']),
  credential,
});

/** fairlead.yaml: the organisation, its vendors, and what surrounds the gateway. */
export const fairleadFile = z.strictObject({
  organisation: z.strictObject({
    id,
    name: line,
    defaultHost: z
      .string()
      .regex(/^[a-z0-9.-]+$/, 'must be a host name in lower case')
      .describe('The host that short repository names (owner/name) belong to.'),
  }),
  recordedAt: day.optional().describe('The day this program was last reviewed as a whole.'),
  engine: z.enum(['compiled', 'cedar-wasm']).default('compiled'),
  vendors: z.record(id, vendor),
  network: z
    .strictObject({
      allowPrivate: z
        .array(
          z.string().regex(/^[A-Za-z0-9.:/_-]{1,200}$/, 'must be a host name, an address or a range (CIDR)'),
        )
        .default([])
        .describe('Hosts or ranges whose private addresses may be called.'),
      hosts: z
        .array(z.string().regex(/^[a-z0-9.-]{1,200}$/, 'must be a host name in lower case'))
        .default([])
        .describe('Host names the listeners answer to, beside loopback names.'),
    })
    .prefault({}),
  content: content
    .optional()
    .describe('Content of calls that is kept, encrypted. Absent: none, which is what is advised.'),
  streams: streams.default({}).describe('Where entries are sent besides, by the name of the stream.'),
  delivery: z
    .strictObject({
      productionEnvironments: z
        .array(line.max(200, 'must be at most 200 characters'))
        .min(1, 'must name one environment at least')
        .refine(
          (names) => new Set(names.map((name) => name.toLowerCase())).size === names.length,
          'names an environment twice',
        )
        .default([...productionEnvironments])
        .describe(
          'Environments at the git host that are production, in any case; `*` is any text: what is deployed there counts as delivered.',
        ),
      lateFacts: z
        .enum(lateFacts)
        .default('at_once')
        .describe(
          'When figures that were shown count what comes late: at_once, or monthly, so that nobody learns of one person by asking before and after.',
        ),
    })
    .prefault({})
    .describe('How figures of delivery read what a git host says, and when.'),
  signIn: z
    .strictObject({ issuer: httpUrl, clientId: line, groupsClaim: line.optional() })
    .optional()
    .describe('Sign-in to the console. Not enforced yet.'),
  retention: z
    .strictObject({
      enforce: z
        .boolean()
        .default(false)
        .describe('Whether a job deletes, every day, what is older. Nothing is deleted otherwise.'),
      ledgerDays: positive
        .max(36_500)
        .describe('How long the bytes of calls stay in the ledger; a data class may ask for longer.'),
      contentDays: z
        .int()
        .nonnegative()
        .max(3650)
        .describe('How long kept content stays at most; the shortest time that fits counts.'),
    })
    .optional()
    .describe('How long entries and stored content are kept.'),
});
