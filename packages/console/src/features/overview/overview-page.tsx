import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { Overview, Window } from '../../api/types.ts';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { Time } from '../../components/time.tsx';
import { messages } from '../../messages/en.ts';
import { CallsBreakdown, FindingsBreakdown } from './breakdowns.tsx';
import { CallsOverTime } from './calls-over-time.tsx';
import { FirstCall } from './first-call.tsx';
import styles from './overview-page.module.css';
import { overviewQuery } from './queries.ts';
import { RecentRefusals } from './recent-refusals.tsx';
import { RefusalReasons } from './refusal-reasons.tsx';
import { windows } from './search.ts';
import { Tiles } from './tiles.tsx';

const words = messages.overview;

/** What happened, what was refused and why, and what to do about it. */
export function OverviewPage() {
  const { window = '24h' } = useSearch({ from: '/shell/' });
  const navigate = useNavigate({ from: '/' });
  const query = useQuery(overviewQuery(window));
  const calls = query.data?.calls;
  return (
    <Page
      title={words.title}
      heading={calls && words.sentence(words.inWindow[window], calls.total, calls.refused)}
      lead={
        query.data && (
          <>
            {words.asOf} <Time at={query.data.asOf} as="second" />
          </>
        )
      }
      actions={
        <SegmentedControl
          aria-label={words.window}
          value={window}
          onChange={(value) => void navigate({ search: { window: value as Window } })}
          data={windows.map((value) => ({ value, label: words.windows[value] }))}
        />
      }
    >
      <Loaded query={query} lines={10}>
        {(overview) => <Panels overview={overview} window={window} />}
      </Loaded>
    </Page>
  );
}

function Panels({ overview, window }: { readonly overview: Overview; readonly window: Window }) {
  const { calls, series, refusals, recent, assistants, repositories, findings, coverageNotes } = overview;
  return (
    <>
      <Tiles overview={overview} />
      {calls.total === 0 && <FirstCall />}
      <div className={styles.grid}>
        <RefusalReasons refusals={refusals} from={overview.from} className={styles.wide} />
        <RecentRefusals rows={recent} className={styles.narrow} />
        <CallsOverTime series={series} calls={calls} window={window} className={styles.full} />
        <CallsBreakdown
          title={words.assistants}
          filter="assistant"
          rows={assistants}
          className={styles.third}
        />
        <CallsBreakdown
          title={words.repositories}
          filter="repository"
          rows={repositories}
          className={styles.third}
        />
        <FindingsBreakdown findings={findings} className={styles.third} />
        {coverageNotes.length > 0 && (
          <Panel title={words.notes} className={styles.full}>
            <ul className={styles.notes}>
              {coverageNotes.map((note) => (
                <li key={note}>{note}</li>
              ))}
            </ul>
          </Panel>
        )}
      </div>
    </>
  );
}
