import styles from './whisker.module.css';

interface WhiskerProps {
  readonly value: number;
  readonly lo: number | null;
  readonly hi: number | null;
  /** The right end of the drawing; the left one is zero. */
  readonly most: number;
}

/** A value as a dot and its interval as a line. Decoration: its numbers always stand beside it. */
export function Whisker({ value, lo, hi, most }: WhiskerProps) {
  const at = (amount: number) => `${Math.min(100, Math.max(0, (amount / most) * 100))}%`;
  return (
    <svg className={styles.whisker} aria-hidden="true" focusable="false">
      <line className={styles.ground} x1="0%" x2="100%" y1="50%" y2="50%" />
      <line className={styles.ground} x1="0%" x2="0%" y1="22%" y2="78%" />
      {lo !== null && hi !== null && (
        <>
          <line className={styles.interval} x1={at(lo)} x2={at(hi)} y1="50%" y2="50%" />
          <line className={styles.end} x1={at(lo)} x2={at(lo)} y1="22%" y2="78%" />
          <line className={styles.end} x1={at(hi)} x2={at(hi)} y1="22%" y2="78%" />
        </>
      )}
      <circle className={styles.dot} cx={at(value)} cy="50%" r="4.5" />
    </svg>
  );
}
