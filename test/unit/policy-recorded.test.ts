import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalJson } from '../../packages/core/src/json/index.ts';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { decisionDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';
import { checkPolicies, explainDecision } from '../../packages/server/src/features/policy/cli.ts';
import { sampleRequest } from '../../packages/server/src/features/policy/testing/sample.ts';

const program = join(import.meta.dirname, '../../program');
const today = '2026-01-15';
let folder: string;
let dataDir: string;
let op: string;
let early: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-explain-'));
  dataDir = join(folder, 'data');
  const { digest: bundle } = await checkPolicies(program, { today });
  const ledger = await openLedger({ dataDir, clock: { now: () => Date.now() } });
  const json = canonicalJson({ requests: [sampleRequest] } as never);
  const input = createHash('sha256').update(json).digest('hex');
  const denied = { decision: 'deny', policyIds: ['repository.allowlist'], forwarded: null } as const;
  const asked = decisionDraft(ledger.instance, { ...denied, bundle, input });
  const unasked = decisionDraft(ledger.instance, { ...denied, input: null });
  [op, early] = [asked.op, unasked.op];
  await ledger.append([{ entry: asked.entry, inputs: [{ digest: input, json }] }, { entry: unasked.entry }]);
  await ledger.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('explaining a recorded decision', () => {
  it('decides the recorded inputs again with the program at hand', async () => {
    const explained = await explainDecision(program, dataDir, op, { today });
    const recorded = { op, decision: 'deny', policyIds: ['repository.allowlist'], sameProgram: true };
    expect(explained).toMatchObject(recorded);
    expect(explained.explanations).toHaveLength(1);
    expect(explained.explanations[0]?.verdict.decision).toBe('deny');
  });

  it('says when policy was never asked, and when another program decided', async () => {
    const explained = await explainDecision(program, dataDir, early, { today });
    expect(explained).toMatchObject({ sameProgram: false, explanations: [] });
  });

  it('refuses an operation that the ledger does not know', async () => {
    const asked = explainDecision(program, dataDir, uuidv7(), { today });
    await expect(asked).rejects.toMatchObject({ code: 'policy.decision-unknown' });
  });
});
