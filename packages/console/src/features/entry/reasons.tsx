import type { EntryDetail } from '../../api/types.ts';
import { TextLink } from '../../components/link.tsx';
import { Panel } from '../../components/panel.tsx';
import { messages } from '../../messages/en.ts';
import styles from './reasons.module.css';

const words = messages.entry.reasons;

/** The policies that decided, and for a refusal what to do about each. */
export function Reasons({ detail: { row, reasons } }: { readonly detail: EntryDetail }) {
  if (row.decision === null) return null;
  const refused = row.decision === 'deny';
  return (
    <Panel title={words.title[row.decision]}>
      {reasons.length === 0 && <p>{words.none}</p>}
      <ul className={styles.list}>
        {reasons.map(({ policyId, title, advice, severity }) => (
          <li key={policyId} className={styles.reason}>
            <p className={styles.title}>{title}</p>
            {refused && advice !== '' && (
              <p className={styles.advice}>
                <strong>{words.advice}</strong> {advice}
              </p>
            )}
            <p className={styles.id}>
              <code>{policyId}</code> · {words.severity(severity)} ·{' '}
              <TextLink to="/audit" search={{ policyId }} underline="always">
                {words.same}
              </TextLink>
            </p>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
