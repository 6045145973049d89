/* How figures of delivery are shown to people. */
import type { KpiRow } from '@fairlead/core/delivery';
import type { OutputOf } from '@fairlead/core/outputs';
import { indented, textTable } from '../text-table.ts';
import { connectLines } from './connect-sources.ts';

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
  return value.toFixed(1);
}

function intervalText({ lo, hi, unit }: KpiRow): string {
  return lo === null || hi === null ? '' : `${amountText(lo, unit)} … ${amountText(hi, unit)}`;
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

type BaselineView = OutputOf<'baseline'>;

/** `cycle time, median` of `cycle_time.p50`. */
function figureName(kpi: string): string {
  const words = kpi.replaceAll('_', ' ').replace(/\.p(\d+)$/, ', $1 % within');
  return words.replace(/, 50 % within$/, ', median');
}

type Reason = NonNullable<KpiRow['reason']>;

/** Sources are named where there are any. */
const reasonWords: { readonly [Name in Reason]: string } = {
  not_connected: 'source not connected',
  nothing: 'nothing in the window has it',
  few_people: 'fewer than 5 people, or one with more than half',
  few_known: 'known of fewer than 5 people, or of one with more than half',
  small_rate: 'a rate of fewer than 20 is not shown',
  unpublished: 'too many changes are of too few people, or of weeks not decided yet',
  only_merged: 'only merged changes are known here',
  not_reached: 'of the changes opened in the window fewer than half have been merged',
  too_early: 'no week of it is over, or old enough to be judged',
  not_by_group: 'not known by group',
  no_divisor: 'nothing to divide by',
  usage_unknown: 'no report says which were used',
};

/** What isn't about one figure, then the figures that are unknown for one reason in a line each. */
function missingLines({ remarks, kpis }: Pick<BaselineView, 'remarks' | 'kpis'>): readonly string[] {
  const unknown = kpis.flatMap(({ kpi, reason, missing }) =>
    reason === null ? [] : { kpi, reason, missing },
  );
  const byReason = Map.groupBy(unknown, ({ reason, missing }) => [reason, ...missing].join(' '));
  const lines = [...byReason.values()].map((figures) => {
    const [{ reason, missing }] = figures as [(typeof figures)[number]];
    const names = new Set(figures.map(({ kpi }) => figureName(kpi.replace(/\.p\d+$/, ''))));
    const sources = missing.length === 0 ? '' : ` (${missing.join(', ')})`;
    return `${[...names].join(', ')}: ${reasonWords[reason]}${sources}`;
  });
  return [...remarks, ...lines];
}

const partialText =
  'Partial: for the gates of a rollout, cycle time, review latency and defect rate need 20 changes each.';

const heads = ['figure', 'value', '95 % interval', 'n', 'coverage'];

function cellsOf(row: KpiRow): readonly string[] {
  const coverage = row.coverage === null ? '' : `${Math.round(row.coverage * 100)} %`;
  return [
    `${figureName(row.kpi)} (${row.version})`,
    amountText(row.value, row.unit),
    intervalText(row),
    String(row.n ?? ''),
    coverage,
  ];
}

export function baselineText(baseline: BaselineView): string {
  const known = baseline.kpis.filter(({ value }) => value !== null);
  const lines = textTable([heads, ...known.map(cellsOf)], 3);
  return `${[
    headline(baseline),
    '',
    ...(known.length === 0 ? ['No figure is known.'] : lines),
    '',
    'Not known, and why:',
    ...missingLines(baseline).map((text) => `  ${text}`),
    ...connectText(baseline),
    '',
    ...(baseline.status === 'partial' ? [partialText] : []),
    sealText(baseline),
  ].join('\n')}\n`;
}

/** How to connect the sources that figures are unknown for want of. */
function connectText({ kpis }: Pick<BaselineView, 'kpis'>): readonly string[] {
  const lines = connectLines(kpis.flatMap(({ missing }) => missing));
  return lines.length === 0 ? [] : ['', 'To connect a source:', ...indented(lines)];
}

function headline({ subject, window, changes, source, status, definitions }: BaselineView): string {
  return `Baseline of ${subject}, ${window.from} to ${window.to} (UTC): ${changes === 1 ? '1 merged change' : `${changes} merged changes`} from ${source}, ${status} (${definitions})`;
}

function sealText({ sealed }: BaselineView): string {
  return sealed === null ? 'Not sealed.' : `Sealed ${sealed.at}, entry ${sealed.id}, ${sealed.digest}`;
}

/** One self-contained page. */
export function baselineHtml(baseline: BaselineView): string {
  const known = baseline.kpis.filter(({ value }) => value !== null);
  const row = (cells: readonly string[], tag: 'td' | 'th') =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(`Baseline of ${baseline.subject}`)}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .75rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
td:nth-child(n + 4), th:nth-child(n + 4) { text-align: right; font-variant-numeric: tabular-nums; }
</style>
<h1>${escapeHtml(`Baseline of ${baseline.subject}`)}</h1>
<p>${escapeHtml(headline(baseline))}</p>
<table>
<thead>${row(heads, 'th')}</thead>
<tbody>
${known.map((figure) => row(cellsOf(figure), 'td')).join('\n')}
</tbody>
</table>
<h2>Not known, and why</h2>
<ul>
${missingLines(baseline)
  .map((text) => `<li>${escapeHtml(text)}</li>`)
  .join('\n')}
</ul>
${connectHtml(baseline)}${baseline.status === 'partial' ? `<p>${escapeHtml(partialText)}</p>\n` : ''}<p>${escapeHtml(sealText(baseline))}</p>
</html>
`;
}

function connectHtml(baseline: BaselineView): string {
  const [, head, ...lines] = connectText(baseline);
  if (head === undefined) return '';
  return `<h2>${escapeHtml(head)}</h2>\n<pre>${escapeHtml(lines.join('\n'))}</pre>\n`;
}

function escapeHtml(text: string): string {
  const entities: { readonly [char: string]: string } = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (char) => entities[char]!);
}
