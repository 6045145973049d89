import type { BudgetRow } from '../../api/types.ts';
import { StatusChip } from '../../components/status-chip.tsx';
import { Time } from '../../components/time.tsx';
import { formatShare, shortId } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import styles from './budgets-page.module.css';
import { paceOf } from './pace.ts';

const words = messages.budgets;
const periods: Readonly<Record<string, string>> = words.periods;

/** One budget: its limit, and how much of it is spent and put aside. */
export function BudgetItem({ row }: { readonly row: BudgetRow }) {
  const { scope, id, name, period, limit, settled, reserved, periodEnd } = row;
  const pace = paceOf(row);
  return (
    <li className={styles.row}>
      <div>
        <p className={styles.name}>{name}</p>
        <p className={styles.dim}>
          {periods[period] ?? period}
          {scope === 'key' && ` · ${shortId(id)}`}
        </p>
      </div>
      <div className={`${styles.bar} ${pace.state === 'ok' ? '' : styles[pace.state]}`} aria-hidden="true">
        <div className={styles.settled} style={{ width: `${pace.settled}%` }} />
        <div className={styles.reserved} style={{ width: `${pace.reserved}%` }} />
      </div>
      <div className={styles.numbers}>
        <p>
          {words.settled(settled)} {words.of(limit)} ({words.share(formatShare(settled + reserved, limit))})
        </p>
        <p className={styles.dim}>
          {reserved > 0 && words.reserved(reserved)}
          {periodEnd !== null && (
            <>
              {reserved > 0 && ' · '}
              {words.resets} <Time at={periodEnd} />
            </>
          )}
        </p>
        {pace.state === 'over' && <StatusChip status="deny" label={words.over} />}
        {pace.state === 'near' && <StatusChip status="expiring" label={words.near} />}
      </div>
    </li>
  );
}
