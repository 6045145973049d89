import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Grouping, KpisAnswer } from '../../api/types.ts';
import { CodeBlock } from '../../components/code.tsx';
import { TextLink } from '../../components/link.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { EmptyState, Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { Time } from '../../components/time.tsx';
import { messages } from '../../messages/en.ts';
import styles from './delivery-page.module.css';
import { EveryFigure } from './every-figure.tsx';
import { GroupsPanel } from './groups-panel.tsx';
import { PartitionPanel } from './partition-panel.tsx';
import { healthQuery, kpisQuery } from './queries.ts';
import { besideDay, groupings, readDeliverySearch, usualKpi, windowOf } from './search.ts';
import { DeliveryTabs } from './tabs.tsx';
import { DeliveryTiles } from './tiles.tsx';

const words = messages.delivery;

/** Figures of delivery: of all teams, and group by group. */
export function DeliveryPage() {
  const search = useSearch({ from: '/shell/delivery' });
  const window = windowOf(search, Date.now());
  const query = useQuery(kpisQuery(window));
  const first = query.data?.rows.find(({ value }) => value !== null);
  return (
    <Page
      title={words.title}
      lead={
        first ? (
          <>
            {words.window(first.from, first.to)} {messages.overview.asOf} <Time at={query.data?.asOf ?? ''} />
          </>
        ) : (
          words.lead
        )
      }
      actions={<Fields window={window} />}
    >
      <DeliveryTabs />
      <Loaded query={query} lines={12}>
        {(answer) => <Figures answer={answer} window={window} />}
      </Loaded>
    </Page>
  );
}

interface Window {
  readonly from: string;
  readonly to: string;
}

function Fields({ window }: { readonly window: Window }) {
  const { by = 'team' } = useSearch({ from: '/shell/delivery' });
  const navigate = useNavigate({ from: '/delivery' });
  const set = (name: 'from' | 'to' | 'by', value: string) =>
    void navigate({ search: (before) => readDeliverySearch({ ...before, [name]: value }) });
  return (
    <div className={styles.fields}>
      <TextInput
        type="date"
        size="xs"
        label={words.fields.from}
        value={window.from}
        onChange={({ currentTarget }) => set('from', currentTarget.value)}
      />
      <TextInput
        type="date"
        size="xs"
        label={words.fields.to}
        value={besideDay(window.to, -1)}
        onChange={({ currentTarget }) => set('to', besideDay(currentTarget.value, 1))}
      />
      <NativeSelect
        size="xs"
        label={words.fields.by}
        value={by}
        onChange={({ currentTarget }) => set('by', currentTarget.value as Grouping)}
        data={groupings.map((value) => ({ value, label: words.groupings[value] }))}
      />
    </div>
  );
}

function Figures({ answer, window }: { readonly answer: KpisAnswer; readonly window: Window }) {
  const { by = 'team', kpi = usualKpi } = useSearch({ from: '/shell/delivery' });
  const navigate = useNavigate({ from: '/delivery' });
  const { rows, origin } = answer;
  if (rows.every(({ value }) => value === null)) return <Nothing />;
  const kpis = rows.map((row) => row.kpi);
  return (
    <>
      {origin === 'demo' && (
        <Notice tone="note" icon="about" title={words.demo.title}>
          <p>{words.demo.text}</p>
        </Notice>
      )}
      <DeliveryTiles rows={rows} />
      <GroupsPanel
        window={window}
        by={by}
        kpi={kpi}
        kpis={kpis}
        onKpi={(chosen) =>
          void navigate({ search: (before) => readDeliverySearch({ ...before, kpi: chosen }) })
        }
      />
      <PartitionPanel window={window} by={by} />
      <EveryFigure rows={rows} />
    </>
  );
}

/** No figure has a value: there are no facts, or too few people in this window. */
function Nothing() {
  const { data: health } = useQuery(healthQuery);
  const hasFacts = health?.sources.some(({ source, connected }) => source === 'changes' && connected);
  const { empty } = words;
  return (
    <Panel title={words.tabs.figures}>
      {hasFacts ? (
        <EmptyState title={empty.window}>
          {empty.windowText}{' '}
          <TextLink to="/delivery/health" underline="always">
            {words.tabs.health}
          </TextLink>
          .
        </EmptyState>
      ) : (
        <EmptyState title={empty.title}>
          <p>{empty.text}</p>
          <div className={styles.command}>
            <CodeBlock text={empty.command} what={empty.what} />
          </div>
          <p>{empty.schema}</p>
        </EmptyState>
      )}
    </Panel>
  );
}
