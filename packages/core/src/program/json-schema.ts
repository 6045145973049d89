import { z } from 'zod';
import { deliveryFactSchema, deliveryImportExample } from '../delivery/import-schema.ts';
import { commandOutputs } from '../outputs/index.ts';
import { taskFactSchema, taskImportExample } from '../tasks/import-schema.ts';
import { frontMatter } from './documents.ts';
import { type ManyKind, manyFiles, type SingleKind, singleFiles } from './kinds.ts';
import { readYaml } from './yaml.ts';

/** One published schema: `fairlead schema NAME` prints it. */
export interface PublishedSchema {
  readonly name: string;
  /** Where such a file stands in a program, or the commands that read or write this. */
  readonly place: string;
  readonly title: string;
  readonly schema: z.ZodType;
  /** Of what commands read or write; those of files come out of a program. */
  readonly examples?: readonly unknown[];
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

/** What commands read, line by line. The examples have every kind of line. */
const inputs: readonly PublishedSchema[] = [
  {
    name: 'delivery-import',
    place: 'fairlead delivery import --format jsonl',
    title:
      'One line of an import of delivery facts: a change, what happened to it, a commit, a deployment or an incident.',
    schema: deliveryFactSchema,
    examples: deliveryImportExample,
  },
  {
    name: 'task-import',
    place: 'fairlead delivery import --format tasks',
    title:
      'One line of an import of what assistants did: a session at a branch, a gate’s result, an escalation, seats.',
    schema: taskFactSchema,
    examples: taskImportExample,
  },
];

const outputs: readonly PublishedSchema[] = Object.entries(commandOutputs).map(
  ([name, { commands, title, schema, examples }]) => ({
    name,
    place: commands.map((command) => `fairlead ${command}`).join(', '),
    title,
    schema,
    examples,
  }),
);

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
  ...inputs,
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

/** Worked examples of a schema; of a file out of a program that holds one of each kind, none if it has none. */
export function examplesOf(
  { name, examples }: PublishedSchema,
  files: ReadonlyMap<string, string>,
): readonly unknown[] {
  if (examples !== undefined) return examples;
  const example = exampleOf(name, files);
  return example === undefined ? [] : [example];
}

function exampleOf(name: string, files: ReadonlyMap<string, string>): unknown {
  const single = files.get(`${name}.yaml`);
  if (single !== undefined) return readYaml(`${name}.yaml`, single).data;
  if (!Object.hasOwn(manyFiles, name)) return undefined;
  const { pattern } = manyFiles[name as ManyKind];
  const file = [...files.keys()].sort().find((path) => pattern.test(path));
  if (file === undefined) return undefined;
  const text = files.get(file) ?? '';
  return readYaml(file, name === 'playbook' ? (frontMatter(text) ?? '') : text).data;
}
