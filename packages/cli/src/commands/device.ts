import type { OutputOf } from '@fairlead/core/outputs';
import type { Command } from 'commander';
import { administer, type TargetFlags, withTarget } from './administration.ts';
import { registerGrantList } from './grant-list.ts';

/** `fairlead device`: enrolled devices and the tokens they mint. */
export function registerDevice(program: Command): void {
  const device = program.command('device').description('list and revoke enrolled devices and their tokens');
  const list = device.command('list').description('list every enrolled device, newest first');
  registerGrantList(list, 'devices', deviceCells);
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

function deviceCells({ principal, repositories, name }: OutputOf<'device-list'>): readonly string[] {
  const where = repositories?.join(' ') ?? 'all granted repositories';
  // A device's name is its user's own words.
  return [principal, where, name.replaceAll(/[^\x20-\x7e]/g, '?')];
}
