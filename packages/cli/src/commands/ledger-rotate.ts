import type { Command } from 'commander';

/** `fairlead ledger rotate-key`: a new signing key, which the old one vouches for. */
export function registerRotate(ledger: Command): void {
  ledger
    .command('rotate-key')
    .description('change the signing key; the server must not be running')
    .requiredOption('--data <DIR>', 'data folder')
    .option('--keys <DIR>', 'folder of the signing key (beside the data folder unless told)')
    .action(async ({ data, keys }: { readonly data: string; readonly keys?: string }) => {
      const { ledger: api } = await import('@fairlead/server/cli-api');
      const { from, to, size } = await api.rotateLedgerKey(data, keys);
      const lines = [`The key changed at ${size} entries.`, `  from  ${from}`, `  to    ${to}`];
      process.stdout.write(`${lines.join('\n')}\nGive the new key to witnesses and to those who verify.\n`);
    });
}
