import type { Incident } from '@fairlead/core/delivery';
import { FairleadError } from '@fairlead/core/errors';
import type { RepositoryNames } from '@fairlead/core/wire';
import { CsvError, parse } from 'csv-parse';
import { z } from 'zod';
import { referencesIn } from './incident-links.ts';
import { inputOf, invalid, unreadable } from './read-lines.ts';

const time = z.iso.datetime({ offset: true, error: 'not a time such as 2026-03-02T15:00:00Z' });
/** An empty cell is one that says nothing. */
const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((cell) => (cell === '' ? undefined : cell), schema.optional());

/** One line of the table. Other columns are passed over. */
const row = z.object({
  id: z.string().min(1).max(200),
  service: optional(z.string().max(200)),
  started_at: time,
  reported_at: optional(time),
  resolved_at: optional(time),
  severity: optional(z.coerce.number().int().min(1).max(5)),
  caused_by: optional(z.string().max(1_000)),
  fixed_by: optional(z.string().max(1_000)),
  updated_at: optional(time),
});
const needed = ['id', 'started_at'];
const longestRecord = 64 * 1024;

/**
 * The incidents of a CSV file (RFC 4180, UTF-8, with a line of names first), in bites of about `size`.
 * @throws FairleadError `delivery.unreadable`; `delivery.line-invalid` naming the line.
 */
export async function* readIncidentsCsv(
  file: string,
  names: RepositoryNames,
  size = 2_000,
): AsyncGenerator<readonly Incident[]> {
  let bite: Incident[] = [];
  try {
    for await (const { record, info } of recordsOf(file)) {
      bite.push(incidentIn(record, info.lines, names));
      if (bite.length >= size) {
        yield bite;
        bite = [];
      }
    }
  } catch (error) {
    // What came before the bad line is taken: the same import goes on from there.
    if (bite.length > 0) yield bite;
    throw described(error, file);
  }
  if (bite.length > 0) yield bite;
}

interface CsvRecord {
  readonly record: { readonly [column: string]: string };
  /** `lines`: number of the line that the record ends on, from 1. */
  readonly info: { readonly lines: number };
}

function recordsOf(file: string): AsyncIterable<CsvRecord> {
  const parser = parse({
    bom: true,
    columns: (header: readonly string[]) => columnsOf(header),
    info: true,
    max_record_size: longestRecord,
    skip_empty_lines: true,
    trim: true,
  });
  const input = inputOf(file);
  // A pipe hands on no errors.
  input.on('error', (error) => parser.destroy(error));
  input.pipe(parser);
  return parser as AsyncIterable<CsvRecord>;
}

function columnsOf(header: readonly string[]): string[] {
  const columns = header.map((name) => name.trim().toLowerCase());
  const missing = needed.filter((name) => !columns.includes(name));
  if (missing.length > 0) throw invalid(1, `there is no column ${missing.join(', ')}`);
  const twice = columns.find((name, i) => columns.indexOf(name) !== i);
  if (twice !== undefined) throw invalid(1, `the column ${twice.slice(0, 40)} stands twice`);
  return columns;
}

function incidentIn(record: CsvRecord['record'], line: number, names: RepositoryNames): Incident {
  const result = row.safeParse(record);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw invalid(line, `${issue?.path.join('.') ?? 'the line'}: ${issue?.message ?? 'not valid'}`);
  }
  const { id, service, started_at, reported_at, resolved_at, severity, updated_at } = result.data;
  const links = (['caused_by', 'fixed_by'] as const).flatMap((rel) =>
    linksOf(result.data[rel], rel, line, names),
  );
  return {
    type: 'incident',
    id,
    service,
    startedAt: started_at,
    reportedAt: reported_at ?? started_at,
    resolvedAt: resolved_at,
    severity: severity ?? 3,
    links,
    updatedAt: updated_at,
  };
}

/** A cell names one or several; one that names nothing would be a link that is lost without a word. */
function linksOf(
  cell: string | undefined,
  rel: Incident['links'][number]['rel'],
  line: number,
  names: RepositoryNames,
): Incident['links'] {
  if (cell === undefined) return [];
  return cell
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const found = referencesIn(part, { repository: null, names });
      if (found.length !== 1)
        throw invalid(line, `${rel}: “${part.slice(0, 60)}” is neither owner/name#12 nor deployment ID`);
      return { rel, ...found[0]! };
    });
}

function described(error: unknown, file: string): unknown {
  if (error instanceof FairleadError) return error;
  if (error instanceof CsvError) {
    const { code, lines } = error as CsvError & { readonly lines?: number };
    return invalid(lines ?? 1, `it is no CSV (${code.replace(/^CSV_/, '').toLowerCase()})`);
  }
  return unreadable(error, file);
}
