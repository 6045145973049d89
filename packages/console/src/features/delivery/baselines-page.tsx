import { useQuery } from '@tanstack/react-query';
import type { Baseline } from '../../api/types.ts';
import { CodeBlock } from '../../components/code.tsx';
import { Limited } from '../../components/limited.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { EmptyState } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { messages } from '../../messages/en.ts';
import { BaselineItem } from './baseline-item.tsx';
import styles from './baselines.module.css';
import page from './delivery-page.module.css';
import { baselinesQuery } from './queries.ts';
import { DeliveryTabs } from './tabs.tsx';

const words = messages.delivery.baselines;
const most = 10;

/** What was sealed before a rollout. */
export function BaselinesPage() {
  const query = useQuery(baselinesQuery);
  return (
    <Page title={words.title} lead={words.lead}>
      <DeliveryTabs />
      <Panel title={words.list}>
        <Loaded query={query}>
          {(baselines) => (baselines.length === 0 ? <Nothing /> : <Sealed baselines={baselines} />)}
        </Loaded>
      </Panel>
    </Page>
  );
}

function Nothing() {
  return (
    <EmptyState title={words.empty.title}>
      <p>{words.empty.text}</p>
      <div className={page.command}>
        <CodeBlock text={words.empty.command} what={messages.delivery.empty.what} />
      </div>
    </EmptyState>
  );
}

function Sealed({ baselines }: { readonly baselines: readonly Baseline[] }) {
  return (
    <Limited rows={baselines} most={most}>
      {(few) => (
        <ul className={styles.list} aria-label={words.list}>
          {few.map((baseline) => (
            <BaselineItem key={baseline.id} baseline={baseline} />
          ))}
        </ul>
      )}
    </Limited>
  );
}
