import { z } from 'zod';
import { id, positive } from './common.ts';

const anyOr = z.array(z.union([z.literal('*'), id], 'must be an id or "*"')).min(1, 'must name at least one');

/** `content` of fairlead.yaml: which calls' content is kept, for how long. */
export const content = z.strictObject({
  keep: z
    .array(
      z.strictObject({
        repositories: anyOr.default(['*']).describe('Repositories; "*" is every one.'),
        dataClasses: anyOr
          .default(['*'])
          .describe('Calls in which one of these data classes was found; "*" is every call.'),
        days: positive.max(3650).describe('How long it is kept. Where several fit, the shortest counts.'),
      }),
    )
    .min(1, 'must say what is kept'),
  whenNotKept: z
    .enum(['go-on', 'refuse'])
    .default('go-on')
    .describe(
      'What becomes of a call whose content cannot be kept: it goes on and its entry says so, or it is refused.',
    ),
  maxMegabytes: positive.max(64).default(16).describe('A request or an answer larger than this is not kept.'),
});
