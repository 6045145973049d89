import { z } from 'zod';
import { deliveryFactSchema } from '../delivery/import-schema.ts';
import { baselineSchema, kpiRowsSchema, szzSchema, timelineSchema } from '../delivery/output-schemas.ts';
import { taskFactSchema } from '../tasks/import-schema.ts';
import { frontMatter } from './documents.ts';
import { type ManyKind, manyFiles, type SingleKind, singleFiles } from './kinds.ts';
import { lineExamples, outputExamples } from './report/examples.ts';
import { findingSchema } from './report/json.ts';
import { keepingOutputs } from './report/keeping-outputs.ts';
import {
  budgetStatusSchema,
  entrySchema,
  keySchema,
  ledgerVerifySchema,
  policyTestSchema,
  readySchema,
} from './report/outputs.ts';
import { readYaml } from './yaml.ts';

/** One published schema: `fairlead schema NAME` prints it. */
export interface PublishedSchema {
  readonly name: string;
  /** Where such a file stands in a program, or the command that writes this. */
  readonly place: string;
  readonly title: string;
  readonly schema: z.ZodType;
}

const titles: { readonly [K in SingleKind | ManyKind]: string } = {
  fairlead: 'The organisation, its vendors, and what surrounds the gateway.',
  'operating-model': 'Roles, who decides what, and the appetite for risk.',
  teams: 'Everyone who may hold a key, in the team that answers for the code.',
  assistants: 'The approved assistants.',
  mcp: 'The MCP servers that assistants may be given.',
  controls: 'Every control, its owner and how its state is measured.',
  budgets: 'Limits of spending and of calls.',
  repositories: 'The allowlist of repositories.',
  models: 'The models that may be used, by vendor.',
  'data-handling': 'The classes of data, and which vendor may receive them.',
  scanning: 'The scanners that a repository needs, by its classification.',
  rollout: 'Stages, cohorts, arms and holdout.',
  kpis: 'The figures that count.',
  legal: 'What may be shared, when legal must look, and what has been cleared.',
  vendor: 'The evaluation of one vendor.',
  risk: 'One risk of the register.',
  module: 'A lesson that people must pass.',
  quiz: 'The questions of a module.',
  playbook: 'The front matter of a playbook.',
};

const outputs: readonly PublishedSchema[] = [
  ['validate', 'fairlead validate --format json', 'What a validation says.', findingSchema],
  ['policy-test', 'fairlead policy test --format json', 'What the policy tests say.', policyTestSchema],
  ['ledger-list', 'fairlead ledger list --format json', 'One entry of the ledger, one a line.', entrySchema],
  [
    'ledger-verify',
    'fairlead ledger verify --format json',
    'What verifying the ledger says.',
    ledgerVerifySchema,
  ],
  [
    'budget-status',
    'fairlead budget status --format json',
    'Every budget of the period.',
    budgetStatusSchema,
  ],
  ['key-issue', 'fairlead key issue --format json', 'A new key.', keySchema],
  [
    'delivery-import',
    'fairlead delivery import --format jsonl',
    'One line of an import of delivery facts: a change, what happened to it, a commit, a deployment or an incident.',
    deliveryFactSchema,
  ],
  [
    'task-import',
    'fairlead delivery import --format tasks',
    'One line of an import of what assistants did: a session at a branch, a gate’s result, an escalation, seats.',
    taskFactSchema,
  ],
  [
    'delivery-kpis',
    'fairlead delivery kpis --format json',
    'Figures of a window, each with its definition, n, interval and coverage.',
    kpiRowsSchema,
  ],
  [
    'delivery-timeline',
    'fairlead delivery timeline --format json',
    'The life of one change, in parts that add up.',
    timelineSchema,
  ],
  ['baseline', 'fairlead baseline --format json', 'How a repository delivered in a window.', baselineSchema],
  [
    'szz',
    'fairlead delivery szz --format json',
    'The commit that a fix’s lines came from, an estimate.',
    szzSchema,
  ],
  ...keepingOutputs,
  ['ready', 'fairlead up --json', 'The line written when Fairlead is ready.', readySchema],
].map(([name, place, title, schema]) => ({ name, place, title, schema }) as PublishedSchema);

/** Every published schema, in the order in which a newcomer meets the files. */
export const publishedSchemas: readonly PublishedSchema[] = [
  ...(Object.keys(singleFiles) as SingleKind[]).map((name) => ({
    name,
    place: `${name}.yaml`,
    title: titles[name],
    schema: singleFiles[name] as z.ZodType,
  })),
  ...(Object.keys(manyFiles) as ManyKind[]).map((name) => ({
    name,
    place: manyFiles[name].place,
    title: titles[name],
    schema: manyFiles[name].schema as z.ZodType,
  })),
  ...outputs,
];

/** The JSON Schema (draft 7, which editors' YAML support understands) of a published schema. */
export function jsonSchemaOf(
  { name, title, schema }: PublishedSchema,
  examples: readonly unknown[] = [],
): object {
  const json = z.toJSONSchema(schema, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
  const { $schema, ...rest } = json;
  const about = {
    $schema,
    $id: `urn:fairlead:schema:${name}`,
    title: `Fairlead: ${name}`,
  };
  return { ...about, description: title, ...(examples.length === 0 ? {} : { examples }), ...rest };
}

/**
 * Worked examples of a schema, out of the files of a program that holds one of each kind; none if it has none. Of files of
 * lines they are the lines of one file.
 */
export function examplesOf(
  published: PublishedSchema,
  files: ReadonlyMap<string, string>,
): readonly unknown[] {
  const lines = lineExamples[published.name];
  if (lines !== undefined) return lines;
  const example = exampleOf(published, files);
  return example === undefined ? [] : [example];
}

function exampleOf({ name }: PublishedSchema, files: ReadonlyMap<string, string>): unknown {
  if (Object.hasOwn(outputExamples, name)) return outputExamples[name];
  const single = files.get(`${name}.yaml`);
  if (single !== undefined) return readYaml(`${name}.yaml`, single).data;
  if (!Object.hasOwn(manyFiles, name)) return undefined;
  const { pattern } = manyFiles[name as ManyKind];
  const file = [...files.keys()].sort().find((path) => pattern.test(path));
  if (file === undefined) return undefined;
  const text = files.get(file) ?? '';
  return readYaml(file, name === 'playbook' ? (frontMatter(text) ?? '') : text).data;
}
