import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { failureOf } from '../../../api/errors.ts';
import type { InclusionProof } from '../../../api/types.ts';
import { headQuery } from '../../../app/queries.ts';
import { FailureNotice } from '../../../components/notice.tsx';
import { Panel } from '../../../components/panel.tsx';
import { StatusChip } from '../../../components/status-chip.tsx';
import { messages } from '../../../messages/en.ts';
import { proofQuery } from '../queries.ts';
import { DownloadEvidence } from './download-evidence.tsx';
import { ProofDetails } from './proof-details.tsx';
import styles from './proof-panel.module.css';
import { ProofSteps } from './proof-steps.tsx';
import { verifyProof } from './verify.ts';
import { webHash, webVerifier } from './web-crypto.ts';

const words = messages.entry.proof;

interface ProofPanelProps {
  readonly id: string;
  readonly index: number;
  /** The entry as it is shown: the very one that has to be proven. */
  readonly entry: unknown;
}

/** Checks in this browser that the entry stands in the signed log, and shows each step. */
export function ProofPanel({ id, index, entry }: ProofPanelProps) {
  const proof = useQuery(proofQuery(id));
  useRetryOnceSigned(id, index, proof.isError);
  return (
    <Panel title={words.title} lead={words.lead}>
      {proof.data ? (
        <Checked id={id} proof={proof.data} entry={entry} />
      ) : proof.isError ? (
        <NotProven error={proof.error} />
      ) : (
        <StatusChip status="waiting" label={words.checking} />
      )}
    </Panel>
  );
}

/** A new entry is signed within a second: the proof is asked for again when the log says so. */
function useRetryOnceSigned(id: string, index: number, failed: boolean) {
  const client = useQueryClient();
  const { data: head } = useQuery(headQuery);
  const signed = head !== null && head !== undefined && head.signedSize > index;
  useEffect(() => {
    if (failed && signed) void client.invalidateQueries({ queryKey: proofQuery(id).queryKey });
  }, [client, id, failed, signed]);
}

function NotProven({ error }: { readonly error: unknown }) {
  if (failureOf(error).code !== 'ledger.not-signed-yet') return <FailureNotice error={error} />;
  return (
    <>
      <StatusChip status="waiting" label={words.notSigned} />
      <p className={styles.limit}>{words.notSignedText}</p>
    </>
  );
}

interface CheckedProps {
  readonly id: string;
  readonly proof: InclusionProof;
  readonly entry: unknown;
}

function Checked({ id, proof, entry }: CheckedProps) {
  const { data: report } = useQuery({
    queryKey: ['proof-report', id, proof],
    queryFn: () => verifyProof({ hash: webHash, verifier: webVerifier }, proof, entry),
    staleTime: Number.POSITIVE_INFINITY,
    networkMode: 'always',
  });
  if (report === undefined) return <StatusChip status="waiting" label={words.checking} />;
  return (
    <>
      <div className={styles.result} role="status" data-testid="proof-result">
        <StatusChip status={report.result} label={words.results[report.result]} />
        <span>{words.sentences[report.result](proof.index, proof.size)}</span>
      </div>
      <ProofSteps steps={report.steps} proof={proof} />
      <ProofDetails proof={proof} report={report} id={id} />
      <p className={styles.limit}>{words.limit}</p>
      <div className={styles.actions}>
        <DownloadEvidence id={id} />
      </div>
    </>
  );
}
