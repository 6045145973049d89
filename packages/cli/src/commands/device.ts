import { type Command, Option } from 'commander';
import { administer, type TargetFlags, withTarget } from './administration.ts';

interface DeviceView {
  readonly id: string;
  readonly principal: string;
  readonly repositories: readonly string[] | null;
  readonly name: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
}

/** `fairlead device`: enrolled devices and the tokens they mint. */
export function registerDevice(program: Command): void {
  const device = program.command('device').description('list and revoke enrolled devices and their tokens');
  withTarget(device.command('list'))
    .description('list every enrolled device, newest first')
    .addOption(new Option('--format <FORMAT>', 'text or json').choices(['text', 'json']).default('text'))
    .action(async ({ format, ...target }: TargetFlags & { readonly format: 'text' | 'json' }) => {
      const rows = await administer(target, (call) => call('GET', '/api/devices'));
      for (const row of rows as readonly DeviceView[]) process.stdout.write(`${lineOf(row, format)}\n`);
    });
  withTarget(device.command('revoke'))
    .description('end a device’s login and all its tokens, at once')
    .argument('<ID>', 'id of the device')
    .option('--reason <TEXT>', 'why, for the ledger', '')
    .action((id: string, flags: TargetFlags & { readonly reason: string }) => end('devices', id, flags));
  withTarget(device.command('revoke-token'))
    .description('end one token of an assistant, at once')
    .argument('<JTI>', 'id of the token, as the ledger names it')
    .option('--reason <TEXT>', 'why, for the ledger', '')
    .action((id: string, flags: TargetFlags & { readonly reason: string }) =>
      end('assistant-tokens', id, flags),
    );
  withTarget(device.command('rotate-key'))
    .description('sign assistants’ tokens with a new key; tokens in use stay valid until they expire')
    .option('--at-once', 'end every token in use, because somebody may have the old key', false)
    .action(async ({ atOnce, ...target }: TargetFlags & { readonly atOnce: boolean }) => {
      const rotated = await administer(target, (call) =>
        call('POST', '/api/assistant-token-keys/rotate', { atOnce }),
      );
      process.stdout.write(`Tokens are signed with the key ${(rotated as { kid: string }).kid} now.\n`);
    });
}

async function end(
  what: 'devices' | 'assistant-tokens',
  id: string,
  { reason, ...target }: TargetFlags & { readonly reason: string },
): Promise<void> {
  const path = `/api/${what}/${encodeURIComponent(id)}/revoke`;
  await administer(target, (call) => call('POST', path, { reason }));
  process.stdout.write(`${id} is revoked.\n`);
}

function lineOf(row: DeviceView, format: 'text' | 'json'): string {
  const { id, principal, repositories, name, expiresAt, revokedAt } = row;
  const state = revokedAt !== null ? 'revoked' : Date.parse(expiresAt) <= Date.now() ? 'expired' : 'live';
  if (format === 'json') return JSON.stringify({ ...row, state });
  const where = repositories === null ? 'all granted repositories' : repositories.join(' ');
  // A device's name is its user's own words.
  const shown = name.replaceAll(/[^\x20-\x7e]/g, '?');
  return `${id}  ${state.padEnd(7)}  until ${expiresAt}  ${principal}  ${where}  ${shown}`;
}
