import { type Command, InvalidArgumentError } from 'commander';
import { parseId, parsePort, parseTokenLife } from '../options.ts';
import { writeOutput } from '../output.ts';
import { runUntilSignal } from '../run-until-signal.ts';
import { progressOn } from './demo-progress.ts';

interface DemoFlags {
  readonly port: number;
  readonly consolePort: number;
  readonly data: string;
  readonly tokenLife: number;
  readonly json: boolean;
  readonly vendor: Map<string, string>;
  readonly history: boolean;
}

function addVendor(value: string, known: Map<string, string>): Map<string, string> {
  const cut = value.indexOf('=');
  if (cut === -1) throw new InvalidArgumentError('It has the form ID=URL.');
  return known.set(parseId(value.slice(0, cut)), value.slice(cut + 1));
}

/** `fairlead demo`: the example program on loopback with fresh keys and, where no vendor is named, the sample vendor. */
export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('run the example program on this machine, with a sample vendor and fresh keys')
    .option('--port <N>', 'gateway port, 0 for a free one', parsePort, 7420)
    .option('--console-port <N>', 'control and console port, 0 for a free one', parsePort, 7421)
    .option('--data <DIR>', 'data folder', '.fairlead')
    .option('--token-life <SECONDS>', 'life of the tokens that assistants renew', parseTokenLife, 600)
    .option('--json', 'one JSON line on stdout when ready', false)
    .option('--vendor <ID=URL>', "replace a vendor's base URL (loopback only)", addVendor, new Map())
    .option(
      '--no-history',
      'begin with an empty ledger (a history is made only in a data folder without calls and facts)',
    )
    .action(async (flags: DemoFlags) => {
      const { startDemo } = await import('@fairlead/server/cli-api');
      await runUntilSignal(async () => {
        const demo = await startDemo({
          port: flags.port,
          consolePort: flags.consolePort,
          dataDir: flags.data,
          vendorUrls: flags.vendor,
          history: flags.history,
          tokenLifeSeconds: flags.tokenLife,
        });
        writeOutput('ready', flags.json ? 'json' : 'text', demo.ready, () => demo.welcome);
        demo.begin(progressOn(process.stderr));
        return demo;
      });
    });
}
