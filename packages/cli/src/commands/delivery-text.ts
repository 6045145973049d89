/* How figures of delivery are shown to people. */
import type { KpiRow } from '@fairlead/core/delivery';
import type { OutputOf } from '@fairlead/core/outputs';
import { indented, textTable } from '../text-table.ts';

const columns = [
  'kpi',
  'version',
  'group',
  'from',
  'to',
  'n',
  'value',
  'lo',
  'hi',
  'coverage',
  'unit',
  'method',
  'note',
  'suppressed',
] as const satisfies readonly (keyof KpiRow)[];

/** Tidy CSV (RFC 4180), one row a figure. */
export function figuresCsv(rows: readonly KpiRow[]): string {
  const lines = rows.map((row) => columns.map((column) => csvCell(row[column])).join(','));
  return `${[columns.join(','), ...lines].join('\r\n')}\r\n`;
}

function csvCell(value: string | number | boolean | null): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  // A spreadsheet takes a cell that begins so for a formula.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** `2 d 3 h 4 min`, without parts that are nothing. */
export function spanText(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
  ].filter(([count]) => count !== 0);
  return parts.length === 0 ? `${whole} s` : parts.map(([count, unit]) => `${count} ${unit}`).join(' ');
}

export function amountText(value: number | null, unit: string): string {
  if (value === null) return 'unknown';
  if (unit === 'seconds') return spanText(value);
  if (unit === 'share') return `${(value * 100).toFixed(1)} %`;
  if (unit === 'changes per week') return `${value.toFixed(1)} a week`;
  return value.toFixed(1);
}

export function timelineText(view: OutputOf<'delivery-timeline'>): string {
  const { change, status, definition, clock, parts, total, flags } = view;
  const instants = Object.entries(view.t).flatMap(([name, at]) => (at === null ? [] : [[name, at]]));
  const spans = Object.entries(parts).flatMap(([part, seconds]) =>
    seconds === 0 ? [] : [[part, seconds === null ? 'unknown' : spanText(seconds)]],
  );
  const rows = [
    ...instants,
    [],
    ...spans,
    ['total', total === null ? 'unknown' : spanText(total)],
    [],
    ...timesOf(view),
    ...(flags.length === 0 ? [] : [['flags', flags.join(', ')]]),
  ];
  const lines = indented(textTable(rows)).map((line) => line.trimEnd());
  const time = clock === 'elapsed' ? 'elapsed time' : clock;
  const untold = flags.some((flag) => flag.endsWith('_unknown')) ? [untoldText] : [];
  return `${[`${change}, ${status} (${definition}, ${time})`, ...lines, ...untold].join('\n')}\n`;
}

const untoldText =
  'Unknown is what the source of this change doesn’t know, as git no reviews: it is not none.';

function timesOf({ status, state, cycle_time, lead_time }: OutputOf<'delivery-timeline'>) {
  const cycle = status === 'merged' ? 'unknown' : 'not merged';
  const states = {
    deployed: 'unknown',
    pending: 'pending',
    not_applicable: status === 'merged' ? 'unknown: no deployment of the repository is known' : 'not merged',
  };
  return [
    ['cycle time', cycle_time === null ? cycle : spanText(cycle_time)],
    ['lead time', lead_time === null ? states[state] : spanText(lead_time)],
  ];
}

const classWords: { readonly [Class in OutputOf<'delivery-provenance'>['class']]: string } = {
  A: 'an assistant made it',
  B: 'an assistant was at it',
  C: 'its author used an assistant in those weeks',
  N: 'no assistant',
  U: 'unknown',
  automation: 'a bot that is no assistant',
};

export function provenanceText({
  change,
  class: of,
  strength,
  evidence,
  coverage,
  tasks,
}: OutputOf<'delivery-provenance'>): string {
  const seen = coverage === null ? 'unknown' : `${Math.round(coverage * 100)} %`;
  return `${[
    `${change}: ${of}${strength === null ? '' : ` (${strength})`}, ${classWords[of]}`,
    ...indented(
      textTable([
        ...evidence.map((id) => ['evidence', id]),
        ...tasks.map((id) => ['task', id]),
        ['coverage', seen],
      ]),
    ),
  ].join('\n')}\n`;
}
