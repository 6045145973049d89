import { formatShortDays } from '../format/time.ts';
import styles from './days.module.css';

interface DaysProps {
  /** Days, UTC; `to` is the one after the last. */
  readonly from: string;
  readonly to: string;
}

/** The first and the last day of a window, neither of which is broken over lines. */
export function Days({ from, to }: DaysProps) {
  const [first, last] = formatShortDays(from, to).split(/(?<= –) /);
  return (
    <>
      <span className={styles.day}>{first}</span>
      {last && (
        <>
          {' '}
          <span className={styles.day}>{last}</span>
        </>
      )}
    </>
  );
}
