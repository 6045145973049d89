import { z } from 'zod';
import type { Day, ProgramFinding } from '../types.ts';

/** The machine-readable form of a validation. */
export const findingSchema = z.strictObject({
  ok: z.boolean().describe('True when nothing but notes was found.'),
  at: z.string().describe('The day as of which expiries were judged, YYYY-MM-DD.'),
  digest: z.string().describe('sha256: and hex over the canonical manifest of the files.'),
  counts: z.strictObject({ error: z.int(), warning: z.int(), note: z.int() }),
  findings: z.array(
    z.strictObject({
      code: z.string(),
      severity: z.enum(['error', 'warning', 'note']),
      file: z.string().describe('Path inside the program directory.'),
      line: z.int().min(1),
      column: z.int().min(1),
      message: z.string(),
      fix: z.string(),
    }),
  ),
});

/** A finished validation, ready to be shown. */
export interface Validation {
  readonly at: Day;
  readonly digest: string;
  readonly findings: readonly ProgramFinding[];
}

export type Counts = { readonly [S in ProgramFinding['severity']]: number };

export function countFindings(findings: readonly ProgramFinding[]): Counts {
  const of = (severity: ProgramFinding['severity']) =>
    findings.filter((item) => item.severity === severity).length;
  return { error: of('error'), warning: of('warning'), note: of('note') };
}

/** True when a validation passes: notes never fail one. */
export function isClean(findings: readonly ProgramFinding[]): boolean {
  return findings.every((item) => item.severity === 'note');
}

export function renderJson(validation: Validation): string {
  const { at, digest, findings } = validation;
  const value = {
    ok: isClean(findings),
    at,
    digest,
    counts: countFindings(findings),
    findings: [...findings],
  };
  return `${JSON.stringify(value satisfies z.output<typeof findingSchema>, null, 2)}\n`;
}
