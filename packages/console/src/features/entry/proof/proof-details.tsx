import type { InclusionProof } from '../../../api/types.ts';
import { CodeBlock } from '../../../components/code.tsx';
import { Scrollable } from '../../../components/scrollable.tsx';
import { messages } from '../../../messages/en.ts';
import { hexOf } from './bytes.ts';
import { evidenceName } from './download-evidence.tsx';
import styles from './proof-panel.module.css';
import type { ProofReport } from './verify.ts';

const words = messages.entry.proof;

interface ProofDetailsProps {
  readonly proof: InclusionProof;
  readonly report: ProofReport;
  readonly id: string;
}

/** What stands behind the steps, and how to check the same elsewhere. */
export function ProofDetails({ proof, report, id }: ProofDetailsProps) {
  return (
    <>
      <details className={styles.more}>
        <summary>{words.path(proof.path.length)}</summary>
        <Scrollable className={styles.path} label={words.path(proof.path.length)}>
          <ol className={styles.hashes}>
            {report.path.map(({ side, sibling, value }) => (
              <li key={hexOf(value)}>
                {words.sides[side]}
                <span className={styles.value}>{hexOf(sibling)}</span>
              </li>
            ))}
          </ol>
        </Scrollable>
      </details>
      <details className={styles.more}>
        <summary>{words.checkpoint}</summary>
        <div className={styles.inner}>
          <CodeBlock text={proof.checkpoint} what={words.checkpoint} />
          <p>{words.keyText}</p>
          <CodeBlock text={proof.vkey} what={words.key} />
        </div>
      </details>
      <details className={styles.more}>
        <summary>{words.elsewhere}</summary>
        <div className={styles.inner}>
          <p>{words.elsewhereText}</p>
          <CodeBlock
            text={`bin/fairlead ledger proof --verify ${evidenceName(id)} --vkey '${proof.vkey}'`}
            what={words.command}
          />
        </div>
      </details>
    </>
  );
}
