import type { OutputOf } from '@fairlead/core/outputs';
import { type Command, Option } from 'commander';
import { collect } from '../options.ts';
import { type Format, formatOption, writeOutput } from '../output.ts';
import { administer, parseExpiry, type TargetFlags, withTarget } from './administration.ts';
import { registerGrantList } from './grant-list.ts';

const defaultExpiry = '30d';

interface IssueFlags extends TargetFlags {
  readonly principal: string;
  readonly repository: string[];
  readonly assistant: string;
  readonly device?: string;
  readonly vendor?: string;
  readonly label?: string;
  readonly expires: string;
  readonly format: Format;
}

const expires = () =>
  new Option('--expires <WHEN>', 'a length (12h, 30d, 8w), a day or an instant')
    .argParser((value) => parseExpiry(value))
    .default(parseExpiry(defaultExpiry), `in ${defaultExpiry}`);

/** `fairlead key`: issue, list, revoke and rotate the keys that assistants call with. */
export function registerKey(program: Command): void {
  const key = program.command('key').description('issue, list, revoke and rotate keys');
  registerIssue(key);
  registerList(key);
  registerEnd(key);
}

function registerIssue(key: Command): void {
  withTarget(key.command('issue'))
    .description('issue a key; it is shown once')
    .requiredOption('--principal <ID>', 'member id from teams.yaml')
    .requiredOption(
      '--repository <ID>',
      'host/owner/name or a git URL; may be given several times',
      collect,
      [],
    )
    .requiredOption('--assistant <ID>', 'id from assistants.yaml')
    .option('--device <NAME>', 'the device it is for')
    .option('--vendor <ID>', 'the vendor meant where several list a model')
    .option('--label <TEXT>', 'what it is for')
    .addOption(expires())
    .addOption(formatOption())
    .action(async ({ principal, repository, assistant, device, vendor, label, ...flags }: IssueFlags) => {
      const request = { principal, repositories: repository, assistant, device, vendor, label };
      const body = { ...request, expiresAt: flags.expires };
      show(await administer(flags, (call) => call('POST', '/api/keys', body)), flags.format);
    });
}

function show(issued: unknown, format: Format): void {
  const { id, key, expiresAt, beyondGrants } = issued as OutputOf<'key-issue'>;
  const beyond =
    beyondGrants.length === 0
      ? ''
      : `  No team of its holder owns or lists ${beyondGrants.join(', ')}: the key reaches further, and the record says so.\n`;
  const text = () => `${key}\n  id ${id}, until ${expiresAt}. It is not shown again.\n${beyond}`;
  writeOutput('key-issue', format, { id, key, expiresAt, beyondGrants }, text);
}

function registerList(key: Command): void {
  const list = key
    .command('list')
    .description('list every key, newest first; secrets are not kept and so not shown');
  registerGrantList(list, 'keys', ({ principal, assistant, repositories }) => [
    principal,
    assistant,
    repositories.join(' '),
  ]);
}

function registerEnd(key: Command): void {
  withTarget(key.command('revoke'))
    .description('revoke a key at once')
    .argument('<ID>', 'id of the key')
    .option('--reason <TEXT>', 'why, for the ledger', '')
    .action(async (id: string, flags: TargetFlags & { readonly reason: string }) => {
      const { reason } = flags;
      await administer(flags, (call) =>
        call('POST', `/api/keys/${encodeURIComponent(id)}/revoke`, { reason }),
      );
      process.stdout.write(`${id} is revoked.\n`);
    });
  withTarget(key.command('rotate'))
    .description('replace a key by a new one with the same binding')
    .argument('<ID>', 'id of the key')
    .addOption(expires())
    .addOption(formatOption())
    .action(
      async (id: string, flags: TargetFlags & { readonly expires: string; readonly format: Format }) => {
        const body = { expiresAt: flags.expires };
        const path = `/api/keys/${encodeURIComponent(id)}/rotate`;
        show(await administer(flags, (call) => call('POST', path, body)), flags.format);
      },
    );
}
