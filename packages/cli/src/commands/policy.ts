import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FairleadError } from '@fairlead/core/errors';
import { isClean, renderValidation } from '@fairlead/core/program';
import { type Command, Option } from 'commander';
import { writeJson, writeOutput } from '../output.ts';
import { type PlaceFlags, placeOf, withPlace } from './ledger-place.ts';
import { decisionText, explanationText, githubResults, junitResults, textResults } from './policy-text.ts';
import { parseDay } from './validate.ts';

interface CommonFlags {
  readonly program?: string;
  readonly at?: string;
}

type Format = 'text' | 'json' | 'junit' | 'github';

/** `fairlead policy`: exit 0 clean, 1 findings, 2 couldn't run. */
export function registerPolicy(program: Command): void {
  const policy = program.command('policy').description('check, test and explain the policies of a program');
  registerCheck(policy);
  registerTest(policy);
  registerExplain(policy);
}

function withCommonOptions(command: Command, formats: readonly Format[]): Command {
  return command
    .option('--program <DIR>', 'program directory (here, or ./program)')
    .option('--at <DAY>', 'read the program as of this day (YYYY-MM-DD) instead of today', parseDay)
    .addOption(new Option('--format <FORMAT>', 'how to write the result').choices(formats).default('text'));
}

/** The directory named, else this one when it is a program, else `program/` beneath it. */
function directoryOf({ program }: CommonFlags): string {
  if (program !== undefined) return program;
  return existsSync('fairlead.yaml') || !existsSync(join('program', 'fairlead.yaml')) ? '.' : 'program';
}

function dayOf({ at }: CommonFlags): string {
  return at ?? new Date().toISOString().slice(0, 10);
}

function prefixOf(directory: string): string {
  const clean = directory.replace(/^\.\//, '').replace(/\/+$/, '');
  return clean === '.' || clean.startsWith('/') || clean.startsWith('..') ? '' : clean;
}

function registerCheck(policy: Command): void {
  withCommonOptions(policy.command('check'), ['text', 'json', 'junit', 'github'])
    .description('parse, validate and compile every policy')
    .action(async (flags: CommonFlags & { readonly format: Format }) => {
      const { policy: api } = await import('@fairlead/server/cli-api');
      const directory = directoryOf(flags);
      const today = dayOf(flags);
      const { engine, digest, findings } = await api.checkPolicies(directory, { today });
      if (engine !== null && flags.format === 'text') {
        process.stdout.write(`${engine.policies.length} policies are valid.\n`);
      } else {
        const validation = { at: today, digest, findings };
        process.stdout.write(renderValidation(validation, flags.format, prefixOf(directory)));
      }
      process.exitCode = isClean(findings) ? 0 : 1;
    });
}

function registerTest(policy: Command): void {
  withCommonOptions(policy.command('test'), ['text', 'json', 'junit', 'github'])
    .description('run the policy tests in tests/**/*.test.yaml')
    .action(async (flags: CommonFlags & { readonly format: Format }) => {
      const { policy: api } = await import('@fairlead/server/cli-api');
      const directory = directoryOf(flags);
      const today = dayOf(flags);
      const tested = await api.testPolicies(directory, { today });
      if (tested.results.length === 0 && tested.findings.length === 0) {
        throw new FairleadError('policy.no-tests', { place: { path: directory } });
      }
      const failed = tested.results.filter((result) => !result.ok).length;
      const ok = failed === 0 && isClean(tested.findings);
      const { findings, results, digest } = tested;
      if (flags.format === 'json') {
        const counts = { total: results.length, passed: results.length - failed, failed };
        writeJson('policy-test', { ok, digest, counts, findings, results });
      } else {
        const writers = { text: textResults, junit: junitResults, github: githubResults };
        process.stdout.write(writers[flags.format](tested, prefixOf(directory)));
      }
      process.exitCode = ok ? 0 : 1;
    });
}

interface ExplainFlags extends CommonFlags, PlaceFlags {
  readonly request?: string;
  readonly format: 'text' | 'json';
}

function registerExplain(policy: Command): void {
  withPlace(withCommonOptions(policy.command('explain'), ['text', 'json']))
    .description('say why a call was allowed or denied, and what would have to change')
    .argument('[OP]', 'operation id of a recorded decision (with --data or --database)')
    .option('--request <FILE>', 'a policy request as JSON, instead of a recorded decision')
    .action(async (op: string | undefined, flags: ExplainFlags, command: Command) => {
      if (op !== undefined && flags.request === undefined) return explainRecorded(op, flags);
      if (op === undefined && flags.request !== undefined) return explainWritten(flags.request, flags);
      return command.error('error: give OP with --data DIR or --database URL, or --request FILE');
    });
}

async function explainRecorded(op: string, flags: ExplainFlags): Promise<void> {
  const { policy: api } = await import('@fairlead/server/cli-api');
  const explained = await api.explainDecision(directoryOf(flags), placeOf(flags), op, {
    today: dayOf(flags),
  });
  if (!explained.sameProgram) {
    process.stderr.write('The program at hand is not the one that decided: this is what it would say.\n');
  }
  writeOutput('policy-explain', flags.format, explained, decisionText);
  process.exitCode = 0;
}

async function explainWritten(file: string, flags: ExplainFlags): Promise<void> {
  const { policy: api } = await import('@fairlead/server/cli-api');
  const explanation = await api.explainFile(directoryOf(flags), file, { today: dayOf(flags) });
  writeOutput('policy-explain-request', flags.format, explanation, explanationText);
  process.exitCode = explanation.verdict.decision === 'allow' ? 0 : 1;
}
