import { readFileSync } from 'node:fs';
import { FairleadError } from '@fairlead/core/errors';
import type { Command } from 'commander';
import { collect, parsePort } from '../options.ts';
import { writeJson } from '../output.ts';
import { runUntilSignal } from '../run-until-signal.ts';

interface WitnessFlags {
  readonly listen: number;
  readonly host: string;
  readonly data: string;
  readonly logVkey: string[];
  readonly name?: string;
}

/** `fairlead ledger witness`: a process of its own that cosigns checkpoints. */
export function registerWitness(ledger: Command): void {
  ledger
    .command('witness')
    .description('cosign the checkpoints of logs, each as long as it continues the one before')
    .requiredOption('--listen <PORT>', 'port, 0 for a free one', parsePort)
    .requiredOption('--data <DIR>', "the witness's own data folder, best on another machine than the log's")
    .requiredOption(
      '--log-vkey <FILE>',
      "file with a log's verifier key; may be given several times",
      collect,
      [],
    )
    .option('--host <ADDRESS>', 'loopback address to listen on', '127.0.0.1')
    .option('--name <NAME>', "the witness's name in its key, such as a host name of yours")
    .action(async ({ listen, host, data, logVkey, name }: WitnessFlags) => {
      const { ledger: api } = await import('@fairlead/server/cli-api');
      const logs = logVkey.map(readKey);
      await runUntilSignal(async () => {
        const clock = { now: () => Date.now() };
        const log = (message: string) => void process.stderr.write(`${message}\n`);
        const witness = await api.startWitness({ dataDir: data, host, port: listen, logs, name, clock, log });
        writeJson('witness', { ready: true, url: witness.url, vkey: witness.vkey });
        return witness;
      });
    });
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new FairleadError('ledger.key-invalid', {
      message: `The file can't be read (${(cause as { code?: string }).code}).`,
      place: { file },
      fix: 'Write the key there with `fairlead ledger vkey --data DIR`.',
      cause,
    });
  }
}
