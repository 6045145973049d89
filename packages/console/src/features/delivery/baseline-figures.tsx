import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Baseline } from '../../api/types.ts';
import { DataTable } from '../../components/data-table.tsx';
import { messages } from '../../messages/en.ts';
import { headlines, type SealedRow, sealedRows } from './baseline-rows.ts';
import styles from './baselines.module.css';
import { figureColumns } from './figure-columns.tsx';
import { FigureNames } from './figure-names.tsx';
import { amountText, coverageText, figureName, intervalText } from './figure-text.ts';
import { definitionsQuery } from './queries.ts';

const words = messages.delivery;

interface BaselineFiguresProps {
  readonly figures: NonNullable<Baseline['figures']>;
  readonly subject: string;
}

/** The figures that a rollout's gates ask for, and then every one. */
export function BaselineFigures({ figures, subject }: BaselineFiguresProps) {
  const { data: definitions } = useQuery(definitionsQuery);
  const rows = useMemo(() => definitions && sealedRows(figures, definitions), [figures, definitions]);
  if (rows === undefined) return null;
  const known = rows.filter(({ value }) => value !== null);
  const unknown = rows.filter(({ value }) => value === null);
  return (
    <>
      <ul className={styles.headlines}>
        {headlines.map((kpi) => (
          <Headline key={kpi} kpi={kpi} row={rows.find((row) => row.kpi === kpi)} />
        ))}
      </ul>
      <details className={styles.all}>
        <summary>{words.baselines.all(known.length)}</summary>
        <DataTable
          label={words.baselines.figuresOf(subject)}
          columns={figureColumns}
          rows={known}
          rowKey={({ kpi }) => kpi}
        />
        {unknown.length > 0 && (
          <div className={styles.unknown}>
            <p className={styles.dim}>{words.baselines.unknown}</p>
            <FigureNames kpis={unknown.map(({ kpi }) => kpi)} />
          </div>
        )}
      </details>
    </>
  );
}

function Headline({ kpi, row }: { readonly kpi: string; readonly row: SealedRow | undefined }) {
  return (
    <li>
      <p className={styles.name}>{figureName(kpi)}</p>
      {row === undefined || row.value === null ? (
        <p className={styles.missing}>{words.unknown}</p>
      ) : (
        <>
          <p className={styles.value}>{amountText(row.value, row.unit)}</p>
          <p className={styles.dim}>
            {row.lo !== null && words.confidence}
            {intervalText(row)}
          </p>
          <p className={styles.dim}>
            {row.coverage === null
              ? words.baselines.atLeast(row.n ?? 0, row.version)
              : words.of(row.n ?? 0, coverageText(row) ?? '', row.version)}
          </p>
        </>
      )}
    </li>
  );
}
