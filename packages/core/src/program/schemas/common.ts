import { z } from 'zod';

/** Ids are lower case and start with a letter or digit, so that `__proto__` and `../x` can never be one. */
export const idPattern = /^[a-z0-9][a-z0-9._/-]{0,127}$/;
const dayPattern = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: naming the control characters that are refused is the point
const unsafeText = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

/** An id of ours: `[a-z0-9._/-]`, at most 128 characters. */
export const id = z
  .string()
  .regex(
    idPattern,
    'must be an id: lower-case letters, digits, ".", "_", "/" or "-", starting with a letter or digit',
  )
  .refine((value) => !value.includes('..') && !value.includes('//'), 'must not hold ".." or "//"');

/** A name that stands on the wire (a model, a tool): no blanks, no control characters. */
export const wireName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,199}$/, 'must be a name without blanks, at most 200 characters');

/** Text for people: no control, zero-width or direction-changing characters, which could hide what it says. */
export const text = z
  .string()
  .min(1, 'must not be empty')
  .max(4000, 'must be at most 4000 characters')
  .refine((value) => !unsafeText.test(value), 'holds control, zero-width or direction-changing characters');

/** One line of text for people. */
export const line = z
  .string()
  .min(1, 'must not be empty')
  .max(300, 'must be at most 300 characters')
  .refine((value) => !unsafeText.test(value) && !value.includes('\n'), 'must be one line of plain text');

/** A calendar day, `YYYY-MM-DD`. */
export const day = z
  .string()
  .regex(dayPattern, 'must be a day, written YYYY-MM-DD')
  .refine(isRealDay, 'is not a day of the calendar');

/** Days since 1970-01-01, or null when the text isn't a calendar day. */
export function dayNumber(value: string): number | null {
  if (!dayPattern.test(value)) return null;
  const milliseconds = Date.parse(`${value}T00:00:00Z`);
  return Number.isNaN(milliseconds) ? null : milliseconds / 86_400_000;
}

function isRealDay(value: string): boolean {
  const number = dayNumber(value);
  return number !== null && new Date(number * 86_400_000).toISOString().startsWith(value);
}

/** An absolute http(s) address without user name, password or fragment. */
export const httpUrl = z.string().max(2000).refine(isHttpUrl, {
  error: 'must be an absolute http or https address without user name, password, query or fragment',
});

const urlPattern = /^https?:\/\/(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:\/[A-Za-z0-9._~/-]*)?$/;

function isHttpUrl(value: string): boolean {
  return urlPattern.test(value) && !value.includes('/../') && !value.endsWith('/..');
}

/** A web address that people follow (evidence, sources): as `httpUrl`, with a query and fragment allowed. */
export const linkUrl = z
  .string()
  .max(2000)
  .regex(
    /^https?:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?(?:[/?#][\x21-\x7e]*)?$/,
    'must be an http or https address',
  );

/** Lower-case hex SHA-256. */
export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

export const classification = z.enum(['public', 'internal', 'confidential', 'restricted']);
export const capability = z.enum(['chat', 'agent', 'mcp']);
export const riskLevel = z.enum(['low', 'medium', 'high']);
export const severity = z.enum(['low', 'medium', 'high', 'critical']);
export const appetiteCategory = z.enum(['compliance', 'quality', 'ip', 'security', 'cost', 'people']);
export const sharingRule = z.enum(['allow', 'record', 'warn', 'redact', 'legal-review', 'deny']);

/** Who is accountable: a role id of operating-model.yaml or a person's id of teams.yaml. */
export const owner = id.describe('A role of operating-model.yaml or a person of teams.yaml.');
/** A whole, positive number. */
export const positive = z.int().positive();
/** Money in US dollars, never negative. */
export const usd = z.number().nonnegative().max(1e9);
