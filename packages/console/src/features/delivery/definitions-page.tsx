import { useQuery } from '@tanstack/react-query';
import type { KpiDefinition } from '../../api/types.ts';
import { Code } from '../../components/code.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { StatusChip } from '../../components/status-chip.tsx';
import { messages } from '../../messages/en.ts';
import styles from './delivery-page.module.css';
import { figureName, sourceName } from './figure-text.ts';
import { definitionsQuery } from './queries.ts';
import { DeliveryTabs } from './tabs.tsx';

const words = messages.delivery.definitions;

/** What each figure means. */
export function DefinitionsPage() {
  const query = useQuery(definitionsQuery);
  return (
    <Page title={words.title} lead={words.lead}>
      <DeliveryTabs />
      <Panel title={words.list}>
        <Loaded query={query} lines={14}>
          {(definitions) => (
            <DataTable label={words.list} columns={columns} rows={definitions} rowKey={({ id }) => id} />
          )}
        </Loaded>
      </Panel>
    </Page>
  );
}

const columns: readonly Column<KpiDefinition>[] = [
  {
    id: 'id',
    header: words.columns.id,
    card: 'head',
    broad: true,
    cell: ({ id, version }) => (
      <>
        <p className={styles.name}>{figureName(id)}</p>
        <Code>{`${id} ${version}`}</Code>
      </>
    ),
  },
  { id: 'formula', header: words.columns.formula, wide: true, cell: ({ formula }) => formula },
  { id: 'unit', header: words.columns.unit, cell: ({ unit }) => unit },
  { id: 'window', header: words.columns.window, wide: true, cell: ({ window }) => window },
  {
    id: 'minimum',
    header: words.columns.minimum,
    align: 'right',
    tight: true,
    cell: ({ minimumN }) => minimumN,
  },
  { id: 'owner', header: words.columns.owner, tight: true, cell: ({ owner }) => owner },
  {
    id: 'source',
    header: words.columns.source,
    cell: ({ source, connected }) => (
      <>
        <p>{sourceName(source)}</p>
        {!connected && <StatusChip status="unknown" label={words.notConnected} />}
      </>
    ),
  },
];
