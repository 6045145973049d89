import type { ReactNode } from 'react';
import type { EntryDetail } from '../../api/types.ts';
import { Code } from '../../components/code.tsx';
import { type Fact, Facts } from '../../components/facts.tsx';
import { TextLink } from '../../components/link.tsx';
import { Panel } from '../../components/panel.tsx';
import { Time } from '../../components/time.tsx';
import { formatCount, formatMoney } from '../../format/numbers.ts';
import { formatDuration } from '../../format/time.ts';
import { messages } from '../../messages/en.ts';
import styles from './entry-page.module.css';
import { detailsOf, memberOf, type StoredEntry, textOf } from './members.ts';
import { Person } from './person.tsx';

const words = messages.entry.facts;
const evidence: Readonly<Record<string, string>> = words.evidence;

/** Who, where, with what, and under which program. */
export function EntryFacts({ detail: { row, entry } }: { readonly detail: EntryDetail }) {
  const kind = row.kind;
  const facts =
    kind === 'decision'
      ? callFacts(row, entry)
      : kind === 'outcome'
        ? outcomeFacts(row, entry)
        : otherFacts(entry);
  const all = [
    { name: words.time, value: <Time at={row.ts} as="second" /> },
    ...facts,
    ...recordFacts(row, entry),
  ];
  return (
    <Panel title={words.title}>
      <Facts facts={all} />
    </Panel>
  );
}

const code = (value: unknown): ReactNode => {
  const text = textOf(value);
  return text === null ? null : <Code>{text}</Code>;
};

function callFacts(row: EntryDetail['row'], entry: StoredEntry): readonly Fact[] {
  const version = textOf(memberOf(entry, 'assistant', 'version'));
  const how = textOf(entry.repositoryEvidence);
  return [
    { name: words.person, value: row.actor && <Person pseudonym={row.actor} /> },
    { name: words.assistant, value: row.assistant && `${row.assistant}${version ? ` ${version}` : ''}` },
    {
      name: words.repository,
      value: row.repository && `${row.repository}${how ? ` (${evidence[how] ?? how})` : ''}`,
    },
    { name: words.model, value: [row.model, row.vendor].filter(Boolean).join(' · ') },
    { name: words.endpoint, value: textOf(entry.endpoint) },
    { name: words.point, value: textOf(entry.point) },
    {
      name: words.dataClasses,
      value: row.dataClasses.length === 0 ? words.noClasses : row.dataClasses.join(', '),
    },
    {
      name: words.session,
      value: row.session && (
        <TextLink to="/sessions/$session" params={{ session: row.session }}>
          {row.session}
        </TextLink>
      ),
    },
    { name: words.key, value: code(entry.keyId) },
  ];
}

function outcomeFacts(row: EntryDetail['row'], entry: StoredEntry): readonly Fact[] {
  const milliseconds = (value: unknown) => (typeof value === 'number' ? formatDuration(value) : null);
  const tokens = (name: string) => {
    const value = memberOf(entry, 'usage', name);
    return typeof value === 'number' ? formatCount(value) : null;
  };
  return [
    { name: words.outcome, value: row.outcome },
    { name: words.status, value: textOf(entry.status) },
    { name: words.latency, value: milliseconds(entry.latencyMs) },
    { name: words.firstByte, value: milliseconds(entry.firstByteMs) },
    { name: words.tokensIn, value: tokens('inputTokens') },
    { name: words.tokensOut, value: tokens('outputTokens') },
    { name: words.cost, value: row.costMicroUsd === null ? null : formatMoney(row.costMicroUsd) },
  ];
}

function otherFacts(entry: StoredEntry): readonly Fact[] {
  return [
    { name: words.what, value: code(entry.what) },
    { name: words.count, value: textOf(entry.count) },
    ...detailsOf(entry).map(([name, value]) => ({ name, value: <Detail value={value} /> })),
  ].filter(({ value }) => value !== null);
}

/** Texts as a list, each on a line of its own. */
function Detail({ value }: { readonly value: string | readonly string[] }) {
  if (typeof value === 'string' || value.length === 0) return value.length === 0 ? messages.none : value;
  return (
    <ul className={styles.list}>
      {value.map((text, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a text may be there twice.
        <li key={at}>{text}</li>
      ))}
    </ul>
  );
}

/** What ties the entry to the record and to the program in force. */
function recordFacts(row: EntryDetail['row'], entry: StoredEntry): readonly Fact[] {
  return [
    { name: words.index, value: formatCount(row.index) },
    { name: words.id, value: code(row.id) },
    { name: words.bundle, value: code(entry.bundle) },
    { name: words.engine, value: textOf(entry.engine) },
    { name: words.origin, value: row.origin === 'demo' ? words.demo : null },
  ].filter(({ value }) => value !== null);
}
