import { z } from 'zod';
import { type DeliveryFact, deploymentRanges } from './facts.ts';

/* One line of `fairlead delivery import --format jsonl`. Hosts that have no collector of their own are fed with it. */

const anyTime = z.iso.datetime({ offset: true });
/** Some languages write an unset time as the first day of the year 1; read as a time, a change would be merged by it. */
const time = anyTime
  .refine((text) => text >= '1970', 'a time before 1970; leave out what isn’t known')
  .describe('RFC 3339, with an offset or Z; 1970 or later.');
/** Clocks of those who commit may say anything. */
const commitTime = anyTime.describe('RFC 3339, with an offset or Z.');
const id = z.string().min(1).max(300);
const count = z.int().min(0);
const repository = z
  .string()
  .min(3)
  .max(300)
  .describe('`host/owner/name`; also as a URL. The short form takes the program’s default host.');
const sha = z.string().min(1).max(100);

const actor = z
  .strictObject({
    login: z.string().max(200).nullable().describe('Null: a deleted account.'),
    kind: z.enum(['human', 'bot', 'unknown']),
  })
  .describe('Who did it.');

const states = ['approved', 'changes_requested', 'commented', 'pending'] as const;
const capitals = ['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'PENDING'] as const;

/** What is taken of some kinds of members. */
interface Kinds {
  readonly optional: <Schema extends z.ZodType>(schema: Schema) => z.ZodOptional<Schema>;
  readonly orNobody: <Schema extends z.ZodType>(schema: Schema, nobody: z.output<Schema>) => Schema;
  readonly state: z.ZodType<(typeof states)[number]>;
}

/** As `DeliveryFact` is written. */
const exact: Kinds = {
  optional: (schema) => schema.optional(),
  orNobody: (schema) => schema,
  state: z.enum(states),
};

/** What may be left out may be null too, and a deleted account nobody: many programs write it so. */
const tolerant: Kinds = {
  optional: ((schema: z.ZodType) => schema.nullish().transform((value) => value ?? undefined)) as never,
  orNobody: ((schema: z.ZodType, nobody: unknown) =>
    schema.nullable().transform((value) => value ?? nobody)) as never,
  state: z
    .enum([...states, ...capitals])
    .transform((state) => state.toLowerCase() as (typeof states)[number]),
};

const deletedAccount = { login: null, kind: 'unknown' } as const;

const change = ({ optional, orNobody }: Kinds) =>
  z.strictObject({
    type: z.literal('change'),
    id,
    repository,
    number: z.int().min(1).max(2_147_483_647),
    author: orNobody(actor, deletedAccount),
    openedAt: time,
    readyAt: optional(time).describe('When it was made ready for review, where no events tell.'),
    mergedAt: optional(time),
    closedAt: optional(time),
    updatedAt: optional(time).describe('An older version than the one that is known is not taken.'),
    isDraft: z.boolean(),
    base: z.string().max(500).describe('The branch it is merged into.'),
    head: z.string().max(500).describe('Its own branch.'),
    mergeCommit: optional(sha),
    title: optional(z.string().max(1000)),
    drivers: optional(z.array(z.string().max(200)).max(100)).describe(
      'Logins of those who drove the agent that is its author; of a human author they are left out.',
    ),
    unknown: optional(z.array(z.enum(['opened', 'reviews', 'commits']))).describe(
      'What the source can’t tell; figures about it leave the change out.',
    ),
    additions: count,
    deletions: count,
    files: count.describe('How many files were changed.'),
  });

const event = ({ optional, orNobody, state }: Kinds) =>
  z.strictObject({
    type: z.literal('event'),
    change: id.describe('Id of the change.'),
    id,
    at: time,
    kind: z
      .string()
      .min(1)
      .max(60)
      .describe(
        '`opened`, `draft`, `ready`, `closed`, `reopened`, `review_requested`, `review`, `inline_comment`, `dismissed`, `comment`. Others are kept and change nothing, `merged` too: a change says itself when it was (`mergedAt`).',
      ),
    by: orNobody(actor, deletedAccount),
    reviewer: optional(actor).describe('Of whom a review is asked.'),
    state: optional(state).describe('Of a review, in small letters or capitals.'),
    of: optional(id).describe('Id of the event that is dismissed or answered.'),
  });

const commit = ({ optional, orNobody }: Kinds) =>
  z.strictObject({
    type: z.literal('commit'),
    repository,
    change: optional(id),
    sha,
    authoredAt: commitTime,
    committedAt: commitTime,
    author: orNobody(
      z.strictObject({ login: optional(z.string().max(200)), email: optional(z.string().max(320)) }),
      {},
    ),
    message: z.string().max(100_000),
    parents: optional(z.array(sha).max(100)),
  });

const deployment = ({ optional }: Kinds) =>
  z.strictObject({
    type: z.literal('deployment'),
    id,
    repository,
    service: z.string().max(200),
    environment: z
      .string()
      .max(200)
      .describe(
        '`prod`, `production` and `live` are production, or those that the program names (fairlead.yaml).',
      ),
    result: z.string().max(60).describe('`success`, `succeeded` and `passed` are a success.'),
    startedAt: time,
    finishedAt: time,
    commit: sha,
    previousCommit: optional(sha).describe('Commit of the last successful deployment before it.'),
    commits: optional(z.array(sha).max(100_000)).describe('Every commit it brought.'),
    range: optional(z.enum(deploymentRanges)).describe(
      'How its commit stands to the previous one, where the two were compared.',
    ),
  });

const incident = ({ optional }: Kinds) =>
  z.strictObject({
    type: z.literal('incident'),
    id,
    service: optional(z.string().max(200)),
    startedAt: time,
    reportedAt: time,
    resolvedAt: optional(time),
    severity: z.int().min(1).max(5).describe('1 is the worst.'),
    links: z
      .array(
        z
          .strictObject({
            rel: z.enum(['caused_by', 'fixed_by']),
            change: optional(id),
            deployment: optional(id),
          })
          .refine(
            ({ change: one, deployment: other }) => one !== undefined || other !== undefined,
            'it names neither a change nor a deployment',
          ),
      )
      .max(1000),
    updatedAt: optional(time).describe('An older version than the one that is known is not taken.'),
    retracted: optional(z.boolean()).describe('It turned out to be no incident.'),
  });

const factOf = (kinds: Kinds): z.ZodType<DeliveryFact> =>
  z.discriminatedUnion('type', [
    change(kinds),
    event(kinds),
    commit(kinds),
    deployment(kinds),
    incident(kinds),
  ]);

/** One line of the import, whatever it is about. */
export const deliveryFactSchema = factOf(tolerant);
const exactFactSchema = factOf(exact);

/** Reads one line of the import. Most are written exactly, and read three times as fast so. */
export function readDeliveryFact(value: unknown): z.ZodSafeParseResult<DeliveryFact> {
  const read = exactFactSchema.safeParse(value);
  return read.success ? read : deliveryFactSchema.safeParse(value);
}

/** A worked example: a small change, reviewed, merged, deployed, and the incident it caused. */
export const deliveryImportExample: readonly DeliveryFact[] = [
  {
    type: 'change',
    id: 'git.example.com/shop/web#7',
    repository: 'git.example.com/shop/web',
    number: 7,
    author: { login: 'ann', kind: 'human' },
    openedAt: '2026-03-02T09:00:00Z',
    mergedAt: '2026-03-02T13:00:00Z',
    isDraft: false,
    base: 'main',
    head: 'faster-cart',
    mergeCommit: '8f2d6c0e',
    additions: 40,
    deletions: 12,
    files: 3,
  },
  {
    type: 'event',
    change: 'git.example.com/shop/web#7',
    id: 'review-1',
    at: '2026-03-02T11:30:00Z',
    kind: 'review',
    by: { login: 'bob', kind: 'human' },
    state: 'approved',
  },
  {
    type: 'commit',
    repository: 'git.example.com/shop/web',
    change: 'git.example.com/shop/web#7',
    sha: '51c07aa9',
    authoredAt: '2026-03-01T16:20:00Z',
    committedAt: '2026-03-01T16:20:00Z',
    author: { login: 'ann' },
    message: 'Keep the cart in memory',
  },
  {
    type: 'deployment',
    id: 'deploy-31',
    repository: 'git.example.com/shop/web',
    service: 'web',
    environment: 'production',
    result: 'success',
    startedAt: '2026-03-02T14:00:00Z',
    finishedAt: '2026-03-02T14:10:00Z',
    commit: '8f2d6c0e',
    previousCommit: '4b1e9d77',
    commits: ['8f2d6c0e', '51c07aa9'],
  },
  {
    type: 'incident',
    id: 'incident-4',
    service: 'web',
    startedAt: '2026-03-02T15:00:00Z',
    reportedAt: '2026-03-02T15:05:00Z',
    resolvedAt: '2026-03-02T16:00:00Z',
    severity: 3,
    links: [{ rel: 'caused_by', change: 'git.example.com/shop/web#7' }],
  },
];
