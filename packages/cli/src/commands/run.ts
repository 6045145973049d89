import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigFinding } from '@fairlead/core/assistant-config';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import type { Command } from 'commander';
import { reportFailure } from '../report-failure.ts';

interface RunFlags {
  readonly C?: string;
  readonly server?: string;
  readonly remote?: string;
  readonly model?: string;
  readonly helper: boolean;
}

/** `fairlead run`: starts an assistant in a repository, with tokens of its own and nothing to set up. */
export function registerRun(program: Command): void {
  program
    .command('run')
    .description('start claude, codex or copilot in this repository, through Fairlead')
    .usage('[options] -- claude|codex|copilot [ARGUMENTS...]')
    .argument('<COMMAND>', 'claude, codex or copilot, or the path of one')
    .argument('[ARGUMENTS...]', 'its own arguments')
    .option('-C <DIR>', 'start it in this folder instead of the current one')
    .option('--server <URL>', 'the server to ask, when this device is enrolled at several')
    .option('--remote <NAME>', 'the git remote that counts; without it all of them must be granted')
    .option('--model <ID>', 'the model to start with')
    .option('--no-helper', 'give the assistant one token for the session instead of a command that renews it')
    .passThroughOptions()
    .action(async (command: string, args: string[], flags: RunFlags) => {
      const { prepareRun, startAssistant } = await import('../run/run-assistant.ts');
      const { env: environment } = process;
      const cwd = folderOf(flags.C ?? '.');
      const { server = environment.FAIRLEAD_SERVER, remote = null, model = null, helper } = flags;
      const origin = server === undefined ? null : originOf(server);
      const options = { server: origin, remote, model, helper, command, args, cwd, environment };
      try {
        const run = await prepareRun(options);
        if (run.findings.length > 0) {
          reportFindings(run.findings);
          process.exitCode = 1;
          return;
        }
        if (process.stderr.isTTY) {
          const where = run.terms.repositories.join(', ');
          process.stderr.write(
            `fairlead: ${run.client.assistant} in ${where}, through ${run.terms.gateway}\n`,
          );
        }
        process.exitCode = await startAssistant(options, run);
      } catch (error) {
        const code = reportFailure(error);
        process.exitCode = isRefusal(error) ? 1 : code;
      }
    });
}

/** @throws FairleadError `run.no-repository` when there is no such folder */
function folderOf(named: string): string {
  const folder = resolve(named);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new FairleadError('run.no-repository', {
    message: 'There is no such folder.',
    place: { file: folder },
    fix: 'Name the working copy of a repository that is granted to you.',
  });
}

function originOf(server: string): string {
  return URL.canParse(server) ? new URL(server).origin : server;
}

/** A "no" of the server or of the rules, as opposed to "could not be asked". */
function isRefusal(error: unknown): boolean {
  return isFairleadError(error) && error.code.startsWith('identity.');
}

/** The error, and where each reason for it stands. */
function reportFindings(findings: readonly ConfigFinding[]): void {
  reportFailure(new FairleadError('run.config-refused'));
  for (const { file, line, what, fix } of findings) {
    process.stderr.write(`  ${shown(file)}:${line}: ${what}\n    ${fix}\n`);
  }
}

/** A path from a repository, fit for a terminal. */
function shown(path: string): string {
  return path.replaceAll(/[^\x20-\x7e]/g, '?');
}
