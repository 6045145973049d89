import { z } from 'zod';

/** What commands write as JSON: one value, or a value of this form in each line. */
export interface CommandOutput<Schema extends z.ZodType = z.ZodType> {
  /** As they are typed, without `fairlead`: `key list --format json`. */
  readonly commands: readonly [string, ...string[]];
  readonly title: string;
  readonly schema: Schema;
  /** Worked examples; a test holds them to the schema. */
  readonly examples: readonly [unknown, ...unknown[]];
}

/** One published output. The compiler holds the examples to the schema. */
export function output<Schema extends z.ZodType>(
  commands: CommandOutput['commands'],
  title: string,
  schema: Schema,
  ...examples: readonly [NoInfer<Written<z.input<Schema>>>, ...NoInfer<Written<z.input<Schema>>>[]]
): CommandOutput<Schema> {
  return { commands, title, schema, examples };
}

/** The same value, not to be changed: who writes it out needs no more. */
export type Written<Value> = { readonly [Member in keyof Value]: Written<Value[Member]> };

export const moment = z.string().describe('RFC 3339, UTC.');
export const count = z.int().min(0);
export const strings = z.array(z.string()).readonly();
export const hex = z.string().regex(/^[0-9a-f]{64}$/);
