import { FairleadError } from '@fairlead/core/errors';
import { type Command, Option } from 'commander';
import { collect } from '../options.ts';
import { type Format, formatOption, jsonLine, writeJson, writeOutput } from '../output.ts';
import { connectLines } from './connect-sources.ts';
import { registerCollect } from './delivery-collect.ts';
import { aheadText, healthText } from './delivery-health-text.ts';
import { registerPeople } from './delivery-people.ts';
import { factsPlaceOf } from './delivery-place.ts';
import { figuresCsv, provenanceText, timelineText } from './delivery-text.ts';
import { type PlaceFlags, withPlace } from './ledger-place.ts';

export const clockOption = () =>
  new Option('--clock <CLOCK>', 'elapsed, or working: the hours of the owner team in --program')
    .choices(['elapsed', 'working'])
    .default('elapsed');
export const programOption = [
  '--program <DIR>',
  'program directory that says which team owns a repository, and when it works',
] as const;

export interface ClockFlags {
  readonly clock: 'elapsed' | 'working';
  readonly program?: string;
}

/** `fairlead delivery`: how changes get from the first commit to production. */
export function registerDelivery(program: Command): void {
  const delivery = program
    .command('delivery')
    .description('changes, reviews, deployments and incidents, and the figures computed from them');
  registerImport(delivery);
  registerCollect(delivery);
  registerPeople(delivery);
  registerTimeline(delivery);
  registerKpis(delivery);
  registerProvenance(delivery);
  registerHealth(delivery);
  registerSzz(delivery);
}

const importFormats = [
  ...(['jsonl', 'github', 'gitlab', 'git', 'incidents-csv'] as const),
  ...(['tasks', 'copilot-usage', 'seats', 'git-ai', 'agent-trace'] as const),
] as const;

interface ImportFlags extends PlaceFlags {
  readonly format: (typeof importFormats)[number];
  readonly incidentLabel?: string;
  readonly repository?: string;
  readonly clone?: string;
  readonly program?: string;
  readonly credential?: string;
  readonly allowPrivate: readonly string[];
}

function registerImport(delivery: Command): void {
  withPlace(delivery.command('import'))
    .description('take facts from a file or a URL; the same again changes nothing')
    .argument('<FILE>', 'a file of lines, an http or https URL, or - for standard input')
    .addOption(
      new Option(
        '--format <FORMAT>',
        'jsonl (fairlead schema delivery-import); github, gitlab: raw REST objects; git: a clone or a URL; ' +
          'incidents-csv: a table of incidents; ' +
          'tasks (fairlead schema task-import); copilot-usage: a usage report; seats: CSV or JSON; ' +
          'git-ai: a clone with refs/notes/ai; agent-trace: records, one a line',
      )
        .choices(importFormats)
        .makeOptionMandatory(),
    )
    .option('--incident-label <NAME>', 'label of the issues that are incidents (incident)')
    .option('--repository <NAME>', 'host/owner/name of what a clone, git-ai or agent-trace are about')
    .option(
      '--program <DIR>',
      'program directory: whose accounts are whose, and which environments are production',
    )
    .option('--clone <DIR>', 'a clone that says which commits the deployments of its repository brought')
    .option(
      '--credential <NAME>',
      'of a URL: its token is read from the variable NAME, and sent to its host alone',
    )
    .option(
      '--allow-private <HOST>',
      'of a URL: host, address or range whose private addresses may be called',
      collect,
      [],
    )
    .action(async (file: string, { format, repository, ...flags }: ImportFlags) => {
      const place = factsPlaceOf(flags);
      const { delivery: server, tasks } = await import('@fairlead/server/cli-api');
      if (tasks.isTaskFormat(format)) {
        const counts = await tasks.importInto(place, format, file, repository, flags);
        writeJson('delivery-imported', counts);
        return;
      }
      const shown = process.stderr.isTTY === true;
      const onProgress = (taken: number) => {
        if (shown) process.stderr.write(`\r${taken} facts`);
      };
      const counts = await server.importInto(place, format, file, onProgress, { repository, ...flags });
      if (shown) process.stderr.write('\n');
      if (counts.ahead !== undefined) process.stderr.write(aheadText(counts.ahead));
      writeJson('delivery-imported', counts);
    });
}

interface TimelineFlags extends PlaceFlags, ClockFlags {
  readonly format: Format;
}

