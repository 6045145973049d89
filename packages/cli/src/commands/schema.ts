import { FairleadError } from '@fairlead/core/errors';
import { publishedSchemas } from '@fairlead/core/program';
import type { Command } from 'commander';
import { textTable } from '../text-table.ts';
import { readStarter, schemaFiles, schemaText, writeBelow } from './starter.ts';

interface SchemaFlags {
  readonly list?: boolean;
  readonly write?: string;
}

/** `fairlead schema`: the published JSON Schemas, each with a worked example. */
export function registerSchema(program: Command): void {
  program
    .command('schema')
    .description('print the JSON Schema of a file or of a command’s JSON output, with a worked example')
    .argument('[NAME]', 'name of the schema; without one they are listed')
    .option('--list', 'list the names')
    .option('--write <DIR>', 'write all schemas of files into a program directory, for editors')
    .action(async (name: string | undefined, flags: SchemaFlags) => {
      if (flags.write !== undefined) await writeSchemas(flags.write);
      else if (name === undefined || flags.list === true) process.stdout.write(schemaList());
      else process.stdout.write(namedSchema(name));
    });
}

/** One line a schema: name, where such a file stands, what it holds. */
export function schemaList(): string {
  const rows = publishedSchemas.map(({ name, place, title }) => [name, place, title]);
  return textTable(rows)
    .map((line) => `${line}\n`)
    .join('');
}

/** @throws FairleadError `program.schema-unknown`. */
export function namedSchema(name: string): string {
  const published = publishedSchemas.find((item) => item.name === name);
  if (published === undefined) throw new FairleadError('program.schema-unknown');
  return schemaText(published, readStarter());
}

async function writeSchemas(directory: string): Promise<void> {
  const files = schemaFiles(readStarter());
  for (const [path, text] of files) await writeBelow(directory, path, text, true);
  process.stdout.write(`${files.size} schemas were written to ${directory}.\n`);
}
