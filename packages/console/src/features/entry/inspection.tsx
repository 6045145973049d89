import { type Column, DataTable } from '../../components/data-table.tsx';
import { Notice } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatCount } from '../../format/numbers.ts';
import { messages } from '../../messages/en.ts';
import styles from './inspection.module.css';
import { type CoverageView, coverageOf, type FindingView, findingsOf, type StoredEntry } from './members.ts';

const words = messages.entry.inspection;

/** What inspection found, what it looked at, and what it did not look at. */
export function Inspection({ entry }: { readonly entry: StoredEntry }) {
  const coverage = coverageOf(entry);
  if (coverage === null) return null;
  const findings = findingsOf(entry);
  return (
    <Panel title={words.title}>
      <div className={styles.parts}>
        <div className={styles.part}>
          <h3>{words.found}</h3>
          {findings.length === 0 ? (
            <p>{coverage.inspected.length === 0 ? words.notRun : words.clean}</p>
          ) : (
            <>
              <DataTable label={words.found} columns={columns} rows={findings} rowKey={({ key }) => key} />
              {entry.truncated === true && <p>{words.truncated}</p>}
            </>
          )}
        </div>
        <NotInspected coverage={coverage} />
        <Inspected coverage={coverage} />
      </div>
    </Panel>
  );
}

function NotInspected({ coverage: { skipped } }: { readonly coverage: CoverageView }) {
  if (skipped.length === 0) {
    return (
      <div className={styles.part}>
        <h3>{words.notInspected}</h3>
        <p>{words.allInspected}</p>
      </div>
    );
  }
  return (
    <Notice tone="warn" icon="eye" title={words.notInspected}>
      <ul className={styles.skipped}>
        {skipped.map(({ what, why }) => (
          <li key={`${what} ${why}`}>
            <strong>{what}</strong>: {why}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function Inspected({ coverage: { inspected, ruleset } }: { readonly coverage: CoverageView }) {
  return (
    <div className={styles.part}>
      <h3>{words.inspected}</h3>
      <ul className={styles.groups}>
        {inspected.map((group) => (
          <li key={group} className={styles.group}>
            {group}
          </li>
        ))}
      </ul>
      {ruleset && <p className={styles.ruleset}>{words.ruleset(ruleset)}</p>}
    </div>
  );
}

const columns: readonly Column<FindingView>[] = [
  { id: 'detector', header: words.columns.detector, card: 'head', cell: ({ detector }) => detector },
  { id: 'class', header: words.columns.class, cell: ({ dataClass }) => dataClass },
  { id: 'kind', header: words.columns.kind, cell: ({ kind }) => kind },
  { id: 'grade', header: words.columns.grade, tight: true, cell: ({ grade }) => grade },
  {
    id: 'count',
    header: words.columns.count,
    align: 'right',
    tight: true,
    cell: ({ count }) => formatCount(count),
  },
];
