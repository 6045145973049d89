import type { PolicyEngine, PolicyMeta, PolicyRequest, PolicyVerdict } from '../../policy/types.ts';
import type { Program, ProgramVendor } from '../../program/types.ts';
import type { CallQuestion } from '../types.ts';

export const vendor: ProgramVendor = {
  id: 'north',
  name: 'North',
  dialect: 'openai',
  baseUrl: 'http://127.0.0.1:1',
  auth: 'bearer',
  credential: { mode: 'caller' },
  evaluated: true,
  evidenceValidUntil: '2026-06-30',
  trainsOnData: false,
  dpaSigned: true,
  retentionDays: 30,
  regions: ['eu', 'us', 'eu'],
  approvedFor: ['public', 'internal'],
};

/** Two teams in two stages, two vendors of one dialect that share a model, one of another dialect. */
export const program: Program = {
  organisation: { id: 'acme', name: 'Acme', defaultHost: 'github.com' },
  engine: 'compiled',
  network: { allowPrivate: [], hosts: [] },
  vendors: [
    vendor,
    { ...vendor, id: 'south', evidenceValidUntil: null, retentionDays: null, evaluated: false },
    { ...vendor, id: 'west', dialect: 'anthropic' },
  ],
  models: [
    { id: 'm', vendor: 'north', capabilities: ['chat', 'agent'] },
    { id: 'both', vendor: 'north', capabilities: ['chat'] },
    { id: 'both', vendor: 'south', capabilities: ['agent'] },
    { id: 'm', vendor: 'west', capabilities: ['chat'] },
    { id: 'orphan', vendor: 'gone', capabilities: ['chat'] },
  ],
  teams: [
    {
      id: 'payments',
      name: 'Payments',
      members: [
        { id: 'dana', name: 'Dana', kind: 'human', roles: ['engineer'] },
        { id: 'bot', name: 'Bot', kind: 'service', roles: [] },
        { id: 'both', name: 'Both', kind: 'human', roles: ['engineer', 'auditor'] },
      ],
      repositories: [],
    },
    {
      id: 'search',
      name: 'Search',
      members: [
        { id: 'sam', name: 'Sam', kind: 'human', roles: ['engineer'] },
        { id: 'both', name: 'Both', kind: 'human', roles: ['engineer'] },
      ],
      repositories: [],
    },
    {
      id: 'late',
      name: 'Late',
      members: [{ id: 'lee', name: 'Lee', kind: 'human', roles: [] }],
      repositories: [],
    },
  ],
  roles: ['engineer', 'auditor'],
  repositories: [
    {
      id: 'github.com/acme/api',
      classification: 'internal',
      allowlisted: true,
      team: 'payments',
      service: 'checkout',
      aliases: ['github.com/acme/old-api'],
    },
    {
      id: 'github.com/acme/find',
      classification: 'public',
      allowlisted: false,
      team: 'search',
      service: null,
      aliases: [],
    },
  ],
  assistants: [{ id: 'claude-code', name: 'Claude Code', versions: '*', capabilities: ['chat', 'agent'] }],
  mcpServers: [
    { id: 'tickets', risk: 'low', sanctioned: true },
    { id: 'shell', risk: 'high', sanctioned: false },
  ],
  // Not in the order of their ranks: the order of a file means nothing.
  stages: [
    { id: 'wide', rank: 2, teams: ['search'], repositories: [], capabilities: ['chat'], models: [] },
    {
      id: 'pilot',
      rank: 1,
      teams: ['payments'],
      repositories: [],
      capabilities: ['chat', 'agent'],
      models: ['m'],
    },
    { id: 'all', rank: 3, teams: ['search', 'late'], repositories: [], capabilities: ['chat'], models: [] },
  ],
  currentStage: 'pilot',
  dataClasses: [
    { id: 'secret', owner: 'security', title: 'Secrets', advice: 'Remove the secret.' },
    { id: 'personal', owner: 'legal', title: 'Personal data', advice: 'Remove the names.' },
  ],
  sharing: {
    secret: { '*': 'deny' },
    personal: { north: 'warn', '*': 'redact' },
    notes: { north: 'record' },
    contract: { north: 'legal-review' },
    open: { '*': 'allow' },
  },
  policies: [],
};

/** Dana asks in one repository: nothing about it is unusual. */
export const question: CallQuestion = {
  principal: 'dana',
  repositories: ['github.com/acme/api'],
  repositoryEvidence: 'key',
  repositoryMismatch: false,
  assistant: 'claude-code',
  model: 'm',
  vendor: 'north',
  capability: 'chat',
  tools: [],
  mcpServers: [],
  serverTools: [],
  serverState: [],
  remoteRefs: 0,
  serviceTier: null,
  budgetReserved: true,
  unpriced: false,
  dataClasses: [],
  inspection: 'clean',
  exceptions: [],
  ambiguousModel: false,
};

/** 2026-03-02T10:00:00Z in milliseconds. */
export const now = 1_772_445_600_000;

export const allow = (...reasons: string[]): PolicyVerdict => ({
  decision: 'allow',
  reasons,
  errors: [],
  nearest: [],
});
export const deny = (...reasons: string[]): PolicyVerdict => ({ ...allow(...reasons), decision: 'deny' });

export function meta(id: string, annotations: PolicyMeta['annotations'] = {}): PolicyMeta {
  return { id, effect: 'forbid', annotations, file: 'policies/a.cedar', line: 1, column: 1 };
}

/** An engine whose answers are written down: by repository, or one for all. */
export function engineOf(
  answer: PolicyVerdict | ((request: PolicyRequest) => PolicyVerdict),
  policies: readonly PolicyMeta[] = [],
): PolicyEngine {
  return { kind: 'compiled', policies, evaluate: typeof answer === 'function' ? answer : () => answer };
}
