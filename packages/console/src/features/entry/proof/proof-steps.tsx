import type { InclusionProof } from '../../../api/types.ts';
import { Icon, type IconName } from '../../../components/icons.tsx';
import { messages } from '../../../messages/en.ts';
import styles from './proof-panel.module.css';
import type { ProofStep, StepState } from './verify.ts';

const words = messages.entry.proof;
const signs: Readonly<Record<StepState, IconName>> = {
  verified: 'check',
  invalid: 'cross',
  unknown: 'question',
};

/** The steps of the check in order, each with its result and the value it came to. */
export function ProofSteps({
  steps,
  proof,
}: {
  readonly steps: readonly ProofStep[];
  readonly proof: InclusionProof;
}) {
  return (
    <ol className={styles.steps}>
      {steps.map(({ id, state, value }) => (
        <li key={id} className={styles.step} data-state={state}>
          <span className={`${styles.sign} ${styles[state]}`}>
            <Icon name={signs[state]} />
          </span>
          <span>
            {words.steps[id](proof.path.length, value)}
            {state !== 'verified' && <strong> {words.stepStates[state]}</strong>}
            {id !== 'bytes' && id !== 'signature' && value !== '' && (
              <span className={styles.value}>{value}</span>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
