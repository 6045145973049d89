import { Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import type { SessionSummary, SessionsPage as SessionsAnswer } from '../../api/types.ts';
import { Code } from '../../components/code.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { ButtonLink, TextLink } from '../../components/link.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Name } from '../../components/name.tsx';
import { EmptyState } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { Time } from '../../components/time.tsx';
import { formatCount, formatMoney, shortId } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import { sessionsQuery } from './queries.ts';

const words = messages.sessions;

/** Conversations of assistants, newest first. */
export function SessionsPage() {
  const { cursor } = useSearch({ from: '/shell/sessions' });
  const query = useQuery(sessionsQuery(cursor));
  return (
    <Page title={words.title} lead={words.lead}>
      <Panel title={words.list}>
        <Loaded query={query}>{(page) => <List page={page} cursor={cursor} />}</Loaded>
      </Panel>
    </Page>
  );
}

function List({ page, cursor }: { readonly page: SessionsAnswer; readonly cursor: string | undefined }) {
  if (page.sessions.length === 0)
    return <EmptyState title={words.empty.title}>{words.empty.text}</EmptyState>;
  return (
    <>
      <DataTable
        label={words.list}
        columns={columns}
        rows={page.sessions}
        rowKey={({ session }) => session}
      />
      <Group justify="flex-end" gap="xs" mt={page.next || cursor ? 'sm' : 0}>
        {cursor !== undefined && (
          <ButtonLink to="/sessions" variant="default" size="xs">
            {messages.actions.newest}
          </ButtonLink>
        )}
        {page.next !== null && (
          <ButtonLink to="/sessions" search={{ cursor: page.next }} variant="default" size="xs">
            {messages.actions.older}
          </ButtonLink>
        )}
      </Group>
    </>
  );
}

const columns: readonly Column<SessionSummary>[] = [
  {
    id: 'last',
    header: words.columns.last,
    card: 'line',
    tight: true,
    cell: ({ lastAt }) => <Time at={lastAt} as="second" />,
  },
  {
    id: 'session',
    header: words.columns.session,
    card: 'head',
    tight: true,
    cell: ({ session }) => (
      <TextLink to="/sessions/$session" params={{ session }} title={session}>
        <Code>{shortId(session)}</Code>
      </TextLink>
    ),
  },
  {
    id: 'assistant',
    header: words.columns.assistant,
    card: 'line',
    tight: true,
    cell: ({ assistant }) => assistant,
  },
  {
    id: 'repositories',
    header: words.columns.repositories,
    card: 'line',
    broad: true,
    cell: ({ repositories }) => (repositories.length === 0 ? null : <Name>{repositories.join(', ')}</Name>),
  },
  {
    id: 'calls',
    header: words.columns.calls,
    align: 'right',
    tight: true,
    cell: ({ calls }) => formatCount(calls),
  },
  {
    id: 'refused',
    header: words.columns.refused,
    align: 'right',
    tight: true,
    cell: ({ refused }) => (refused === 0 ? '0' : <strong>{formatCount(refused)}</strong>),
  },
  {
    id: 'tokens',
    header: words.columns.tokens,
    align: 'right',
    tight: true,
    cell: ({ tokens: { input, output } }) => `${formatCount(input)} / ${formatCount(output)}`,
  },
  {
    id: 'cost',
    header: words.columns.cost,
    align: 'right',
    tight: true,
    cell: ({ costMicroUsd }) => (costMicroUsd === null ? null : formatMoney(costMicroUsd)),
  },
];
