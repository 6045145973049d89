import { z } from 'zod';
import { id, line, owner, positive, text } from './common.ts';

/** training/MODULE/module.yaml: a lesson that people must pass. */
export const moduleFile = z.strictObject({
  id: id.describe("Also the folder's name."),
  title: line,
  version: positive,
  owner,
  validMonths: positive.max(24),
  passMark: z.number().min(0.5).max(1),
  draw: positive.describe('How many questions are drawn.'),
  refresherOn: z.array(z.enum(['expiry', 'policy-change', 'incident'])).default(['expiry']),
  requiredFor: z.array(z.enum(['chat', 'agent', 'mcp'])).default([]),
});

/** training/MODULE/quiz.yaml: the question bank. */
export const quizFile = z.strictObject({
  questions: z
    .array(
      z
        .strictObject({
          id,
          ask: text,
          options: z.array(line).min(2).max(6),
          correct: z.array(z.int().nonnegative()).min(1),
          because: text,
          source: line,
        })
        .refine((value) => value.correct.every((index) => index < value.options.length), {
          error: 'names an option that does not exist; the first option is 0',
          path: ['correct'],
        }),
    )
    .min(1),
});

/** The front matter of playbooks/NAME.md. */
export const playbookFrontMatter = z.strictObject({
  id,
  title: line,
  version: positive,
  owner,
  task: z.enum(['write', 'test', 'review', 'refactor', 'debug', 'migrate', 'document']),
  assistants: z.array(id).min(1),
  dataClasses: z.array(id).default([]).describe('Data classes the reader must look out for.'),
});
