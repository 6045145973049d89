import type { ProgramFinding } from './types.ts';

/**
 * Everything a reading of a program can say: severity and what to do about it when the place itself gives no
 * better advice. Errors keep a program from being activated; warnings don't, but `fairlead validate` fails on both;
 * notes never fail. `docs/reference/program.md` lists the same codes.
 */
export const findingCatalogue = {
  'program.yaml-syntax': ['error', 'Mend the YAML at this place.'],
  'program.yaml-duplicate-key': ['error', 'Keep one of the two keys.'],
  'program.yaml-tag': ['error', 'Remove the tag: plain values are enough.'],
  'program.yaml-alias': ['error', 'Write the value out instead of repeating it by alias.'],
  'program.yaml-nesting': ['error', 'Flatten the file: no file of a program nests this deeply.'],
  'program.yaml-documents': ['error', 'Keep one document in each file and no % directives.'],
  'program.file-missing': ['error', 'Add the file; `fairlead schema` prints a worked example.'],
  'program.file-unknown': ['warning', 'Rename or move the file; `fairlead schema --list` names every file.'],
  'program.file-too-large': ['error', 'Split the file or remove what does not belong in a program.'],
  'program.file-encoding': ['error', 'Save the file as UTF-8 without a byte order mark.'],
  'program.file-place': ['error', 'Keep only plain files inside the program directory.'],
  'program.unknown-key': ['error', 'Remove the key or correct its spelling.'],
  'program.value': ['error', 'Correct the value; `fairlead schema` prints what is allowed here.'],
  'program.missing-key': ['error', 'Add the key; `fairlead schema` prints a worked example.'],
  'program.duplicate-id': ['error', 'Give each its own id.'],
  'program.dangling': ['error', 'Correct the name, or add what it refers to.'],
  'program.unowned': ['error', 'Name an accountable role or person.'],
  'program.owner-without-people': ['error', 'Give the role to someone in teams.yaml.'],
  'program.owner-is-only-approver': [
    'error',
    'Give the accountable role to a second person, or change the owner.',
  ],
  'program.team-cycle': ['error', 'Remove one `parent` of the cycle.'],
  'program.time-zone': ['error', 'Use a name of the IANA time zone database, such as Europe/Berlin.'],
  'program.repository-name': ['error', 'Write host/owner/name in lower case.'],
  'program.data-class-missing': ['error', 'Declare the class in data-handling.yaml.'],
  'program.sharing-undecided': ['warning', 'Decide it in the sharing matrix; until then it counts as deny.'],
  'program.vendor-unevaluated': ['error', 'Add vendors/ID.yaml, or take the vendor out.'],
  'program.vendor-weights': ['warning', 'Raise the weight of auditability, data-retention and support.'],
  'program.vendor-approval': [
    'error',
    'Correct the approval or the processing facts; they contradict each other.',
  ],
  'program.retention': ['error', 'Correct one of the two times; they contradict each other.'],
  'program.retention-longer': ['warning', 'Shorten it, or lengthen the time that counts before it.'],
  'program.retention-missing': [
    'warning',
    'Add `retention` with `enforce: true` to fairlead.yaml; without it only `days` ends what is kept.',
  ],
  'program.expired': ['warning', 'Renew it, or remove what depends on it.'],
  'program.overdue': ['warning', 'Do it, or set a new date with a reason.'],
  'program.too-long': ['error', 'Shorten it: nothing is accepted for longer than 12 months.'],
  'program.stage-order': ['error', 'Give every stage its own rank, starting at 0.'],
  'program.stage-rollback': ['error', 'Name an earlier stage to go back to.'],
  'program.stage-approver': ['error', 'Name the role that approves the move into this stage.'],
  'program.stage-non-negotiable': ['error', 'Add what is missing: no program may leave it out.'],
  'program.cohort': ['error', 'Correct the cohort.'],
  'program.model-unpriced': ['warning', 'Add `price` (US dollars per million tokens).'],
  'program.budget-unenforced': [
    'warning',
    'Add a policy such as `budget.exhausted`; `fairlead init` writes one.',
  ],
  'program.model-ambiguous': ['note', 'Name the vendor on the key, or list the model for one vendor only.'],
  'program.risk': ['error', 'Correct the risk.'],
  'program.training': ['error', 'Correct the module.'],
  'program.policy-text': ['error', 'Correct the policy text.'],
  'program.policy-annotation': [
    'error',
    'Give every policy @id, @title, @severity, @advice, @owner and @control.',
  ],
  'program.policy-duplicate': ['error', 'Give every policy its own @id.'],
  'program.policy-none': ['error', 'Add at least one permit: without one every call is refused.'],
  'program.policy-invalid': ['error', 'Correct the policy; `fairlead policy check` explains it.'],
  'program.off': ['note', 'Nothing to do: this part is read and checked, but nothing enforces it yet.'],
} as const satisfies { [code: string]: readonly [ProgramFinding['severity'], string] };

export type FindingCode = keyof typeof findingCatalogue;

/** A place in a file, 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export const fileStart: Position = { line: 1, column: 1 };

/** Builds a finding; severity and default fix come from the catalogue. */
export function finding(
  code: FindingCode,
  file: string,
  at: Position,
  message: string,
  fix?: string,
): ProgramFinding {
  const [severity, defaultFix] = findingCatalogue[code];
  return {
    code,
    severity,
    file: plain(file),
    line: at.line,
    column: at.column,
    message: plain(message),
    fix: plain(fix ?? defaultFix),
  };
}

/** Names out of a program end up in terminals and logs: nothing that steers those gets through. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '?');
}

/** Orders findings by file, place and code, and drops repeats, so that the same program always reads the same. */
export function sortFindings(findings: readonly ProgramFinding[]): ProgramFinding[] {
  const sorted = [...findings].sort(
    (a, b) =>
      compare(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compare(a.code, b.code) ||
      compare(a.message, b.message),
  );
  return sorted.filter((item, index) => {
    const before = sorted[index - 1];
    return before === undefined || JSON.stringify(before) !== JSON.stringify(item);
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
