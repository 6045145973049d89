import { z } from 'zod';
import { finding } from './findings.ts';
import { didYouMean } from './suggest.ts';
import type { ProgramFinding } from './types.ts';
import type { PathLocator } from './yaml.ts';

type Issue = z.core.$ZodIssue;

/** Turns what a schema objects to into findings at file:line:column. Messages never repeat a value of the file. */
export function issueFindings(
  file: string,
  schema: z.ZodType,
  data: unknown,
  issues: readonly Issue[],
  at: PathLocator,
): ProgramFinding[] {
  return issues.slice(0, 100).flatMap((issue) => {
    const path = issue.path;
    if (issue.code === 'unrecognized_keys') {
      const known = keysAt(schema, path);
      return issue.keys.map((key) =>
        finding('program.unknown-key', file, at([...path, key], 'key'), unknownKeyMessage(key, path, known)),
      );
    }
    if (issue.code === 'invalid_key') {
      const reason = issue.issues[0]?.message ?? 'is not a valid name';
      return [finding('program.value', file, at(path, 'key'), `This key ${lower(reason)}.`)];
    }
    const where = label(path);
    if (isMissing(data, path)) {
      return [finding('program.missing-key', file, at(path), `${where} is missing.`)];
    }
    return [finding('program.value', file, at(path), `${where} ${wording(issue)}.`)];
  });
}

function unknownKeyMessage(key: string, path: readonly PropertyKey[], known: readonly string[]): string {
  const name = key.length <= 60 ? `"${key}"` : 'This key';
  const place = path.length === 0 ? '' : ` in ${label(path)}`;
  const list = known.length > 0 && known.length <= 20 ? ` Known here: ${known.join(', ')}.` : '';
  return `${name} is not a known key${place}.${didYouMean(key, known)}${list}`;
}

function wording(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'must be a whole number' : `must be ${article(issue.expected)}`;
    case 'invalid_value':
      return `must be one of: ${issue.values.map(String).join(', ')}`;
    case 'too_small':
    case 'too_big':
      return issue.message.startsWith('Too ') ? bounds(issue) : lower(issue.message);
    default:
      return lower(issue.message).replace(/^invalid input$/, 'has a form that is not allowed here');
  }
}

function bounds(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  return issue.code === 'too_small'
    ? `must be at least ${issue.minimum}`
    : `must be at most ${issue.maximum}`;
}

function article(expected: string): string {
  const names: { [type: string]: string } = {
    object: 'a mapping',
    record: 'a mapping',
    array: 'a list',
    string: 'text',
    boolean: 'true or false',
    number: 'a number',
    never: 'absent',
  };
  return names[expected] ?? expected;
}

/** `teams.payments.members[0].id`, for people. */
export function label(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'The file';
  let out = '';
  for (const step of path) {
    if (typeof step === 'number') out += `[${step}]`;
    else out += out === '' ? shown(String(step)) : `.${shown(String(step))}`;
  }
  return out;
}

function shown(step: string): string {
  return step.length > 60 ? '…' : step;
}

function isMissing(data: unknown, path: readonly PropertyKey[]): boolean {
  let value: unknown = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return true;
    value = (value as { [key: PropertyKey]: unknown })[step];
  }
  return value === undefined;
}

/** The keys a schema knows at a path: objects, records, arrays, unions and wrappers are looked through. */
export function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let current: unknown = schema;
  for (const step of path) {
    current = unwrap(current);
    if (current instanceof z.ZodObject) current = (current.shape as { [key: string]: unknown })[String(step)];
    else if (current instanceof z.ZodRecord) current = current.valueType;
    else if (current instanceof z.ZodArray) current = current.element;
    else return [];
  }
  current = unwrap(current);
  return current instanceof z.ZodObject ? Object.keys(current.shape as object) : [];
}

function unwrap(schema: unknown): unknown {
  let current = schema;
  for (let depth = 0; depth < 10; depth += 1) {
    if (current instanceof z.ZodOptional || current instanceof z.ZodNullable) current = current.unwrap();
    else if (current instanceof z.ZodDefault || current instanceof z.ZodPrefault) current = current.unwrap();
    else return current;
  }
  return current;
}

function lower(message: string): string {
  const text = message.replace(/\.$/, '');
  return text.charAt(0).toLowerCase() + text.slice(1);
}
