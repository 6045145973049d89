import type { SessionItem } from '../../api/types.ts';
import { EntryStatus } from '../../components/entry-status.tsx';
import { TextLink } from '../../components/link.tsx';
import { Time } from '../../components/time.tsx';
import { formatMoney } from '../../format/numbers.ts';
import { formatDuration } from '../../format/time.ts';
import { messages } from '../../messages/en.ts';
import styles from './timeline.module.css';

const words = messages.sessions.one;

/** What a session did, oldest first. */
export function Timeline({ items }: { readonly items: readonly SessionItem[] }) {
  if (items.length === 0) return <p>{words.empty}</p>;
  return (
    <ol className={styles.timeline}>
      {items.map((item) => (
        <li key={item.row.id} className={styles.item} data-decision={item.row.decision ?? 'none'}>
          <span className={styles.time}>
            <Time at={item.row.ts} as="second" />
          </span>
          <span className={styles.line} />
          <div className={styles.body}>
            <span className={styles.head}>
              <EntryStatus row={item.row} />
              <TextLink to="/audit/$entry" params={{ entry: item.row.id }}>
                {item.row.title}
              </TextLink>
            </span>
            <span className={styles.facts}>{factsOf(item).join(' · ')}</span>
          </div>
        </li>
      ))}
    </ol>
  );
}

/** What the sentence of the entry doesn't say. */
function factsOf({ row, outcome }: SessionItem): readonly string[] {
  if (row.decision === 'deny') return [];
  if (outcome === null) return row.decision === null ? [] : [words.pending];
  return [
    words.outcome(outcome.outcome, outcome.status),
    ...(outcome.latencyMs === null ? [] : [words.took(formatDuration(outcome.latencyMs))]),
    ...(outcome.usage === null ? [] : [words.tokens(outcome.usage.inputTokens, outcome.usage.outputTokens)]),
    ...(outcome.costMicroUsd === null ? [] : [formatMoney(outcome.costMicroUsd)]),
  ];
}
