import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { EntriesPage } from '../../api/types.ts';
import { headQuery } from '../../app/queries.ts';
import { ButtonLink } from '../../components/link.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { EmptyState } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { messages } from '../../messages/en.ts';
import styles from './audit-page.module.css';
import { EntriesTable } from './entries-table.tsx';
import { ExportEntries } from './export-entries.tsx';
import { Filters } from './filters.tsx';
import { entriesQuery } from './queries.ts';
import { SavedViews } from './saved-views.tsx';
import { type AuditSearch, activeFilters, withFilter } from './search.ts';

const words = messages.audit;

/** Everything that was decided and done, newest first. */
export function AuditPage() {
  const search = useSearch({ from: '/shell/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const query = useQuery(entriesQuery(search));
  const clear = () => void navigate({ search: {} });
  return (
    <Page title={words.title} lead={words.lead}>
      <Panel title={words.filterTitle}>
        <Filters
          search={search}
          onChange={(name, value) =>
            void navigate({ search: (before) => withFilter(before, name, value), replace: name === 'q' })
          }
          onClear={clear}
        />
        <SavedViews search={search} />
      </Panel>
      <Panel
        title={words.entries}
        aside={<NewerEntries page={query.data} search={search} onShow={() => void query.refetch()} />}
      >
        <Loaded query={query} lines={12}>
          {(page) => (
            <div className={query.isPlaceholderData ? styles.stale : undefined}>
              <Entries page={page} search={search} onClear={clear} />
            </div>
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}

interface EntriesProps {
  readonly page: EntriesPage;
  readonly search: AuditSearch;
  readonly onClear: () => void;
}

function Entries({ page, search, onClear }: EntriesProps) {
  if (page.entries.length === 0) return <NoEntries search={search} size={page.size} onClear={onClear} />;
  const { cursor, ...filters } = search;
  return (
    <>
      <EntriesTable rows={page.entries} label={words.entries} />
      <div className={styles.foot}>
        <span>{words.size(page.size)}</span>
        <div className={styles.buttons}>
          {cursor !== undefined && (
            <ButtonLink to="/audit" search={filters} variant="default" size="xs">
              {messages.actions.newest}
            </ButtonLink>
          )}
          {page.next !== null && (
            <ButtonLink to="/audit" search={{ ...filters, cursor: page.next }} variant="default" size="xs">
              {messages.actions.older}
            </ButtonLink>
          )}
        </div>
      </div>
      <div className={styles.export}>
        <ExportEntries key={JSON.stringify(filters)} search={search} />
      </div>
    </>
  );
}

function NoEntries({ search, size, onClear }: Omit<EntriesProps, 'page'> & { readonly size: number }) {
  const filtered = activeFilters(search).length > 0;
  if (!filtered) return <EmptyState title={words.empty.title}>{words.empty.text}</EmptyState>;
  return (
    <EmptyState title={words.noMatch.title}>
      <p>{words.noMatch.text(size)}</p>
      <Button mt="sm" size="xs" variant="default" onClick={onClear}>
        {words.clear}
      </Button>
    </EmptyState>
  );
}

interface NewerEntriesProps {
  readonly page: EntriesPage | undefined;
  readonly search: AuditSearch;
  readonly onShow: () => void;
}

/** Says that the ledger grew since the list was read, without moving what is being read. */
function NewerEntries({ page, search, onShow }: NewerEntriesProps) {
  const { data: head } = useQuery(headQuery);
  const newer = head && page && search.cursor === undefined ? head.size - page.size : 0;
  if (newer <= 0) return null;
  return (
    <Button size="compact-sm" variant="light" onClick={onShow}>
      {words.newer(newer)}
    </Button>
  );
}
