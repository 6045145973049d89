import { useQuery } from '@tanstack/react-query';
import type { Budgets } from '../../api/types.ts';
import { Limited } from '../../components/limited.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { EmptyState } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { shortId } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import { BudgetItem } from './budget-item.tsx';
import styles from './budgets-page.module.css';
import { byScope } from './pace.ts';
import { PausedKeys } from './paused-keys.tsx';
import { budgetsQuery } from './queries.ts';

const words = messages.budgets;
const scopes: Readonly<Record<string, string>> = words.scopes;
const shown = 6;

/** Limits with what was spent against them, and the keys that were paused. */
export function BudgetsPage() {
  const query = useQuery(budgetsQuery);
  return (
    <Page title={words.title} lead={words.lead}>
      <Loaded query={query}>
        {(budgets) => (
          <>
            <PausedKeys pausedKeys={budgets.pausedKeys} />
            <Limits budgets={budgets} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Limits({ budgets: { rows, priceVersion } }: { readonly budgets: Budgets }) {
  return (
    <Panel
      title={words.list}
      aside={priceVersion && <span title={priceVersion}>{words.prices(shortId(priceVersion))}</span>}
      lead={rows.length > 0 && <Legend />}
    >
      {rows.length === 0 ? (
        <EmptyState title={words.empty.title}>{words.empty.text}</EmptyState>
      ) : (
        byScope(rows).map(({ scope, own }) => (
          <section key={scope} className={styles.scope} aria-label={scopes[scope] ?? scope}>
            <h3>{scopes[scope] ?? scope}</h3>
            <Limited rows={own} most={shown}>
              {(few) => (
                <ul className={styles.list}>
                  {few.map((row) => (
                    <BudgetItem key={`${row.id} ${row.period}`} row={row} />
                  ))}
                </ul>
              )}
            </Limited>
          </section>
        ))
      )}
    </Panel>
  );
}

function Legend() {
  return (
    <span className={styles.legend}>
      {(['settled', 'reserved'] as const).map((part) => (
        <span key={part} className={styles.sample}>
          <span className={`${styles.swatch} ${styles[part]}`} />
          {words.legend[part]}
        </span>
      ))}
    </span>
  );
}
