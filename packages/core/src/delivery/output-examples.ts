/* Worked examples of what delivery writes as JSON; tests hold them to their schemas and to real output. */

const figure = {
  kpi: 'cycle_time.p50',
  version: 'v1',
  group: 'team:payments',
  from: '2026-06-01',
  to: '2026-11-23',
  n: 157,
  value: 58_860,
  lo: 54_900,
  hi: 67_440,
  coverage: 1,
  unit: 'seconds',
  method: 'weeks: cluster bootstrap (25 clusters, B=2000)',
  note: 'this team only',
  reason: null,
  suppressed: false,
  missing: [],
} as const;

/** The change of the import's own example. */
export const timelineExample = {
  definition: 'timeline/v1',
  change: 'git.example.com/shop/web#7',
  status: 'merged',
  t: {
    start: '2026-03-01T16:20:00Z',
    opened: '2026-03-02T09:00:00Z',
    firstReview: '2026-03-02T11:30:00Z',
    approved: '2026-03-02T11:30:00Z',
    merged: '2026-03-02T13:00:00Z',
    deployed: '2026-03-02T14:10:00Z',
    end: '2026-03-02T14:10:00Z',
  },
  parts: {
    coding: 60_000,
    draft: 0,
    pickup: 9_000,
    review: 0,
    merge_wait: 5_400,
    deploy: 4_200,
    closed: 0,
    unreviewed: 0,
  },
  total: 78_600,
  cycle_time: 74_400,
  lead_time: 78_600,
  state: 'deployed',
  clock: 'elapsed',
  flags: [],
} as const;

export const kpisExample = [
  figure,
  {
    ...figure,
    kpi: 'defect_rate',
    version: 'v4',
    n: null,
    value: null,
    lo: null,
    hi: null,
    coverage: null,
    unit: 'share',
    method: 'none',
    note: 'a rate of fewer than 20 changes is not shown',
    reason: 'small_rate',
    suppressed: true,
  },
] as const;

export const baselineExample = {
  subject: 'github.com/acme/payments-api',
  source: 'imported facts',
  definitions: 'timeline/v1',
  window: { from: '2026-01-05', to: '2026-07-06' },
  changes: 240,
  kpis: [{ ...figure, group: 'github.com/acme/payments-api', from: '2026-01-05', to: '2026-07-06', n: 240 }],
  missing: ['lead_time: unknown: nothing in the window has it'],
  remarks: [],
  status: 'partial',
  sealed: {
    id: '019e1f6a-3c00-7a41-9d52-0c6f2b9d7e10',
    at: '2026-07-06T09:30:00.000Z',
    digest: `sha256:${'5f'.repeat(32)}`,
  },
} as const;

/** Of the import's own example, and an incident that names a change which never came. */
export const healthExample = {
  asOf: '2026-03-03T09:00:00.000Z',
  sources: [
    {
      ...{ source: 'changes', connected: true, facts: 1, repositories: 1, coverage: 1 },
      ...{ newest: '2026-03-02T09:00:00.000Z', lagSeconds: 86_400 },
    },
    {
      ...{ source: 'deployments', connected: false, facts: 0, repositories: 0, coverage: 0 },
      ...{ newest: null, lagSeconds: null },
    },
  ],
  repositories: { listed: 1, withFacts: 1, without: [], unlisted: [] },
  people: { known: 2, unmapped: 0 },
  bots: [],
  unknownLinks: {
    count: 1,
    links: [{ incident: 'INC-4', rel: 'caused_by', kind: 'change', name: 'git.example.com/shop/web#8' }],
  },
  ahead: { count: 0, facts: [] },
  restating: {
    lateFacts: 'monthly',
    waiting: 3,
    ...{ restatedAt: '2026-03-02T08:00:00.000Z', nextRestatement: '2026-04-01T00:00:00.000Z' },
  },
} as const;
