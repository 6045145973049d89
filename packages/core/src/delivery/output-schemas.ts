import { z } from 'zod';
import { lateFacts } from './facts.ts';
import { kpiReasons } from './kpi-absence.ts';
import type { KpiRow } from './kpi-rows.ts';
import { parts } from './timeline.ts';

/* What delivery writes as JSON: published by `fairlead schema`, and answered by the control API. */

const count = z.int().min(0);
const seconds = z.number().describe('Seconds.');
const amount = z.number().nullable();
const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .describe('Day, UTC.');
const moment = z.string().describe('RFC 3339, UTC.');

/** One published figure. */
export const kpiRowSchema = z
  .object({
    kpi: z.string().describe('Id of its definition.'),
    version: z.string().describe('Of the definition: another meaning is another version.'),
    group: z.string().describe('`all`, `team:…`, `repository:…`, `week:…` or `stage:…`; never a person.'),
    from: day,
    to: day.describe('Not part of the window: the bounds of whole publication atoms.'),
    n: count.nullable().describe('Changes it is computed from.'),
    value: amount,
    lo: amount.describe('95 % interval; null where `method` says that there is none.'),
    hi: amount,
    coverage: amount.describe('Share of the changes it is about for which it is known.'),
    unit: z.string(),
    method: z.string().describe('How the interval was computed.'),
    note: z.string().describe('Why it is unknown or not shown, or what to know of it.'),
    reason: z.enum(kpiReasons).nullable().describe('Why it has no value, as a code; null where it has one.'),
    suppressed: z.boolean().describe('Not shown: too few people or changes.'),
    missing: z
      .array(z.string())
      .readonly()
      .describe('Sources that it is unknown for want of: never heard of, and not to be done without.'),
  })
  .meta({ id: 'KpiRow' });

/** The compiler holds the schema to the rows there are. */
export const kpiRowFits = (row: KpiRow): z.input<typeof kpiRowSchema> => row;

/** What `fairlead delivery kpis` prints. */
export const kpiRowsSchema = z.array(kpiRowSchema);

const instants = ['start', 'opened', 'firstReview', 'approved', 'merged', 'deployed', 'end'] as const;
const partSums = z.object(
  Object.fromEntries(parts.map((part) => [part, seconds])) as Record<(typeof parts)[number], typeof seconds>,
);

/** What `fairlead delivery timeline --format json` prints. */
export const timelineSchema = z
  .object({
    definition: z.string(),
    change: z.string().describe('host/owner/name#number.'),
    status: z.enum(['open', 'merged', 'closed']),
    t: z.object(
      Object.fromEntries(instants.map((name) => [name, moment.nullable()])) as Record<
        (typeof instants)[number],
        z.ZodNullable<typeof moment>
      >,
    ),
    parts: z
      .object(
        Object.fromEntries(parts.map((part) => [part, seconds.nullable()])) as Record<
          (typeof parts)[number],
          z.ZodNullable<typeof seconds>
        >,
      )
      .describe(
        'They add up to `total`. Null is what the source of the change doesn’t know; `flags` say so.',
      ),
    total: seconds.nullable().describe('Null where it isn’t known when work began.'),
    cycle_time: seconds.nullable().describe('Null unless merged, and as `total`.'),
    lead_time: seconds.nullable().describe('Null unless deployed, see `state`, and as `total`.'),
    state: z.enum(['deployed', 'pending', 'not_applicable']),
    clock: z.string(),
    flags: z.array(z.string()).readonly(),
  })
  .meta({ id: 'ChangeTimeline' });

/** One row of the partition. */
export const partsRowSchema = z
  .object({
    definition: z.string(),
    group: z.string(),
    from: day,
    to: day,
    n: count.nullable(),
    parts: partSums.nullable().describe('Sums over the changes; they add up to `total`.'),
    total: seconds.nullable(),
    coverage: amount,
    note: z.string(),
    suppressed: z.boolean(),
  })
  .meta({ id: 'PartsRow' });

/** What `fairlead baseline --format json` prints. */
export const baselineSchema = z.object({
  subject: z.string().describe('host/owner/name.'),
  source: z.string(),
  definitions: z.string(),
  window: z.object({ from: day, to: day }),
  changes: count,
  kpis: kpiRowsSchema.readonly(),
  missing: z.array(z.string()).readonly().describe('What can’t be told from this source.'),
  remarks: z.array(z.string()).readonly().describe('Of those, what isn’t about figures without a value.'),
  status: z
    .enum(['full', 'partial'])
    .describe('`full` with cycle time, review latency and defect rate at their smallest n.'),
  sealed: z.object({ id: z.string(), at: moment, digest: z.string() }).nullable(),
});

const share = z.number().nullable();

/** Facts that are dated more than a day ahead: they count in no figure until then. */
export const aheadSchema = z.object({
  count,
  facts: z
    .array(
      z.object({
        type: z.enum(['change', 'event', 'commit', 'deployment', 'incident']),
        name: z.string().describe('`host/owner/name#12` of a change, otherwise its id.'),
        at: moment,
      }),
    )
    .readonly()
    .describe('The first of them.'),
});

/** What `fairlead delivery health --format json` prints, and the control API answers. */
export const healthSchema = z.object({
  asOf: moment,
  sources: z.array(
    z.object({
      source: z.string(),
      connected: z.boolean(),
      facts: count.nullable(),
      repositories: count.nullable().describe('With any of its facts'),
      coverage: share.describe('Share of the changes, or repositories, of which it is known'),
      newest: z.string().nullable(),
      lagSeconds: count.nullable().describe('Age of the newest fact'),
    }),
  ),
  repositories: z.object({
    listed: count.describe('In the program'),
    withFacts: count,
    without: z.array(z.string()),
    unlisted: z.array(z.string()).describe('With facts, and not in the program'),
  }),
  people: z.object({
    known: count,
    unmapped: count.describe('Whose login is no member’s id in teams.yaml'),
  }),
  bots: z.array(z.string()).describe('Accounts of machines'),
  unknownLinks: z.object({
    count: count.describe('Links of incidents to a change or a deployment that is not known'),
    links: z
      .array(
        z.object({
          incident: z.string(),
          rel: z.enum(['caused_by', 'fixed_by']),
          kind: z.enum(['change', 'deployment']),
          name: z.string().describe('As the incident names it'),
        }),
      )
      .describe('The first of them, by incident'),
  }),
  ahead: aheadSchema.describe('Facts that are dated more than a day ahead'),
  restating: z.object({
    lateFacts: z.enum(lateFacts).describe('When published figures count what comes late'),
    waiting: count.describe('Changes of which a published figure doesn’t count yet what came late'),
    restatedAt: moment.nullable().describe('When figures counted everything last'),
    nextRestatement: moment.nullable().describe('The first question from then on counts everything'),
  }),
});

/** What `fairlead delivery szz --format json` prints. */
export const szzSchema = z.object({
  inducing: z
    .array(z.string())
    .readonly()
    .describe('The commit that the fix’s lines came from, an estimate; empty when no line says anything.'),
  shallow: z
    .boolean()
    .describe('Whether the clone is shallow: lines from before its beginning name nothing.'),
  ms: count.describe('How long it took.'),
});
