import type { z } from 'zod';
import { fileStart, finding, type Position } from './findings.ts';
import { issueFindings } from './issues.ts';
import {
  invariantPattern,
  lessonPattern,
  type ManyData,
  type ManyKind,
  manyFiles,
  plainYamlPattern,
  policyPattern,
  requiredFiles,
  type SingleData,
  type SingleKind,
  singleFiles,
} from './kinds.ts';
import { didYouMean } from './suggest.ts';
import type { ProgramFinding } from './types.ts';
import { type PathLocator, readYaml } from './yaml.ts';

/** One file that fits its schema. `at` says where a key or value of it stands. */
export interface Doc<T> {
  readonly file: string;
  readonly data: T;
  readonly at: PathLocator;
}

/** Every file of a program that could be read. */
export interface Documents {
  readonly single: { readonly [K in SingleKind]?: Doc<SingleData<K>> };
  readonly many: { readonly [K in ManyKind]: readonly Doc<ManyData<K>>[] };
  readonly policies: readonly { readonly file: string; readonly text: string }[];
  readonly invariants: readonly { readonly file: string; readonly text: string }[];
  /** All paths of the program, sorted. */
  readonly paths: readonly string[];
}

export interface ReadDocuments {
  readonly documents: Documents;
  readonly findings: readonly ProgramFinding[];
}

/** Reads every file against its schema. `files` maps paths inside the program (with `/`) to their text. */
export function readDocuments(files: ReadonlyMap<string, string>): ReadDocuments {
  const findings: ProgramFinding[] = [];
  const single: { [K in SingleKind]?: Doc<unknown> } = {};
  const many: { [K in ManyKind]: Doc<unknown>[] } = {
    vendor: [],
    risk: [],
    module: [],
    quiz: [],
    playbook: [],
  };
  const policies: { file: string; text: string }[] = [];
  const invariants: { file: string; text: string }[] = [];
  const paths = [...files.keys()].sort();
  for (const file of paths) {
    const text = files.get(file) ?? '';
    const singleKind = singleKindOf(file);
    const manyKind = manyKindOf(file);
    if (singleKind !== null) {
      const doc = readDoc(file, text, singleFiles[singleKind], findings);
      if (doc !== null) single[singleKind] = doc;
    } else if (manyKind !== null) {
      const doc = readMany(manyKind, file, text, findings);
      if (doc !== null) many[manyKind].push(doc);
    } else if (policyPattern.test(file)) policies.push({ file, text });
    else if (invariantPattern.test(file)) invariants.push({ file, text });
    else if (plainYamlPattern.test(file)) findings.push(...readYaml(file, text).findings);
    else findings.push(...unknownFile(file));
  }
  for (const kind of requiredFiles) {
    const file = `${kind}.yaml`;
    if (!files.has(file))
      findings.push(finding('program.file-missing', file, fileStart, `${file} is missing.`));
  }
  // Each entry was read against the schema of its own kind, which is what the typed view says.
  const documents = { single, many, policies, invariants, paths } as unknown as Documents;
  return { documents, findings };
}

function readMany(
  kind: ManyKind,
  file: string,
  text: string,
  findings: ProgramFinding[],
): Doc<unknown> | null {
  if (kind !== 'playbook') return readDoc(file, text, manyFiles[kind].schema, findings);
  const matter = frontMatter(text);
  if (matter === null) {
    findings.push(
      finding(
        'program.missing-key',
        file,
        fileStart,
        'A playbook begins with front matter between two lines of "---".',
      ),
    );
    return null;
  }
  return readDoc(file, matter, manyFiles.playbook.schema, findings, 1);
}

/** What stands between two lines of `---` at the top of a Markdown file, or null. */
export function frontMatter(text: string): string | null {
  return /^---\r?\n([\s\S]*?)\r?\n---(?:\r?\n|$)/.exec(text)?.[1] ?? null;
}

function readDoc(
  file: string,
  text: string,
  schema: z.ZodType,
  findings: ProgramFinding[],
  firstLine = 0,
): Doc<unknown> | null {
  const yaml = readYaml(file, text, firstLine);
  findings.push(...yaml.findings);
  if (yaml.findings.length > 0) return null;
  const parsed = schema.safeParse(yaml.data);
  if (parsed.success) return { file, data: parsed.data, at: yaml.locate };
  findings.push(...issueFindings(file, schema, yaml.data, parsed.error.issues, yaml.locate));
  return null;
}

function singleKindOf(file: string): SingleKind | null {
  const name = file.endsWith('.yaml') ? file.slice(0, -5) : '';
  return Object.hasOwn(singleFiles, name) ? (name as SingleKind) : null;
}

function manyKindOf(file: string): ManyKind | null {
  for (const kind of Object.keys(manyFiles) as ManyKind[]) {
    if (manyFiles[kind].pattern.test(file)) return kind;
  }
  return null;
}

/** A stray file of a kind that programs read is probably misspelt; anything else (a README) is left alone. */
function unknownFile(file: string): ProgramFinding[] {
  if (lessonPattern.test(file) || !/\.(ya?ml|cedar)$/.test(file)) return [];
  const known = [...Object.keys(singleFiles).map((name) => `${name}.yaml`)];
  const at: Position = fileStart;
  const hint = file.endsWith('.yml') ? ' Programs use the ending ".yaml".' : didYouMean(file, known);
  return [finding('program.file-unknown', file, at, `No part of Fairlead reads ${file}.${hint}`)];
}
