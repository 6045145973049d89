import { type Command, Option } from 'commander';
import { writeJson } from '../output.ts';
import { administer, type TargetFlags } from './administration.ts';
import { type ClockFlags, clockOption, programOption } from './delivery.ts';
import { factsPlaceOf } from './delivery-place.ts';

interface BaselineFlags extends TargetFlags, ClockFlags {
  readonly database?: string;
  readonly git?: string;
  readonly repository?: string;
  readonly from?: string;
  readonly to?: string;
  readonly seal?: boolean;
  readonly format: 'text' | 'json' | 'html';
}

/** `fairlead baseline`: how a repository delivers before anything is rolled out. */
export function registerBaseline(program: Command): void {
  program
    .command('baseline')
    .description('measure how a repository delivers, and seal it in the ledger for the gates of a rollout')
    .option('--git <DIR|URL>', 'a clone, or the URL of a repository; nothing in it is changed')
    .option(
      '--repository <NAME>',
      'host/owner/name, of facts that were imported or collected; with --git the name of what is measured',
    )
    .option('--data <DIR>', 'data folder: of the facts, and where to seal')
    .option('--database <URL>', 'PostgreSQL database of the facts (FAIRLEAD_DATABASE)')
    .option('--server <URL>', 'where to seal instead (FAIRLEAD_SERVER), with the token in FAIRLEAD_TOKEN')
    .option('--from <DAY>', 'first day of the window; 26 weeks before its end unless given')
    .option('--to <DAY>', 'day after the window; the end of the last week with a merge unless given')
    .addOption(clockOption())
    .option(...programOption)
    .option('--seal', 'put it into the ledger; sealing again is a new entry, and the old one stays')
    .addOption(
      new Option('--format <FORMAT>', 'text, json or html').choices(['text', 'json', 'html']).default('text'),
    )
    .action(async ({ seal = false, format, ...flags }: BaselineFlags) => {
      const { delivery } = await import('@fairlead/server/cli-api');
      const measured = await delivery.measureBaseline({ ...flags, place: placeOf(flags), isNamed: seal });
      const sealed = seal ? await sealBaseline(flags, delivery.sealOf(measured)) : null;
      const baseline = { ...measured, sealed };
      if (format === 'json') return writeJson('baseline', baseline);
      const { baselineHtml, baselineText } = await import('./baseline-text.ts');
      process.stdout.write(format === 'html' ? baselineHtml(baseline) : baselineText(baseline));
    });
}

/** A database that is named has the facts, and the data folder is where to seal. */
function placeOf({ git, repository, data, database }: Omit<BaselineFlags, 'format'>) {
  if (git !== undefined || repository === undefined) return undefined;
  return factsPlaceOf(database === undefined ? { data } : { database });
}

interface Seal {
  readonly id: string;
  readonly at: string;
  readonly digest: string;
}

async function sealBaseline({ data, server }: TargetFlags, body: object): Promise<Seal> {
  const target = server === undefined ? { data } : { server };
  return (await administer(target, (call) => call('POST', '/api/baselines', body))) as Seal;
}
