import { hostname } from 'node:os';
import { FairleadError } from '@fairlead/core/errors';
import type { OutputOf } from '@fairlead/core/outputs';
import { type Command, Option } from 'commander';
import { collect } from '../options.ts';
import { type Format, formatOption, writeOutput } from '../output.ts';
import { ask } from '../run/ask.ts';
import { isSafeServer } from '../run/control.ts';
import { keepLogin, loginsFile, readLogins } from '../run/logins.ts';
import { administer, parseExpiry, type TargetFlags, withTarget } from './administration.ts';

interface EnrollFlags {
  readonly server?: string;
  readonly code?: string;
  readonly name: string;
}

interface CodeFlags extends TargetFlags {
  readonly principal: string;
  readonly repository: string[];
  readonly expires: string;
  readonly format: Format;
}

const loginLife = '90d';

/** `fairlead enroll`: a code for somebody, and the login that their device makes of it. */
export function registerEnroll(program: Command): void {
  const enroll = program
    .command('enroll')
    .description('enrol this device, so that `fairlead run` works on it')
    // `--server` also is an option of `enroll code`, where it means something else.
    .enablePositionalOptions()
    .option('--server <URL>', 'control URL of the server (FAIRLEAD_SERVER)')
    .option('--code <CODE>', 'the code that was made for you')
    .option('--name <TEXT>', 'what to call this device', hostname())
    .action(enrolHere);
  withTarget(enroll.command('code'))
    .description('make a code that enrols one device of a person; it works once, for 10 minutes')
    .requiredOption('--principal <ID>', 'member id from teams.yaml')
    .option(
      '--repository <ID>',
      'narrow the login to this repository; may be given several times',
      collect,
      [],
    )
    .addOption(
      new Option('--expires <WHEN>', 'when the login ends: a length (12h, 30d, 8w), a day or an instant')
        .argParser((value) => parseExpiry(value))
        .default(parseExpiry(loginLife), `in ${loginLife}`),
    )
    .addOption(formatOption())
    .action(makeCode);
}

async function makeCode({ principal, repository, expires, format, ...target }: CodeFlags): Promise<void> {
  const body = {
    principal,
    ...(repository.length === 0 ? {} : { repositories: repository }),
    loginExpiresAt: expires,
  };
  const issued = await administer(target, (call) => call('POST', '/api/enrolment-codes', body));
  const { id, code, expiresAt } = issued as OutputOf<'enroll-code'>;
  const text = () =>
    `${code}\n  for ${principal}, until ${expiresAt}. It works once and is not shown again:\n` +
    '  fairlead enroll --server CONTROL-URL --code CODE\n';
  writeOutput('enroll-code', format, { id, code, expiresAt }, text);
}

async function enrolHere({ server = process.env.FAIRLEAD_SERVER, code, name }: EnrollFlags): Promise<void> {
  if (server === undefined || code === undefined || !URL.canParse(server)) {
    throw new FairleadError('server.body-invalid', {
      message: 'To enrol, a server and a code are needed.',
      fix: 'Write `fairlead enroll --server URL --code CODE`.',
    });
  }
  const url = new URL(server);
  if (!isSafeServer(url)) throw new FairleadError('run.server-insecure', { place: { path: url.origin } });
  const file = loginsFile();
  // Before the code is used up: a file that can't be kept would lose the login.
  const { problem } = readLogins(file);
  if (problem !== null) throw new FairleadError('run.login-unusable', { message: problem, place: { file } });
  const enrolled = await ask<{ id: string; login: string; principal: string; expiresAt: string }>(
    url.origin,
    '/api/enrolments',
    null,
    { code, name },
  );
  const { id: deviceId, login, principal, expiresAt } = enrolled;
  await keepLogin(file, { server: url.origin, deviceId, login, principal, expiresAt });
  process.stdout.write(
    `This device is enrolled for ${principal} until ${expiresAt} (device ${deviceId}).\n` +
      'In a repository that is granted to you: fairlead run -- claude (or codex, or copilot)\n',
  );
}
