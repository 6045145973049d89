/* Worked examples of what commands write with `--format json`; a test holds them to their schemas. */

import { deliveryImportExample } from '../../delivery/import-schema.ts';
import { deliveryOutputExamples } from '../../delivery/output-examples.ts';
import { taskImportExample } from '../../tasks/import-schema.ts';
import { keepingOutputs } from './keeping-outputs.ts';

const digest = `sha256:${'5f'.repeat(32)}`;
const op = '019e1f6a-3c00-7a41-9d52-0c6f2b9d7e10';

const finding = {
  code: 'program.dangling',
  severity: 'error',
  file: 'repositories.yaml',
  line: 5,
  column: 83,
  message: 'There is no team "paymnets" in teams.yaml. Did you mean "payments"?',
  fix: 'Correct the name, or add what it refers to.',
};

const refusal = {
  v: 1,
  id: op,
  ts: '2026-11-01T09:30:00.000Z',
  op,
  origin: 'live',
  instance: { id: 'inst-1', incarnation: '019e1f60-0000-7000-8000-000000000001' },
  kind: 'decision',
  session: null,
  actor: { pseudonym: 'p-4c1d', kind: 'human', onBehalfOf: null },
  keyId: 'key-7',
  assistant: { name: 'codex', version: '0.169.0' },
  point: 'gateway',
  endpoint: 'responses',
  repository: 'github.com/acme/skunkworks',
  repositoryEvidence: 'key',
  dataClasses: [],
  vendor: 'openai',
  model: 'gpt-5.5-codex',
  decision: 'deny',
  policyIds: ['repository.allowlist'],
  notices: [],
  bundle: digest,
  engine: 'compiled',
  configEpoch: 1,
  input: 'ab'.repeat(32),
  findings: [],
  truncated: false,
  coverage: {
    inspected: ['personal-data', 'secrets'],
    skipped: [{ what: 'response', why: 'output mode observe' }],
    ruleset: `1@${'cd'.repeat(32)}`,
  },
  received: 'ef'.repeat(32),
  forwarded: null,
};

export const outputExamples: { readonly [name: string]: unknown } = {
  validate: {
    ok: false,
    at: '2026-11-01',
    digest,
    counts: { error: 1, warning: 0, note: 0 },
    findings: [finding],
  },
  'policy-test': {
    ok: true,
    digest,
    counts: { total: 1, passed: 1, failed: 0 },
    findings: [],
    results: [
      {
        file: 'tests/repositories.test.yaml',
        line: 5,
        column: 5,
        suite: 'Repositories',
        name: 'a listed repository is allowed',
        ok: true,
        problems: [],
        verdict: { decision: 'allow', reasons: ['call.permit'], errors: [], nearest: [] },
      },
    ],
  },
  ...Object.fromEntries(keepingOutputs.map(([name, , , , example]) => [name, example])),
  ...deliveryOutputExamples,
  'ledger-list': refusal,
  'ledger-verify': { ok: true, size: 12, signedSize: 12, root: '0d'.repeat(32), problems: [] },
  'budget-status': [
    {
      scope: 'team',
      id: 'payments',
      period: 'month',
      start: '2026-11-01',
      end: '2026-12-01',
      limit: 6_000_000_000,
      reserved: 1_802_340,
      settled: 2_411_907_115,
      overrun: 0,
    },
  ],
  'key-issue': { id: 'key-7', key: 'flk_…', expiresAt: '2026-12-01T09:30:00.000Z' },
  ready: { ready: true, gateway: 'http://127.0.0.1:7420', console: 'http://127.0.0.1:7421' },
};

/** Examples of files that have one value a line, each with every kind of line. */
export const lineExamples: { readonly [name: string]: readonly unknown[] } = {
  'delivery-import': deliveryImportExample,
  'task-import': taskImportExample,
};
