import type { EntryDetail } from '../../api/types.ts';
import { EntryStatus } from '../../components/entry-status.tsx';
import { TextLink } from '../../components/link.tsx';
import { Panel } from '../../components/panel.tsx';
import { Time } from '../../components/time.tsx';
import { messages } from '../../messages/en.ts';
import styles from './related.module.css';

const words = messages.entry.related;

/** The other entries of the same call. */
export function Related({ detail: { row, related } }: { readonly detail: EntryDetail }) {
  const others = related.filter(({ id }) => id !== row.id);
  if (row.op === null) return null;
  return (
    <Panel title={words.title}>
      {others.length === 0 ? (
        <p>{row.decision === 'deny' ? words.refused : words.none}</p>
      ) : (
        <ol className={styles.list}>
          {others.map((other) => (
            <li key={other.id} className={styles.item}>
              <span className={styles.facts}>
                <EntryStatus row={other} />
                <Time at={other.ts} as="second" />
              </span>
              <TextLink to="/audit/$entry" params={{ entry: other.id }}>
                {other.title}
              </TextLink>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
