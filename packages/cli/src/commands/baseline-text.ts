/* A baseline as people read it: as text, and as one page. */
import { type KpiRow, kpiDefinitions } from '@fairlead/core/delivery';
import type { OutputOf } from '@fairlead/core/outputs';
import { indented, textTable } from '../text-table.ts';
import { connectLines } from './connect-sources.ts';
import { amountText } from './delivery-text.ts';

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
  nothing: 'known of no change in the window',
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

/** Of a rate that is judged after 28 days, where no change of the window is that old. */
const tooYoung = 'known 28 days after a merge, and no change in the window is that old';

function reasonText({ kpi, reason, coverage, missing }: KpiRow & { readonly reason: Reason }): string {
  if (reason === 'nothing' && /^(defect|reversal)_rate$/.test(kpi) && coverage === 0) return tooYoung;
  return `${reasonWords[reason]}${missing.length === 0 ? '' : ` (${missing.join(', ')})`}`;
}

/** What isn't about one figure, then the figures that are unknown for one reason in a line each. */
function missingLines({ remarks, kpis }: Pick<BaselineView, 'remarks' | 'kpis'>): readonly string[] {
  const unknown = kpis.flatMap(({ reason, ...row }) => (reason === null ? [] : { ...row, reason }));
  const byReason = Map.groupBy(unknown, reasonText);
  const lines = [...byReason].map(([reason, rows]) => `${familyNames(rows).join(', ')}: ${reason}`);
  // Remarks are for programs too, and call figures by their ids.
  return [...remarks.map((text) => text.replaceAll(/\b(defect|reversal)_rate\b/g, '$1 rate')), ...lines];
}

/** The figures of some rows, their quantiles as one. */
function familyNames(rows: readonly Pick<KpiRow, 'kpi'>[]): readonly string[] {
  return [...new Set(rows.map(({ kpi }) => figureName(kpi.replace(/\.p\d+$/, ''))))];
}

const teamOnly = 'this team only';
const teamOnlyText = `${teamOnly}: intervals are over its own weeks, and say nothing of other teams`;

/** What to know of figures that are known: each note once, with those that it is about. */
function noteLines(known: readonly KpiRow[]): readonly string[] {
  const noted = known.flatMap((row) =>
    row.note === '' ? [] : row.note.split('; ').map((note) => ({ note, row })),
  );
  const byNote = [...Map.groupBy(noted, ({ note }) => note)].map(([note, of]) => {
    const names = familyNames(of.map(({ row }) => row));
    return note === teamOnly ? teamOnlyText : `${names.join(', ')}: ${note}`;
  });
  const few = known.flatMap(({ method }) => /^none \((\d+) clusters\)$/.exec(method)?.[1] ?? []);
  const weeks =
    few.length === 0 ? [] : [`none (k clusters): an interval needs 12 weeks with changes, and there are k`];
  return [...byNote, ...weeks];
}

/** What figures mean, one line for those that are quantiles of the same. */
function meaningLines(known: readonly KpiRow[]): readonly string[] {
  const formulas = new Map(kpiDefinitions.map(({ id, formula }) => [id, formula]));
  const lines = known.flatMap(({ kpi }) => {
    const formula = formulas.get(kpi)?.replace(/^(Median|\d+th percentile) of: /, '');
    const name = familyNames([{ kpi }])[0]!;
    return formula === undefined ? [] : `${name}: ${formula}`;
  });
  return [...new Set(lines)];
}

/** The parts of a baseline after its figures; those without lines are left out. */
function sectionsOf(baseline: BaselineView, known: readonly KpiRow[]) {
  const sections = [
    ['Not known, and why', missingLines(baseline)],
    ['To know of the figures', noteLines(known)],
    ['What they mean', meaningLines(known)],
    ['To connect a source', connectLines(baseline.kpis.flatMap(({ missing }) => missing))],
  ] as const;
  return sections.filter(([, lines]) => lines.length > 0);
}

/** Its ends, or how it comes that there are none. */
function intervalText({ lo, hi, unit, method }: KpiRow): string {
  if (lo !== null && hi !== null) return `${amountText(lo, unit)} … ${amountText(hi, unit)}`;
  return method.startsWith('none') ? method : 'none';
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
    ...sectionsOf(baseline, known).flatMap(([head, texts]) => [`${head}:`, ...indented(texts), '']),
    ...(baseline.status === 'partial' ? [partialText] : []),
    sealText(baseline),
  ].join('\n')}\n`;
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
td:not(:first-child) { white-space: nowrap; }
.figures { overflow-x: auto; }
td:nth-child(n + 4), th:nth-child(n + 4) { text-align: right; font-variant-numeric: tabular-nums; }
</style>
<h1>${escapeHtml(`Baseline of ${baseline.subject}`)}</h1>
<p>${escapeHtml(headline(baseline))}</p>
<div class="figures" tabindex="0" role="region" aria-label="Figures">
<table>
<thead>${row(heads, 'th')}</thead>
<tbody>
${known.map((figure) => row(cellsOf(figure), 'td')).join('\n')}
</tbody>
</table>
</div>
${sectionsOf(baseline, known)
  .map(
    ([head, texts]) =>
      `<h2>${head}</h2>\n<ul>\n${texts.map((text) => `<li>${escapeHtml(text)}</li>`).join('\n')}\n</ul>`,
  )
  .join('\n')}
${baseline.status === 'partial' ? `<p>${escapeHtml(partialText)}</p>\n` : ''}<p>${escapeHtml(sealText(baseline))}</p>
</html>
`;
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
