import { indexProgram, type ProgramIndex } from '@fairlead/core/decision';
import type { Program, ProgramBudget } from '@fairlead/core/program';
import type { CallAsk } from '../api.ts';

/** Everything a call costs below is a whole number: a byte's half token at 2, an output token at 10 micro-dollars. */
export function sampleProgram(
  limits: readonly ProgramBudget[],
  calls: NonNullable<Program['budgets']>['calls'] = [],
): Program {
  return {
    organisation: { id: 'acme', name: 'Acme', defaultHost: 'github.com' },
    engine: 'compiled',
    network: { allowPrivate: [], hosts: [] },
    vendors: [
      {
        ...{ id: 'v', name: 'V', dialect: 'openai', baseUrl: 'https://v.example', auth: 'bearer' },
        ...{ credential: { mode: 'caller' }, evaluated: true, evidenceValidUntil: null, trainsOnData: false },
        ...{ dpaSigned: true, retentionDays: 0, regions: [], approvedFor: [] },
      },
    ],
    models: [
      { id: 'm', vendor: 'v', capabilities: ['chat'], price: { input: 2, output: 10 }, maxOutputTokens: 50 },
      { id: 'free', vendor: 'v', capabilities: ['chat'], price: { input: 0, output: 0 } },
      { id: 'unknown', vendor: 'v', capabilities: ['chat'] },
    ],
    teams: ['red', 'blue'].map((id) => ({
      ...{ id, name: id, repositories: [] },
      members: [{ id: `${id}.one`, name: id, kind: 'human', roles: [] }],
    })),
    roles: [],
    repositories: [],
    assistants: [],
    mcpServers: [],
    stages: [{ id: 'pilot', rank: 0, teams: [], repositories: [], capabilities: [], models: [] }],
    currentStage: 'pilot',
    dataClasses: [],
    sharing: {},
    policies: [],
    budgets: { limits, calls },
  };
}

export function sampleIndex(limits: readonly ProgramBudget[]): ProgramIndex {
  return indexProgram(sampleProgram(limits));
}

/** A call of 100 bytes and at most 10 output tokens: 200 micro-dollars at most. */
export function sampleAsk(index: ProgramIndex, op: string, changes: Partial<CallAsk> = {}): CallAsk {
  return {
    ...{ op, index, keyId: 'k-1', principal: 'red.one', repositories: ['github.com/acme/a'], session: 's-1' },
    ...{ vendor: 'v', model: 'm' },
    size: {
      ...{
        endpoint: 'responses',
        bytes: 100,
        imageBytes: 0,
        images: 0,
        remoteRefs: 0,
        vendorText: false,
        tools: false,
      },
      ...{ maxTokens: 10, choices: 1, serviceTier: null },
    },
    ...changes,
  };
}
