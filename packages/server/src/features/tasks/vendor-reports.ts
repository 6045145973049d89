import type { ActiveCount, Seats, TaskFact } from '@fairlead/core/tasks';
import { z } from 'zod';
import { invalidLine, parseJson } from './import-lines.ts';

/*
 * Reports of vendors. Only counts are taken in: who the people are, and lines of code, stay outside.
 */

const day = z.iso.date();
const count = z.int().min(0);

/** A report of Copilot's usage, of an organisation or enterprise, of one day or 28; only what is used is asked for. */
const copilotReport = z.looseObject({
  day_totals: z
    .array(
      z.looseObject({
        day,
        daily_active_users: count.optional(),
        weekly_active_users: count.optional(),
        user_login: z.string().optional(),
        user_id: z.int().optional(),
      }),
    )
    .max(100_000),
});

/**
 * Active people by day. Of a report by user only how many different ones there are on each day is kept.
 * @throws FairleadError `delivery.line-invalid`
 */
export function readCopilotUsage(text: string): readonly TaskFact[] {
  const report = parsed(copilotReport, parseJson(text, 1));
  const users = new Map<string, Set<string>>();
  const facts = new Map<string, ActiveCount>();
  for (const total of report.day_totals) {
    const user = total.user_login ?? total.user_id;
    const id = `copilot ${user === undefined ? '' : 'users '}${total.day}`;
    const base = { type: 'active_count', id, vendor: 'copilot', day: total.day } as const;
    if (user !== undefined) {
      const seen = users.get(total.day) ?? new Set();
      users.set(total.day, seen.add(String(user).toLowerCase()));
      facts.set(total.day, { ...base, active: seen.size });
    } else if (total.daily_active_users !== undefined) {
      const week = total.weekly_active_users;
      facts.set(total.day, {
        ...base,
        active: total.daily_active_users,
        ...(week !== undefined && { activeInWeek: week }),
      });
    }
  }
  if (facts.size === 0) throw invalidLine(1, 'no day of the report says how many people were active');
  return [...facts.values()];
}

const seatsRow = z.strictObject({
  vendor: z.string().min(1).max(100),
  plan: z.string().min(1).max(100),
  from: day,
  to: day,
  seats: count,
  active: count.optional(),
  pricePerMonth: z.number().min(0).max(1_000_000),
});
const columns = ['vendor', 'plan', 'from', 'to', 'seats', 'active', 'pricePerMonth'] as const;

/** Seats as CSV with a header (`vendor,plan,from,to,seats,active,pricePerMonth`; `active` may be empty) or as a JSON list. */
export function readSeats(text: string): readonly TaskFact[] {
  const isJson = /^\s*[[{]/.test(text);
  const rows = isJson ? [parseJson(text, 1)].flat() : csvRows(text);
  return rows.map((row, i) => seatsOf(row, isJson ? 1 : i + 2));
}

function seatsOf(row: unknown, line: number): Seats {
  const fact = parsed(seatsRow, row, line);
  if (fact.from >= fact.to) throw invalidLine(line, 'from is not before to');
  const { active, ...rest } = fact;
  const id = `${fact.vendor} ${fact.plan} ${fact.from}`;
  return { type: 'seats', id, ...rest, ...(active !== undefined && { active }) };
}

function csvRows(text: string): readonly unknown[] {
  const [header, ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const names = header?.split(',').map((name) => name.trim()) ?? [];
  const unknown = names.find((name) => !(columns as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw invalidLine(1, `column “${unknown.slice(0, 40)}” is none of ${columns.join(', ')}`);
  return lines.map((line, i) => {
    if (line.includes('"')) throw invalidLine(i + 2, 'quoted cells are not read');
    const cells = line.split(',').map((cell) => cell.trim());
    if (cells.length !== names.length)
      throw invalidLine(i + 2, `it has ${cells.length} cells for ${names.length} columns`);
    return Object.fromEntries(
      names.flatMap((name, column) => {
        const cell = cells[column]!;
        if (cell === '') return [];
        return [[name, ['seats', 'active', 'pricePerMonth'].includes(name) ? Number(cell) : cell]];
      }),
    );
  });
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, line = 1): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path.join('.') ?? '';
  throw invalidLine(line, `${path === '' ? 'the report' : path}: ${issue?.message ?? 'not valid'}`);
}
