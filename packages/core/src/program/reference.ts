import { findingCatalogue } from './findings.ts';
import { jsonSchemaOf, publishedSchemas } from './json-schema.ts';
import { requiredFiles } from './kinds.ts';

interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: { readonly [key: string]: Node };
  readonly required?: readonly string[];
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Node[];
  readonly default?: unknown;
}

const intro = `# The program directory
Generated from \`packages/core/src/program/\`; a test holds the two together.

Everything an organisation decides lives in one directory in its own git repository. \`fairlead init\` writes a small one,
\`fairlead validate [DIR] [--at DAY] [--format text|json|sarif|junit|github]\` checks it (exit 0 clean, 1 findings, 2 could
not run; notes never fail), \`fairlead schema NAME\` prints a file's JSON Schema with a worked example, and
\`fairlead schema --write DIR\` puts all of them beside the files for editors.

Files are UTF-8 without a byte order mark, at most 1 MiB each and 16 MiB together. YAML is 1.2 with the core schema:
no tags, no merge keys, no repeated keys, one document, at most 50 aliases. Ids are \`[a-z0-9._/-]\`, beginning with a
letter or digit. Days are \`YYYY-MM-DD\`. Secrets never stand here, only the names of environment variables. Names that
begin with a dot are not part of a program.

Beside the files below: \`policies/**/*.cedar\` (each policy with \`@id @title @severity @advice @owner @control\`),
\`invariants/*.cedar\` (\`@id @title @owner @never\`), \`training/MODULE/lesson.md\`, and for \`fairlead policy test\`
\`fixtures/*.yaml\` and \`tests/**/*.test.yaml\`.`;

/** The reference page of every file of a program, in Markdown. */
export function renderProgramReference(): string {
  const files = publishedSchemas.filter(({ place }) => !place.startsWith('fairlead '));
  const sections = files.map((published) => {
    const schema = jsonSchemaOf(published) as Node;
    const needed = (requiredFiles as readonly string[]).includes(published.name) ? ' Required.' : '';
    const rows = [...keyRows(schema, '', true)];
    return [
      `## ${published.place}`,
      `${published.title}${needed}`,
      '',
      '| key | value | |',
      '|---|---|---|',
      ...rows,
    ].join('\n');
  });
  return `${[intro, ...sections, findingsTable()].join('\n\n')}\n`;
}

function* keyRows(node: Node, prefix: string, top = false): Generator<string> {
  const required = new Set(node.required ?? []);
  for (const [key, value] of Object.entries(node.properties ?? {})) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    yield `| \`${path}\` | ${typeOf(value)} | ${cell(`${value.description ?? ''} ${need(value, required.has(key))}`)} |`;
    yield* inside(value, path);
  }
  if (top && node.properties === undefined) yield* inside(node, prefix);
}

function* inside(node: Node, path: string): Generator<string> {
  if (node.properties !== undefined) yield* keyRows(node, path);
  else if (node.items !== undefined) yield* inside(node.items, `${path}[]`);
  else if (typeof node.additionalProperties === 'object')
    yield* inside(node.additionalProperties, `${path}.*`);
}

function typeOf(node: Node): string {
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.anyOf !== undefined) return node.anyOf.map(typeOf).join(' or ');
  if (node.type === 'array') return node.items === undefined ? 'list' : `list of ${typeOf(node.items)}`;
  if (node.type === 'object' && node.properties !== undefined)
    return `{${Object.keys(node.properties).join(', ')}}`;
  if (node.type === 'object' && typeof node.additionalProperties === 'object') {
    return `mapping of names to ${typeOf(node.additionalProperties)}`;
  }
  const names: { readonly [type: string]: string } = {
    string: 'text',
    integer: 'whole number',
    null: 'nothing',
  };
  return names[node.type ?? ''] ?? node.type ?? 'anything';
}

function need(node: Node, required: boolean): string {
  if (node.default !== undefined) return `(default \`${JSON.stringify(node.default)}\`)`;
  return required ? '' : '(optional)';
}

function findingsTable(): string {
  const rows = Object.entries(findingCatalogue).map(
    ([code, [severity, fix]]) => `| \`${code}\` | ${severity} | ${cell(fix)} |`,
  );
  return [
    '## What validate says',
    'Errors keep a program from being activated; warnings do not, but fail the validation; notes never fail. Codes that begin',
    'with `policy.` come from the policy compiler and are always errors.',
    '',
    '| code | severity | what to do |',
    '|---|---|---|',
    ...rows,
  ].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ').trim();
}
