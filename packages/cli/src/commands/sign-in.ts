import { FairleadError } from '@fairlead/core/errors';
import type { OutputOf } from '@fairlead/core/outputs';
import type { Command } from 'commander';
import { type Format, formatOption, writeOutput } from '../output.ts';
import { administer, type TargetFlags, withTarget } from './administration.ts';

interface SignInFlags extends TargetFlags {
  readonly principal: string;
  readonly format: Format;
}

/** `fairlead sign-in`: a one-time link into the console of a running server. */
export function registerSignIn(program: Command): void {
  withTarget(program.command('sign-in'))
    .description('print a link that signs a person in to the console, once, within five minutes')
    .requiredOption('--principal <ID>', 'member id from teams.yaml')
    .addOption(formatOption())
    .action(async ({ principal, format, ...flags }: SignInFlags) => {
      const made = await administer(flags, (call) =>
        call('POST', '/api/sign-in/links', { principal }).catch(explain),
      );
      const { url, expiresAt } = made as OutputOf<'sign-in'>;
      const text = () => `${url}\n  for ${principal}, once, until ${expiresAt}.\n`;
      writeOutput('sign-in', format, { url, expiresAt }, text);
    });
}

/** Without a server the command works on the data folder itself, where there is no console to sign in to. */
function explain(error: unknown): never {
  if (!(error instanceof FairleadError) || error.code !== 'server.route-unknown') throw error;
  throw new FairleadError('server.unreachable', {
    message: 'No server runs on this data folder, so there is no console to sign in to.',
    fix: 'Start one with `fairlead up` or `fairlead demo`, then ask for the link.',
  });
}
