import { assembleProgram } from './assemble.ts';
import { checkProgram } from './checks/index.ts';
import { readDocuments } from './documents.ts';
import { collectFacts } from './facts.ts';
import { sortFindings } from './findings.ts';
import type { Day, Program, ProgramFinding } from './types.ts';

export interface BuiltProgram {
  /** Null as soon as one finding is an error: a broken program is never handed out. */
  readonly program: Program | null;
  /** The program as far as it can be put together, for further checks only; it must never decide anything. */
  readonly draft: Program | null;
  readonly findings: readonly ProgramFinding[];
}

/**
 * Reads a whole program from its files' texts and checks it as of `today`. Pure; never throws for bad input.
 * Whether the Cedar texts are valid is not looked at here: the policy engine says that (`compilePolicySet`).
 */
export function buildProgram(files: ReadonlyMap<string, string>, today: Day): BuiltProgram {
  const { documents, findings: reading } = readDocuments(files);
  const facts = collectFacts(documents);
  // A file that can't be read would make every reference to it look dangling: mend the reading first.
  const complete = !reading.some((item) => item.severity === 'error');
  const checks = complete ? checkProgram(documents, facts, today) : [];
  const findings = sortFindings([...reading, ...checks]);
  const broken = findings.some((item) => item.severity === 'error');
  const draft = assembleProgram(documents);
  return { program: broken ? null : draft, draft, findings };
}
