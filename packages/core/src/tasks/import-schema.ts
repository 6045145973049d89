import { z } from 'zod';
import { type TaskFact, taskSources } from './facts.ts';

/* One line of `fairlead delivery import --format tasks`. Hooks, gates and scanners that aren't connected are fed with it. */

const time = z.iso.datetime({ offset: true }).describe('RFC 3339, with an offset or Z.');
const day = z.iso.date().describe('YYYY-MM-DD, UTC.');
const id = z.string().min(1).max(300);
const count = z.int().min(0);
const repository = z.string().min(3).max(300).describe('`host/owner/name`; also as a URL.');
const number = z.int().min(1).describe('Number of the change.');
const commit = z.string().regex(/^[0-9a-f]{7,64}$/);
const branch = z.string().min(1).max(500);
const session = z.string().min(1).max(200).describe('Id of the session, as the ledger has it.');

const sessionAtBranch = z.strictObject({
  type: z.literal('session'),
  id,
  session,
  repository,
  branch,
  from: time,
  until: time.optional(),
  firstWriteAt: time.optional().describe('When the assistant first wrote to a file there.'),
  assistant: z.string().max(100).optional(),
  principal: z.string().min(1).max(200).optional().describe('Login; a pseudonym is kept.'),
});

const authorship = z.strictObject({
  type: z.literal('authorship'),
  id,
  repository,
  commit,
  format: z.enum(['git-ai', 'agent-trace']),
  sessions: z
    .array(
      z.strictObject({ id: z.string().min(1).max(200), tool: z.string().max(100).nullable(), lines: count }),
    )
    .max(1000),
});

const attestation = z.strictObject({ type: z.literal('attestation'), id, repository, commit, session });

const edits = z.strictObject({
  type: z.literal('edits'),
  id,
  repository,
  number,
  matchedLines: count.describe('Added lines that edits recorded by hooks match.'),
  addedLines: count,
});

const coverage = z.strictObject({
  type: z.literal('coverage'),
  id,
  repository,
  from: day,
  to: day.describe('Exclusive.'),
  share: z
    .number()
    .min(0)
    .max(1)
    .describe('Of the machines that work on it, those whose assistants are all seen.'),
});

const gate = z.strictObject({
  type: z.literal('gate'),
  id,
  repository,
  number,
  at: time,
  verdict: z.enum(['pass', 'fail', 'hold']),
  overridden: z.boolean(),
});

const escalation = z
  .strictObject({
    type: z.literal('escalation'),
    id,
    cause: z
      .enum(['E1', 'E2', 'E3'])
      .describe('E1 an exception, E2 a takeover, E3 a legal or security review.'),
    repository,
    number: number.optional(),
    branch: branch.optional(),
    at: time,
    deniedAt: time.optional().describe('Of E1: the denial that it answers.'),
    answeredAt: time.optional().describe('Of E1.'),
  })
  .refine(({ number: of, branch: at }) => of !== undefined || at !== undefined, {
    error: 'must say which change, or which branch',
    path: ['number'],
  });

const finding = z.strictObject({ type: z.literal('finding'), id, repository, number, at: time });

const governanceIncident = z.strictObject({
  type: z.literal('governance_incident'),
  id,
  what: z.enum(['leak', 'bypass', 'unapproved', 'ip_match', 'ledger_gap']),
  at: time,
  team: z.string().max(200).optional(),
});

const seats = z.strictObject({
  type: z.literal('seats'),
  id,
  vendor: z.string().min(1).max(100),
  plan: z.string().min(1).max(100),
  from: day,
  to: day.describe('Exclusive.'),
  seats: count,
  active: count.optional().describe('Seats that were used at all.'),
  pricePerMonth: z.number().min(0).max(1_000_000).describe('US dollars for a seat and 30 days.'),
});

const activeCount = z.strictObject({
  type: z.literal('active_count'),
  id,
  vendor: z.string().min(1).max(100),
  day,
  active: count,
  activeInWeek: count.optional(),
});

const connection = z.strictObject({
  type: z.literal('connection'),
  id,
  source: z.enum(taskSources).describe('Reports here, though it may have had nothing to report.'),
  since: day,
});

/** One line of the import, whatever it is about. */
export const taskFactSchema: z.ZodType<TaskFact> = z.discriminatedUnion('type', [
  sessionAtBranch,
  authorship,
  attestation,
  edits,
  coverage,
  gate,
  escalation,
  finding,
  governanceIncident,
  seats,
  activeCount,
  connection,
]);

/** A worked example: a session that wrote at the branch of a change, the gate that the change passed, and a plan's seats. */
export const taskImportExample: readonly TaskFact[] = [
  {
    type: 'session',
    id: 'stay-1',
    session: '0197a3d0-5c1e-7b66-9d0e-3f6f1c2a9b10',
    repository: 'git.example.com/shop/web',
    branch: 'faster-cart',
    from: '2026-03-01T15:30:00Z',
    until: '2026-03-01T16:40:00Z',
    firstWriteAt: '2026-03-01T15:42:00Z',
    assistant: 'claude-code',
    principal: 'ann',
  },
  {
    type: 'gate',
    id: 'gate-7',
    repository: 'git.example.com/shop/web',
    number: 7,
    at: '2026-03-02T12:30:00Z',
    verdict: 'pass',
    overridden: false,
  },
  {
    type: 'seats',
    id: 'seats-2026-03',
    vendor: 'example',
    plan: 'business',
    from: '2026-03-01',
    to: '2026-04-01',
    seats: 120,
    active: 96,
    pricePerMonth: 19,
  },
];
