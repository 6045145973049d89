import { Link } from '@tanstack/react-router';
import type { KpiRow } from '../../api/types.ts';
import { messages } from '../../messages/en.ts';
import { absence, amountText, coverageText, figureName, intervalText, scaleOf } from './figure-text.ts';
import styles from './tiles.module.css';
import { Whisker } from './whisker.tsx';

const words = messages.delivery;

/** A figure by itself has nothing to stand beside: its dot comes to stand near the middle. */
const middling = 1.6;

/** Speed beside quality, never one without the other. */
const shown = [
  'cycle_time.p50',
  'review_latency.p50',
  'lead_time.p50',
  'throughput',
  'defect_rate',
  'reversal_rate',
  'unreviewed_rate',
  'change_failure_rate',
];

/** The figures of all teams; each leads to itself, group by group. */
export function DeliveryTiles({ rows }: { readonly rows: readonly KpiRow[] }) {
  const tiles = shown.flatMap((kpi) => rows.find((row) => row.kpi === kpi) ?? []);
  return (
    <ul className={styles.tiles} aria-label={words.tiles}>
      {tiles.map((row) => (
        <Tile key={row.kpi} row={row} />
      ))}
    </ul>
  );
}

function Tile({ row }: { readonly row: KpiRow }) {
  const { kpi, value, lo, hi, n, unit, version } = row;
  const missing = absence(row);
  return (
    <li className={styles.tile}>
      <Link to="/delivery" search={(before) => ({ ...before, kpi })} className={styles.name}>
        {figureName(kpi)}
      </Link>
      {missing !== null || value === null ? (
        <>
          <p className={styles.missing}>{missing?.word}</p>
          <p className={styles.note}>{missing?.why}</p>
          <p className={styles.note}>{version}</p>
        </>
      ) : (
        <>
          <p className={styles.value}>{amountText(value, unit)}</p>
          <Whisker value={value} lo={lo} hi={hi} most={scaleOf([row]) * middling} />
          <p className={styles.note}>
            {lo !== null && words.confidence}
            {intervalText(row)}
          </p>
          <p className={styles.note}>{words.of(n ?? 0, coverageText(row) ?? messages.none, version)}</p>
        </>
      )}
    </li>
  );
}
