import { z } from 'zod';
import { classification, id, line, owner, positive, sharingRule } from './common.ts';

/** inspection.md's data classes. Each must stand in data-handling.yaml, so that none is decided by accident. */
export const builtInDataClasses = [
  'secret',
  'credential-suspect',
  'entropy',
  'personal-mention',
  'personal-data',
  'restricted-code',
  'licensed-code',
] as const;

/** repositories.yaml: the allowlist. */
export const repositoriesFile = z.strictObject({
  repositories: z.record(
    id.describe('host/owner/name in lower case, or owner/name at the default host.'),
    z.strictObject({
      classification,
      allowlisted: z.boolean().describe('Whether assistants may be used on this repository at all.'),
      team: id,
      service: id.optional(),
      scanners: z.array(id).default([]).describe('Scanners required beside those of its classification.'),
      aliases: z.array(id).default([]).describe('Earlier names of the same repository.'),
    }),
  ),
});

const cell = z.union(
  [
    sharingRule,
    z.strictObject({
      rule: sharingRule,
      basis: line.optional().describe('The legal basis.'),
      retentionDays: z
        .int()
        .nonnegative()
        .max(3650)
        .optional()
        .describe('How long content of such a call is kept at most.'),
    }),
  ],
  'must be allow, record, warn, redact, legal-review or deny, or {rule, basis, retentionDays}',
);

/** data-handling.yaml: which kinds of data exist, and which vendor may receive them. */
export const dataHandlingFile = z.strictObject({
  classes: z.record(
    id,
    z.strictObject({
      title: line,
      owner,
      advice: line.describe('What to do about a refusal for this class.'),
      detectedBy: z.array(id).min(1, 'must name at least one detector group'),
      retention: z
        .strictObject({
          ledgerDays: positive
            .max(36_500)
            .optional()
            .describe('Longer than `retention.ledgerDays` for calls in which it was found.'),
          contentDays: z
            .int()
            .nonnegative()
            .max(3650)
            .optional()
            .describe('How long content in which it was found is kept at most.'),
        })
        .optional()
        .describe(
          'How long what is recorded of this class is kept; counts where `retention.enforce` is true.',
        ),
    }),
  ),
  sharing: z.record(
    id.describe('A data class.'),
    z.record(z.string().regex(/^(\*|[a-z0-9][a-z0-9._/-]{0,127})$/, 'must be a vendor id or "*"'), cell),
  ),
});
