/* What is imported: a file, standard input or a URL, and what to say of it when it is not as it should be. */
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { type DownloadFlags, downloaded, isUrl, shownUrl } from './download.ts';

export interface ImportSource extends DownloadFlags {
  readonly format: string;
  /** A path, `-` for standard input, or a URL. */
  readonly source: string;
}

/** Formats whose source is a clone, which git reads. */
const ofClones: readonly string[] = ['git', 'git-ai'];

/**
 * Hands the file to whoever takes it. Errors name what was given, and say where its format is described.
 * @throws FairleadError as `downloaded`, and those of `use`
 */
export async function fromSource<Value>(
  { format, source, ...flags }: ImportSource,
  use: (file: string) => Promise<Value>,
): Promise<Value> {
  if (!isUrl(source) || ofClones.includes(format)) {
    return use(source).catch((error: unknown) => {
      throw named(error, { format, shown: source === '-' ? 'standard input' : source, file: source });
    });
  }
  return downloaded(source, flags, process.env, (file) =>
    use(file).catch((error: unknown) => {
      throw named(error, { format, shown: shownUrl(source), file });
    }),
  );
}

const again = 'Correct it and import again: what was taken is not taken twice.';
const reference = 'docs/reference/delivery.md describes it';
const fixes: { readonly [format: string]: string } = {
  github: `A line is {"resource", "repository", "data"}, with an object of GitHub’s REST API as data: ${reference}.`,
  gitlab: `A line is {"resource", "project", "data"}, with an object of GitLab’s REST API as data: ${reference}.`,
  'incidents-csv': `The first line names the columns, id and started_at among them: ${reference}.`,
  'copilot-usage': `It is a usage report as Copilot’s API gives it, one JSON document: ${reference}.`,
  seats:
    'It is CSV with the columns vendor, plan, from, to, seats, active and pricePerMonth, or a JSON list of such.',
  'agent-trace': 'A line is an Agent Trace record (0.1.x).',
};

interface Named {
  readonly format: string;
  /** What stands for the file in messages. */
  readonly shown: string;
  readonly file: string;
}

function named(error: unknown, { format, shown, file }: Named): unknown {
  if (!isFairleadError(error)) return error;
  const { code, message, place, cause } = error;
  if (code === 'delivery.unreadable' && place?.file === file && file !== shown)
    return new FairleadError(code, { message, place: { file: shown }, fix: error.fix, cause });
  if (code !== 'delivery.line-invalid' || place?.line === undefined) return error;
  const told = fixes[format];
  const fix = told === undefined ? error.fix : `${again} ${told}`;
  return new FairleadError(code, { message, place: { ...place, file: shown }, fix, cause });
}
