import { issueFindings } from '../../program/issues.ts';
import { didYouMean } from '../../program/suggest.ts';
import type { ProgramFinding } from '../../program/types.ts';
import { readYaml } from '../../program/yaml.ts';
import { CaseProblem, caseFinding } from './problem.ts';
import { type CallFields, fixtureFile, type PrincipalFixture, type RepositoryFixture } from './schema.ts';

/** A text file of a program directory. */
export interface CaseFile {
  readonly file: string;
  readonly text: string;
}

/** What the fixture files define, by name. */
export interface Fixtures {
  readonly principals: ReadonlyMap<string, PrincipalFixture>;
  readonly repositories: ReadonlyMap<string, RepositoryFixture>;
  readonly calls: ReadonlyMap<string, CallFields>;
}

const kinds = ['principals', 'repositories', 'calls'] as const;

/** Reads all fixture files. A name stands once only, whichever file it is in. */
export function readFixtures(files: readonly CaseFile[]): {
  readonly fixtures: Fixtures;
  readonly findings: readonly ProgramFinding[];
} {
  const maps = {
    principals: new Map<string, PrincipalFixture>(),
    repositories: new Map<string, RepositoryFixture>(),
    calls: new Map<string, CallFields>(),
  };
  const findings: ProgramFinding[] = [];
  for (const { file, text } of files) {
    const { data, locate, findings: slips } = readYaml(file, text);
    findings.push(...slips);
    if (data === undefined || data === null) continue;
    const parsed = fixtureFile.safeParse(data);
    if (!parsed.success) {
      findings.push(...issueFindings(file, fixtureFile, data, parsed.error.issues, locate));
      continue;
    }
    for (const kind of kinds) {
      for (const [name, fixture] of Object.entries(parsed.data[kind] ?? {})) {
        if (maps[kind].has(name)) {
          findings.push(caseFinding(file, locate, [kind, name], `The fixture ${name} is defined twice.`));
        }
        (maps[kind] as Map<string, unknown>).set(name, fixture);
      }
    }
  }
  return { fixtures: maps, findings };
}

/** The call a fixture stands for, with everything it starts from. */
export function callFixture(name: string, fixtures: Fixtures, seen: readonly string[] = []): CallFields {
  if (seen.includes(name)) throw new CaseProblem(`The call ${name} starts from itself.`);
  const call = fixtures.calls.get(name);
  if (!call) {
    throw new CaseProblem(
      `There is no call "${name}" in the fixtures.${didYouMean(name, fixtures.calls.keys())}`,
    );
  }
  return overBase(call, null, fixtures, [...seen, name]);
}

/** A call over what it starts from: `from`, else `base`. `set` is merged part by part. */
export function overBase(
  call: CallFields,
  base: CallFields | null,
  fixtures: Fixtures,
  seen: readonly string[] = [],
): CallFields {
  const { from, ...own } = call;
  const start = from === undefined ? (base ?? {}) : callFixture(from, fixtures, seen);
  return { ...start, ...own, ...mergedSet(start.set, own.set) };
}

function mergedSet(below: CallFields['set'], above: CallFields['set']): Pick<CallFields, 'set'> {
  if (!below || !above) return {};
  const parts = new Set([...Object.keys(below), ...Object.keys(above)]) as Set<keyof typeof above>;
  return { set: Object.fromEntries([...parts].map((part) => [part, { ...below[part], ...above[part] }])) };
}
