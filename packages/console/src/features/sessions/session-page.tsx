import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { SessionSummary } from '../../api/types.ts';
import { Code } from '../../components/code.tsx';
import crumbs from '../../components/crumbs.module.css';
import { Facts } from '../../components/facts.tsx';
import { TextLink } from '../../components/link.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Name } from '../../components/name.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { Time } from '../../components/time.tsx';
import { formatCount, formatMoney } from '../../format/numbers.ts';
import { formatDuration } from '../../format/time.ts';
import { messages } from '../../messages/en.ts';
import { sessionQuery } from './queries.ts';
import { Timeline } from './timeline.tsx';

const words = messages.sessions.one;
const columns = messages.sessions.columns;

/** One conversation as a timeline. */
export function SessionPage() {
  const { session } = useParams({ from: '/shell/sessions/$session' });
  const query = useQuery(sessionQuery(session));
  const summary = query.data?.summary;
  return (
    <Page
      title={words.title}
      heading={
        <>
          {words.title} <Code>{session}</Code>
        </>
      }
      above={
        <nav className={crumbs.crumbs} aria-label={words.crumbs}>
          <TextLink to="/sessions">{messages.sessions.title}</TextLink>
          <span aria-hidden="true">/</span>
          <span>{words.title}</span>
        </nav>
      }
      lead={summary && words.lead(summary.calls, summary.refused)}
    >
      <Loaded query={query} lines={10}>
        {({ summary, items }) => (
          <>
            <Panel title={words.facts}>
              <Facts facts={factsOf(summary)} twice />
            </Panel>
            <Panel title={words.timeline}>
              <Timeline items={items} />
            </Panel>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function factsOf(summary: SessionSummary) {
  const { session, assistant, actor, repositories, startedAt, lastAt, tokens, costMicroUsd } = summary;
  return [
    { name: columns.assistant, value: assistant },
    { name: words.person, value: actor && <Code>{actor}</Code> },
    {
      name: columns.repositories,
      value: repositories.length === 0 ? null : <Name>{repositories.join(', ')}</Name>,
    },
    { name: words.started, value: <Time at={startedAt} as="second" /> },
    { name: words.lasted, value: formatDuration(Date.parse(lastAt) - Date.parse(startedAt)) },
    { name: columns.tokens, value: `${formatCount(tokens.input)} / ${formatCount(tokens.output)}` },
    { name: columns.cost, value: costMicroUsd === null ? null : formatMoney(costMicroUsd) },
    {
      name: words.entries,
      value: (
        <TextLink to="/audit" search={{ session }}>
          {words.inAudit}
        </TextLink>
      ),
    },
  ];
}