function registerTimeline(delivery: Command): void {
  withPlace(delivery.command('timeline'))
    .description('the life of one change, in parts that add up')
    .argument('<CHANGE>', 'host/owner/name#number')
    .addOption(clockOption())
    .option(...programOption)
    .addOption(formatOption())
    .action(async (change: string, { format, clock, program, ...flags }: TimelineFlags) => {
      const place = factsPlaceOf(flags);
      const { delivery: server } = await import('@fairlead/server/cli-api');
      const timeline = await server.timelineIn(place, change, { clock, program });
      writeOutput('delivery-timeline', format, timeline, timelineText);
    });
}

interface KpiFlags extends PlaceFlags, ClockFlags {
  readonly from?: string;
  readonly to?: string;
  readonly by?: 'team' | 'repository' | 'week' | 'month' | 'stage';
  readonly definitions?: 'devlake';
  readonly format: 'json' | 'csv';
}

function registerKpis(delivery: Command): void {
  withPlace(delivery.command('kpis'))
    .description('figures of a window, each with definition, n, interval and coverage')
    .option('--from <DAY>', 'first day of the window, YYYY-MM-DD')
    .option('--to <DAY>', 'day after the window')
    .addOption(
      new Option('--by <GROUPING>', 'one group each').choices([
        'team',
        'repository',
        'week',
        'month',
        'stage',
      ]),
    )
    .addOption(clockOption())
    .option(...programOption)
    .addOption(
      new Option(
        '--definitions <SET>',
        'devlake: one JSON line for each merged change, as Apache DevLake measures it',
      ).choices(['devlake']),
    )
    .addOption(new Option('--format <FORMAT>', 'json or csv').choices(['json', 'csv']).default('json'))
    .action(async ({ definitions, format, from, to, by, program, clock, ...flags }: KpiFlags) => {
      const place = factsPlaceOf(flags);
      const { delivery: server, tasks } = await import('@fairlead/server/cli-api');
      if (definitions === 'devlake') {
        await server.devlakeIn(place, (line) => writeJson('delivery-devlake', line));
        return;
      }
      if (from === undefined || to === undefined) throw new FairleadError('delivery.window-invalid');
      const window = { from, to, by, program };
      const measured = await server.kpisIn(place, { ...window, clock });
      const rows = [...measured, ...(await tasks.taskRowsIn(place, window))];
      process.stdout.write(format === 'csv' ? figuresCsv(rows) : jsonLine('delivery-kpis', rows));
      for (const line of connectLines(rows.flatMap(({ missing }) => missing)))
        process.stderr.write(`not connected: ${line}\n`);
    });
}

interface ProvenanceFlags extends PlaceFlags {
  readonly program?: string;
  readonly format: Format;
}

function registerProvenance(delivery: Command): void {
  withPlace(delivery.command('provenance'))
    .description('whether an assistant made a change, and what says so')
    .argument('<CHANGE>', 'host/owner/name#number')
    .option('--program <DIR>', 'program directory that lists the assistants’ own accounts')
    .addOption(formatOption())
    .action(async (change: string, { program, format, ...flags }: ProvenanceFlags) => {
      const place = factsPlaceOf(flags);
      const { tasks } = await import('@fairlead/server/cli-api');
      const found = await tasks.provenanceIn(place, change, program);
      writeOutput('delivery-provenance', format, found, provenanceText);
    });
}

function registerHealth(delivery: Command): void {
  withPlace(delivery.command('health'))
    .description('how complete the facts are, and what incidents name that is not known')
    .option('--program <DIR>', 'program directory that lists repositories and people')
    .addOption(formatOption())
    .action(async ({ program, format, ...flags }: ProvenanceFlags) => {
      const place = factsPlaceOf(flags);
      const { delivery: server } = await import('@fairlead/server/cli-api');
      const health = await server.healthIn(place, program);
      writeOutput('delivery-health', format, health, (view) => healthText(view, program !== undefined));
    });
}

interface SzzFlags {
  readonly repo: string;
  readonly fix: string;
  readonly format: Format;
}

function registerSzz(delivery: Command): void {
  delivery
    .command('szz')
    .description('the commit that a fix’s lines came from: an estimate of what introduced the defect')
    .requiredOption('--repo <DIR>', 'a clone')
    .requiredOption('--fix <SHA>', 'the commit that fixed it')
    .addOption(formatOption())
    .action(async ({ repo, fix, format }: SzzFlags) => {
      const { delivery: server } = await import('@fairlead/server/cli-api');
      const result = await server.findInducing(repo, fix);
      writeOutput('szz', format, result, ({ inducing }) =>
        inducing.length === 0 ? 'No line says where it came from.\n' : `${inducing.join('\n')}\n`,
      );
      if (format === 'text' && result.shallow)
        process.stderr.write('The clone is shallow: lines from before its beginning name nothing.\n');
    });
}
