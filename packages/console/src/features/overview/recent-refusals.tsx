import type { EntryRow } from '../../api/types.ts';
import { TextLink } from '../../components/link.tsx';
import { EmptyState } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { Time } from '../../components/time.tsx';
import { messages } from '../../messages/en.ts';
import styles from './recent-refusals.module.css';

const words = messages.overview.recent;
const shown = 5;

/** The last refusals, each leading to its reasons. */
export function RecentRefusals({
  rows,
  className,
}: {
  readonly rows: readonly EntryRow[];
  readonly className?: string;
}) {
  const refused = rows.filter(({ decision }) => decision === 'deny').slice(0, shown);
  return (
    <Panel title={words.title} className={className}>
      {refused.length === 0 ? (
        <EmptyState title={words.none}>{words.noneText}</EmptyState>
      ) : (
        <>
          <ul className={styles.list}>
            {refused.map((row) => (
              <li key={row.id} className={styles.item}>
                <TextLink to="/audit/$entry" params={{ entry: row.id }}>
                  {row.title}
                </TextLink>
                <p className={styles.facts}>
                  <Time at={row.ts} as="relative" />
                </p>
              </li>
            ))}
          </ul>
          <p className={styles.all}>
            <TextLink to="/audit" search={{ decision: 'deny' }}>
              {words.all}
            </TextLink>
          </p>
        </>
      )}
    </Panel>
  );
}
