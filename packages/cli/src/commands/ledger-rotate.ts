import type { Command } from 'commander';
import { type ChangedFlags, changedPlaceOf, withChangedPlace } from './ledger-place.ts';

/** `fairlead ledger rotate-key`: a new signing key, which the old one vouches for. */
export function registerRotate(ledger: Command): void {
  withChangedPlace(ledger.command('rotate-key'))
    .description(
      'change the signing key; a server on a data folder must not be running, those on --database may',
    )
    .option('--prepare', 'with --database: only make the new key, to be copied to other servers first', false)
    .action(async (flags: ChangedFlags & { readonly prepare: boolean }, command: Command) => {
      const { ledger: api } = await import('@fairlead/server/cli-api');
      const place = changedPlaceOf(flags);
      if (flags.prepare) {
        if (!('database' in place)) return command.error('error: --prepare is for --database');
        const file = api.prepareNextKey(place);
        process.stdout.write(
          `The next key lies in ${file}. Copy it beside the key of every server that signs.\n`,
        );
        return;
      }
      const { from, to, size } =
        'database' in place
          ? await api.rotateSharedKey(place)
          : await api.rotateLedgerKey(place.dataDir, place.keysDir);
      const lines = [`The key changed at ${size} entries.`, `  from  ${from}`, `  to    ${to}`];
      const others =
        'database' in place
          ? 'Put the new key file in the place of the old one on every server that signs.\n'
          : '';
      process.stdout.write(
        `${lines.join('\n')}\n${others}Give the new key to witnesses and to those who verify.\n`,
      );
    });
}
