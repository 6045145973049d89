import { commandOutputs, type OutputName } from '@fairlead/core/outputs';
import { jsonSchemaOf, publishedSchemas } from '@fairlead/core/program';
import { expect } from 'vitest';
import { z } from 'zod';

/**
 * Holds what a command wrote as JSON to its published schema, to the field: one that the schema doesn't know is an error.
 * @returns the values, one unless the command writes a value a line.
 */
export function expectPublished<Value = unknown>(name: OutputName, written: string): readonly Value[] {
  const values = valuesOf(written);
  expect(values.length, name).toBeGreaterThan(0);
  const published = z.fromJSONSchema(
    JSON.parse(JSON.stringify(jsonSchemaOf(publishedSchemas.find((one) => one.name === name)!))),
  );
  for (const value of values) {
    expect(published.safeParse(value).error, name).toBeUndefined();
    expect(commandOutputs[name].schema.parse(value), name).toEqual(value);
  }
  return values as readonly Value[];
}

/** One value over several lines, or one in each. */
function valuesOf(written: string): readonly unknown[] {
  try {
    return [JSON.parse(written)];
  } catch {
    return written
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }
}
