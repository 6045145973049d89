import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  collect,
  databaseOption,
  parseMebibytes,
  parseMinutes,
  parsePort,
  parseTokenLife,
} from '../options.ts';
import { writeOutput } from '../output.ts';
import { runUntilSignal } from '../run-until-signal.ts';

interface UpFlags {
  readonly program: string;
  readonly data: string;
  readonly host: string;
  readonly port: number;
  readonly consolePort: number;
  readonly credential: string[];
  readonly allowHost: string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly behindProxy: string[];
  readonly diskLow?: number;
  readonly witness: { readonly url: string; readonly vkey: string }[];
  readonly tokenLife: number;
  readonly gatewayUrl?: string;
  readonly database?: string;
  readonly databaseLimit?: number;
  readonly role: 'all' | 'gateway' | 'control';
  readonly signingKey?: string;
  readonly secrets?: string;
  readonly statusPort?: number;
  readonly activate: boolean;
  readonly streamDir?: string;
  readonly githubWebhookSecret?: string;
  readonly incidentLabel?: string;
  readonly collect?: string;
  readonly collectApi?: string;
  readonly collectEvery: number;
  readonly json: boolean;
}

function addWitness(value: string, known: UpFlags['witness']): UpFlags['witness'] {
  const cut = value.indexOf('=');
  const url = value.slice(0, Math.max(cut, 0));
  if (!URL.canParse(url) || cut === value.length - 1)
    throw new InvalidArgumentError('It has the form URL=VKEY.');
  return [...known, { url, vkey: value.slice(cut + 1) }];
}

/** `fairlead up`: an organisation's own program. */
export function registerUp(program: Command): void {
  const up = program
    .command('up')
    .description('run your own program directory')
    .requiredOption('--program <DIR>', 'program directory')
    .requiredOption('--data <DIR>', 'data folder')
    .option('--host <ADDRESS>', 'address to listen on; not loopback needs TLS or --behind-proxy', '127.0.0.1')
    .option('--port <N>', 'gateway port, 0 for a free one', parsePort, 7420)
    .option('--console-port <N>', 'control and console port, 0 for a free one', parsePort, 7421)
    .option(
      '--credential <NAME>',
      'confirm a vendor credential; its value is read from the variable NAME',
      collect,
      [],
    )
    .option(
      '--allow-host <NAME>',
      'host name the listeners answer to, beside those of fairlead.yaml',
      collect,
      [],
    )
    .option('--tls-cert <FILE>', 'certificate chain in PEM')
    .option('--tls-key <FILE>', 'private key in PEM')
    .option('--behind-proxy <CIDR>', 'address range of the TLS-terminating proxy in front', collect, [])
    .option(
      '--disk-low <MIB>',
      "refuse calls when less is free on the data folder's disk (256, or a twentieth of a small disk)",
      parseMebibytes,
    )
    .option(
      '--witness <URL=VKEY>',
      'have every checkpoint cosigned there; may be given several times',
      addWitness,
      [],
    )
    .option('--gateway-url <URL>', 'where clients reach the gateway, when a proxy stands in front of it')
    .option('--stream-dir <DIR>', 'where streams to files are written; in the data folder unless told')
    .option('--token-life <SECONDS>', 'life of the tokens that assistants renew', parseTokenLife, 600)
    .option('--json', 'one JSON line on stdout when ready', false)
    .action(async (flags: UpFlags) => {
      const { startUp } = await import('@fairlead/server/cli-api');
      await runUntilSignal(async () => {
        const server = await startUp({
          ...flags,
          programDir: flags.program,
          dataDir: flags.data,
          tokenLifeSeconds: flags.tokenLife,
        });
        writeOutput('ready', flags.json ? 'json' : 'text', server.ready, () => server.welcome);
        return server;
      });
    });
  addIntakeOptions(up);
  addReplicaOptions(up);
}

/** What comes into delivery facts by itself. */
function addIntakeOptions(up: Command): void {
  up.option(
    '--github-webhook-secret <FILE>',
    'secret that GitHub signs its webhooks with; github-webhook.secret beside the other secrets unless told',
  )
    .option('--incident-label <NAME>', 'label of the issues that are incidents (incident)')
    .option(
      '--collect <NAME>',
      "read the program's repositories from GitHub; the token is read from the variable NAME",
    )
    .option('--collect-api <URL>', "address of the host's GraphQL API, where it isn't the usual one")
    .option('--collect-every <MINUTES>', 'from the beginning of one round to the next', parseMinutes, 5);
}

/** What is told to one of several servers on a database. */
function addReplicaOptions(up: Command): void {
  up.addOption(databaseOption('PostgreSQL that several replicas share, instead of files in the data folder'))
    .option(
      '--database-limit <MIB>',
      'refuse calls when the database is nearly this large; its free disk cannot be asked',
      parseMebibytes,
    )
    .addOption(
      new Option('--role <ROLE>', 'the gateway, the control plane with the console, or both')
        .choices(['all', 'gateway', 'control'])
        .default('all'),
    )
    .option(
      '--signing-key <FILE>',
      'key that signs the log (PKCS #8 in PEM); beside the data folder unless told',
    )
    .option(
      '--secrets <DIR>',
      'folder of the secrets that replicas share; beside the data folder unless told',
    )
    .option('--status-port <N>', 'with --role gateway: port of /healthz, /readyz and /metrics', parsePort)
    .option('--activate', 'put this program in force again, though another one has replaced it', false)
    .hook('preAction', (command) => {
      const { database, databaseLimit } = command.opts<UpFlags>();
      if (databaseLimit !== undefined && database === undefined)
        command.error('error: --database-limit is for --database');
    });
}
