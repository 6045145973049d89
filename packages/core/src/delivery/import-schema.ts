import { z } from 'zod';
import { type DeliveryFact, deploymentRanges } from './facts.ts';

/* One line of `fairlead delivery import --format jsonl`. Hosts that have no collector of their own are fed with it. */

const time = z.iso.datetime({ offset: true }).describe('RFC 3339, with an offset or Z.');
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

const change = z.strictObject({
  type: z.literal('change'),
  id,
  repository,
  number: z.int().min(1).max(2_147_483_647),
  author: actor,
  openedAt: time,
  readyAt: time.optional().describe('When it was made ready for review, where no events tell.'),
  mergedAt: time.optional(),
  closedAt: time.optional(),
  updatedAt: time.optional().describe('An older version than the one that is known is not taken.'),
  isDraft: z.boolean(),
  base: z.string().max(500).describe('The branch it is merged into.'),
  head: z.string().max(500).describe('Its own branch.'),
  mergeCommit: sha.optional(),
  title: z.string().max(1000).optional(),
  drivers: z
    .array(z.string().max(200))
    .max(100)
    .optional()
    .describe('Logins of those who drove the agent that is its author; of a human author they are left out.'),
  unknown: z
    .array(z.enum(['opened', 'reviews', 'commits']))
    .optional()
    .describe('What the source can’t tell; figures about it leave the change out.'),
  additions: count,
  deletions: count,
  files: count.describe('How many files were changed.'),
});

const event = z.strictObject({
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
  by: actor,
  reviewer: actor.optional().describe('Of whom a review is asked.'),
  state: z.enum(['approved', 'changes_requested', 'commented', 'pending']).optional(),
  of: id.optional().describe('Id of the event that is dismissed or answered.'),
});

const commit = z.strictObject({
  type: z.literal('commit'),
  repository,
  change: id.optional(),
  sha,
  authoredAt: time,
  committedAt: time,
  author: z.strictObject({ login: z.string().max(200).optional(), email: z.string().max(320).optional() }),
  message: z.string().max(100_000),
  parents: z.array(sha).max(100).optional(),
});

const deployment = z.strictObject({
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
  previousCommit: sha.optional().describe('Commit of the last successful deployment before it.'),
  commits: z.array(sha).max(100_000).optional().describe('Every commit it brought.'),
  range: z
    .enum(deploymentRanges)
    .optional()
    .describe('How its commit stands to the previous one, where the two were compared.'),
});

const incident = z.strictObject({
  type: z.literal('incident'),
  id,
  service: z.string().max(200).optional(),
  startedAt: time,
  reportedAt: time,
  resolvedAt: time.optional(),
  severity: z.int().min(1).max(5).describe('1 is the worst.'),
  links: z
    .array(
      z.strictObject({
        rel: z.enum(['caused_by', 'fixed_by']),
        change: id.optional(),
        deployment: id.optional(),
      }),
    )
    .max(1000),
  updatedAt: time.optional().describe('An older version than the one that is known is not taken.'),
  retracted: z.boolean().optional().describe('It turned out to be no incident.'),
});

/** One line of the import, whatever it is about. */
export const deliveryFactSchema: z.ZodType<DeliveryFact> = z.discriminatedUnion('type', [
  change,
  event,
  commit,
  deployment,
  incident,
]);

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
