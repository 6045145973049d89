import type { Baseline } from '../../api/types.ts';
import { useMay } from '../../app/permissions.ts';
import { TextLink } from '../../components/link.tsx';
import { Name } from '../../components/name.tsx';
import { StatusChip } from '../../components/status-chip.tsx';
import { Time } from '../../components/time.tsx';
import { plural } from '../../format/numbers.ts';
import { formatDays } from '../../format/time.ts';
import { messages } from '../../messages/en.ts';
import { BaselineFigures } from './baseline-figures.tsx';
import styles from './baselines.module.css';

const words = messages.delivery.baselines;

/** One sealed baseline: of what it is, its headline figures, and all the others behind them. */
export function BaselineItem({ baseline }: { readonly baseline: Baseline }) {
  const { id, subject, status, earlier, replaced, from, to, changes, at, figures } = baseline;
  const isFull = status === 'full';
  return (
    <li className={styles.item}>
      <div className={styles.head}>
        <h3 className={styles.subject}>
          <Name>{subject}</Name>
        </h3>
        <StatusChip
          status={isFull ? 'active' : 'observed'}
          label={isFull ? words.statuses.full : words.statuses.partial}
        />
        <span className={styles.dim}>{replaced ? words.replaced : words.again(earlier)}</span>
      </div>
      <p className={styles.dim}>
        {formatDays(from, to)} · {plural(changes, 'change')} · {words.sealed} <Time at={at} />
        <EntryLink id={id} />
      </p>
      {figures === null ? (
        <p className={styles.closed}>{words.closed}</p>
      ) : (
        <BaselineFigures figures={figures} subject={subject} />
      )}
    </li>
  );
}

function EntryLink({ id }: { readonly id: string }) {
  const may = useMay();
  if (!may('ReadAudit')) return null;
  return (
    <>
      {' · '}
      <TextLink to="/audit/$entry" params={{ entry: id }} underline="always">
        {words.entry}
      </TextLink>
    </>
  );
}
