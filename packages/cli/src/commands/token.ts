import type { OutputOf } from '@fairlead/core/outputs';
import { type Command, Option } from 'commander';
import { type Format, formatOption, writeOutput } from '../output.ts';
import { administer, parseExpiry, type TargetFlags, withTarget } from './administration.ts';
import { registerGrantList } from './grant-list.ts';

interface IssueFlags extends TargetFlags {
  readonly scope: string;
  readonly expires: string;
  readonly label?: string;
  readonly format: Format;
}

/** `fairlead token`: tokens for the control API. */
export function registerToken(program: Command): void {
  const token = program.command('token').description('issue, list and revoke tokens of the control API');
  withTarget(token.command('issue'))
    .description('issue a token; it is shown once')
    .addOption(
      new Option('--scope <SCOPE>', 'what it is for; admin has every scope')
        .choices(['admin', 'metrics', 'witness', 'audit', 'keys', 'incidents'])
        .makeOptionMandatory(),
    )
    .requiredOption('--expires <WHEN>', 'a length (12h, 30d, 8w), a day or an instant', (value) =>
      parseExpiry(value),
    )
    .option('--label <TEXT>', 'what it is for')
    .addOption(formatOption())
    .action(async ({ scope, expires, label, format, ...flags }: IssueFlags) => {
      const body = { scope, expiresAt: expires, label };
      const issued = await administer(flags, (call) => call('POST', '/api/tokens', body));
      const { id, token: secret, expiresAt } = issued as OutputOf<'token-issue'>;
      const text = () =>
        `${secret}\n  id ${id}, scope ${scope}, until ${expiresAt}. It is not shown again.\n`;
      writeOutput('token-issue', format, { id, token: secret, scope, expiresAt }, text);
    });
  const list = token.command('list').description('list every token, newest first');
  registerGrantList(list, 'tokens', ({ scope, label }) => [scope, label ?? '']);
  withTarget(token.command('revoke'))
    .description('revoke a token at once')
    .argument('<ID>', 'id of the token')
    .option('--reason <TEXT>', 'why, for the ledger', '')
    .action(async (id: string, flags: TargetFlags & { readonly reason: string }) => {
      const { reason } = flags;
      await administer(flags, (call) =>
        call('POST', `/api/tokens/${encodeURIComponent(id)}/revoke`, { reason }),
      );
      process.stdout.write(`${id} is revoked.\n`);
    });
}
