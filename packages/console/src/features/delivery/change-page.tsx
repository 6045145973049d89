import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { ChangeTimeline, Part } from '../../api/types.ts';
import { meQuery } from '../../app/queries.ts';
import { Code } from '../../components/code.tsx';
import crumbs from '../../components/crumbs.module.css';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Facts } from '../../components/facts.tsx';
import { TextLink } from '../../components/link.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { Time } from '../../components/time.tsx';
import { formatShare } from '../../format/numbers.ts';
import { formatSpan } from '../../format/time.ts';
import { messages } from '../../messages/en.ts';
import styles from './change-page.module.css';
import { flagTexts, instantsOf, noCycleTime, noLeadTime } from './change-text.ts';
import { PartBar, PartName, partOrder } from './part-bar.tsx';
import { changeQuery } from './queries.ts';
import { readChangeName } from './search.ts';
import { DeliveryTabs } from './tabs.tsx';

const words = messages.delivery.change;

/** Asks which change is meant. There is no list of them: a timeline is shown one at a time. */
export function FindChangePage() {
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [failed, setFailed] = useState(false);
  const { data: me } = useQuery(meQuery);
  const readable = me?.repositories ?? [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const change = readChangeName(text);
    setFailed(change === null);
    if (change !== null) void navigate({ to: '/delivery/change/$host/$owner/$name/$number', params: change });
  };
  return (
    <Page title={words.title} lead={words.lead}>
      <DeliveryTabs />
      <Panel title={words.field}>
        <form onSubmit={submit} className={styles.form}>
          <TextInput
            className={styles.field}
            aria-label={words.field}
            description={words.hint(readable[0] ?? words.example)}
            value={text}
            error={failed && words.invalid}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
          <Button type="submit">{words.open}</Button>
        </form>
      </Panel>
      {me && <Readable repositories={readable} isPerson={me.principal !== null} />}
    </Page>
  );
}

const mostListed = 12;

/** So that nobody has to guess which names are not refused. */
function Readable({
  repositories,
  isPerson,
}: {
  readonly repositories: readonly string[];
  readonly isPerson: boolean;
}) {
  if (!isPerson) return null;
  const more = repositories.length - mostListed;
  return (
    <Panel title={words.readable}>
      {repositories.length === 0 && <p>{words.noRepository}</p>}
      <ul className={styles.readable}>
        {repositories.slice(0, mostListed).map((repository) => (
          <li key={repository}>
            <Code>{repository}</Code>
          </li>
        ))}
        {more > 0 && <li>{words.more(more)}</li>}
      </ul>
    </Panel>
  );
}

/** The life of one change. */
export function ChangePage() {
  const params = useParams({ from: '/shell/delivery/change/$host/$owner/$name/$number' });
  const query = useQuery(changeQuery(params));
  const name = `${params.host}/${params.owner}/${params.name}#${params.number}`;
  return (
    <Page
      title={words.title}
      heading={<Code>{name}</Code>}
      lead={words.lead}
      above={
        <nav className={crumbs.crumbs} aria-label={words.crumbs}>
          <TextLink to="/delivery/change">{messages.delivery.title}</TextLink>
          <span aria-hidden="true">/</span>
          <span>{words.title}</span>
        </nav>
      }
    >
      <DeliveryTabs />
      <Loaded query={query} lines={10}>
        {(timeline) => <Timeline timeline={timeline} />}
      </Loaded>
    </Page>
  );
}

function Timeline({ timeline }: { readonly timeline: ChangeTimeline }) {
  const { parts, total, flags } = timeline;
  const instants = instantsOf(timeline).map(({ id, at, word }) => ({
    name: words.instantNames[id],
    value: at === null ? word : <Time at={at} as="second" />,
  }));
  const isUntold = flags.some((flag) => flag.endsWith('_unknown'));
  return (
    <>
      <Panel title={words.parts} lead={isUntold ? words.untoldLead : words.partsLead}>
        {total !== null && <PartBar parts={parts} total={Math.max(1, total)} />}
        <div className={styles.table}>
          <DataTable
            label={words.parts}
            columns={columns}
            rows={partOrder
              .filter((part) => parts[part] !== 0)
              .map((part) => ({ part, seconds: parts[part], total }))}
            rowKey={({ part }) => part}
          />
        </div>
      </Panel>
      <div className={styles.pair}>
        <Panel title={words.instants}>
          <Facts facts={instants} />
        </Panel>
        <Panel title={words.facts}>
          <Facts facts={factsOf(timeline)} />
        </Panel>
      </div>
    </>
  );
}

const spanOr = (seconds: number | null, otherwise: string) =>
  seconds === null ? otherwise : formatSpan(seconds);

const clocks: { readonly [clock: string]: string } = words.clocks;

function factsOf(timeline: ChangeTimeline) {
  const { status, cycle_time, lead_time, total, clock, definition, flags } = timeline;
  return [
    { name: words.status, value: words.statuses[status] },
    { name: words.cycle, value: spanOr(cycle_time, noCycleTime(timeline)) },
    { name: words.leadTime, value: spanOr(lead_time, noLeadTime(timeline)) },
    { name: words.total, value: spanOr(total, words.unknown) },
    { name: words.flags, value: flags.length === 0 ? words.noFlags : flagTexts(flags).join(', ') },
    { name: words.clock, value: clocks[clock] ?? clock },
    { name: words.definition, value: <Code>{definition}</Code> },
  ];
}

interface PartRow {
  readonly part: Part;
  /** Null: unknown. */
  readonly seconds: number | null;
  readonly total: number | null;
}

const columns: readonly Column<PartRow>[] = [
  { id: 'part', header: words.part, card: 'head', cell: ({ part }) => <PartName part={part} /> },
  {
    id: 'time',
    header: words.time,
    align: 'right',
    cell: ({ seconds }) => spanOr(seconds, words.unknown),
  },
  {
    id: 'share',
    header: words.share,
    align: 'right',
    cell: ({ seconds, total }) => (seconds === null || total === null ? '' : formatShare(seconds, total)),
  },
];
