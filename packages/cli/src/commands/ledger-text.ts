import type { Entry } from '@fairlead/core/ledger';
import { tableLine } from '../text-table.ts';

const columns = [{ width: 7, right: true }, { width: 23 }, { width: 9 }, { width: 18 }, { width: 38 }];

/** Heading of the table below. */
export const listHeader = tableLine(
  ['index', 'time (UTC)', 'kind', 'result', 'repository or op', 'reasons and notes'],
  columns,
);

/** One line of `ledger list`: made for people, so it names what was decided and why, and leaves digests out. */
export function entryRow(index: number, json: string): string {
  const entry = JSON.parse(json) as Entry;
  const time = entry.ts.replace('T', ' ').replace('Z', '');
  const [result, subject, notes] = describe(entry);
  return tableLine([String(index), time, entry.kind, result, subject, notes].map(printable), columns);
}

function describe(entry: Entry): readonly [result: string, subject: string, notes: string] {
  switch (entry.kind) {
    case 'decision':
      return [entry.decision, entry.repository ?? '(unknown repository)', decisionNotes(entry)];
    case 'outcome':
      return [entry.outcome, `op ${entry.op}`, `${entry.status ?? 'no answer'}, ${entry.latencyMs} ms`];
    case 'recovery':
      return [entry.outcome, `op ${entry.op}`, 'the process ended before the outcome was recorded'];
    case 'repeat':
      return [`× ${entry.count}`, `op ${entry.of}`, 'the same refused call again'];
    case 'config':
    case 'admin':
      return [entry.what, '', detailNotes(entry.details)];
    default:
      return ['', '', ''];
  }
}

function decisionNotes(entry: Extract<Entry, { kind: 'decision' }>): string {
  const model = entry.model === null ? '' : ` ${entry.model}`;
  const found = entry.findings.map((finding) => `${finding.detector}×${finding.count}`).join(' ');
  return `${entry.policyIds.join(' ')}${model}${found === '' ? '' : ` found: ${found}`}`;
}

function detailNotes(details: Readonly<Record<string, unknown>>): string {
  return Object.entries(details)
    .map(([name, value]) => `${name}=${oneLine(String(value))}`)
    .join(' ');
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

/** Names in entries come from outside: control characters must not reach a terminal. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '�');
}
