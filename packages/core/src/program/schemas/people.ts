import { z } from 'zod';
import { appetiteCategory, day, id, line, riskLevel } from './common.ts';

/** The kinds of decision that need exactly one accountable role. */
export const decisionClasses = [
  'appetite',
  'policy-change',
  'exception',
  'promotion',
  'vendor-approval',
  'legal-review',
] as const;

const decision = z.strictObject({
  responsible: z.array(id).min(1, 'must name at least one role'),
  accountable: id.describe('Exactly one role; it approves.'),
  consulted: z.array(id).default([]),
  informed: z.array(id).default([]),
});

/** operating-model.yaml: roles, who decides what, and the appetite for risk. */
export const operatingModelFile = z.strictObject({
  roles: z.record(
    id,
    z.strictObject({
      title: line,
      duty: line.optional(),
    }),
  ),
  decisions: z.strictObject({
    appetite: decision,
    'policy-change': decision,
    exception: decision,
    promotion: decision,
    'vendor-approval': decision,
    'legal-review': decision,
  }),
  appetite: z
    .partialRecord(appetiteCategory, riskLevel)
    .default({})
    .describe('The highest level of risk the executive accepts, per category.'),
});

const clock = /^([01]\d|2[0-3]):[0-5]\d$/;
const member = z.strictObject({
  id,
  name: line,
  kind: z.enum(['human', 'service']).default('human'),
  roles: z.array(id).default([]),
  accounts: z
    .array(line.max(320).toLowerCase())
    .max(100)
    .optional()
    .describe(
      'Logins at git hosts and addresses in commits, so that delivery knows them for one; those of a service account are a bot’s.',
    ),
});

/** teams.yaml: who works where, and when. */
export const teamsFile = z.strictObject({
  teams: z.record(
    id,
    z.strictObject({
      name: line,
      parent: id.optional().describe('The group this team belongs to; for reading only.'),
      timeZone: line.default('UTC').describe('An IANA time zone such as Europe/Berlin.'),
      workingWeek: z
        .strictObject({
          days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1),
          from: z.string().regex(clock, 'must be a time, written HH:MM'),
          to: z.string().regex(clock, 'must be a time, written HH:MM'),
        })
        .optional()
        .describe(
          'Working hours, for figures in working time; Monday to Friday, 09:00 to 17:00, unless told.',
        ),
      holidays: z.array(day).default([]).describe('Days on which the team does not work.'),
      repositories: z.array(id).default([]).describe('Repositories granted beside those the team owns.'),
      members: z.array(member).default([]),
    }),
  ),
});
