import { type Command, Option } from 'commander';

interface DataFlag {
  readonly data: string;
}

const dataOption = ['--data <DIR>', 'data folder'] as const;

/** `fairlead delivery`: how changes get from the first commit to production. */
export function registerDelivery(program: Command): void {
  const delivery = program
    .command('delivery')
    .description('changes, reviews, deployments and incidents, and the figures computed from them');
  registerImport(delivery);
  registerTimeline(delivery);
  registerKpis(delivery);
}

function registerImport(delivery: Command): void {
  delivery
    .command('import')
    .description('take facts from a file; the same file again changes nothing')
    .argument('<FILE>', 'a file of JSON lines, or - for standard input')
    .addOption(
      new Option('--format <FORMAT>', 'jsonl (fairlead schema delivery-import), or github: raw REST objects')
        .choices(['jsonl', 'github'])
        .makeOptionMandatory(),
    )
    .requiredOption(...dataOption)
    .action(async (file: string, { data, format }: DataFlag & { readonly format: 'jsonl' | 'github' }) => {
      const { delivery: server } = await import('@fairlead/server/cli-api');
      const shown = process.stderr.isTTY === true;
      const counts = await server.importInto(data, format, file, (taken) => {
        if (shown) process.stderr.write(`\r${taken} facts`);
      });
      if (shown) process.stderr.write('\n');
      process.stdout.write(`${JSON.stringify(counts)}\n`);
    });
}

function registerTimeline(delivery: Command): void {
  delivery
    .command('timeline')
    .description('the life of one change, in parts that add up')
    .argument('<CHANGE>', 'host/owner/name#number')
    .requiredOption(...dataOption)
    .addOption(new Option('--format <FORMAT>', 'text or json').choices(['text', 'json']).default('text'))
    .action(async (change: string, { data, format }: DataFlag & { readonly format: 'text' | 'json' }) => {
      const { delivery: server } = await import('@fairlead/server/cli-api');
      const timeline = await server.timelineIn(data, change);
      process.stdout.write(format === 'json' ? `${JSON.stringify(timeline)}\n` : timelineText(timeline));
    });
}

function registerKpis(delivery: Command): void {
  delivery
    .command('kpis')
    .description('figures of delivery')
    .requiredOption(...dataOption)
    .addOption(
      new Option(
        '--definitions <SET>',
        'devlake: one JSON line for each merged change, as Apache DevLake measures it',
      )
        .choices(['devlake'])
        .makeOptionMandatory(),
    )
    .action(async ({ data }: DataFlag) => {
      const { delivery: server } = await import('@fairlead/server/cli-api');
      await server.devlakeIn(data, (line) => process.stdout.write(`${JSON.stringify(line)}\n`));
    });
}

/** What the text form shows of a timeline. Spans are seconds. */
export interface TimelineView {
  readonly definition: string;
  readonly change: string;
  readonly status: string;
  readonly t: { readonly [name: string]: string | null };
  readonly parts: { readonly [part: string]: number };
  readonly total: number;
  readonly cycle_time: number | null;
  readonly lead_time: number | null;
  readonly state: string;
  readonly clock: string;
  readonly flags: readonly string[];
}

export function timelineText(view: TimelineView): string {
  const { change, status, definition, clock, parts, total, flags, state } = view;
  const width = 12;
  const row = (name: string, value: string) => `  ${name.padEnd(width)} ${value}`;
  const instants = Object.entries(view.t).flatMap(([name, at]) => (at === null ? [] : [row(name, at)]));
  const spans = Object.entries(parts).flatMap(([part, seconds]) =>
    seconds === 0 ? [] : [row(part, spanText(seconds))],
  );
  return `${[
    `${change}, ${status} (${definition}, ${clock} time)`,
    ...instants,
    '',
    ...spans,
    row('total', spanText(total)),
    '',
    row('cycle time', view.cycle_time === null ? 'not merged' : spanText(view.cycle_time)),
    row('lead time', view.lead_time === null ? state.replace('_', ' ') : spanText(view.lead_time)),
    ...(flags.length === 0 ? [] : [row('flags', flags.join(', '))]),
  ].join('\n')}\n`;
}

/** `2 d 3 h 4 min`, without parts that are nothing. */
export function spanText(seconds: number): string {
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  const parts = [
    [days, 'd'],
    [hours, 'h'],
    [minutes, 'min'],
  ].filter(([count]) => count !== 0);
  return parts.length === 0 ? `${seconds} s` : parts.map(([count, unit]) => `${count} ${unit}`).join(' ');
}
