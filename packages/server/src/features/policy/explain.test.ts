import { explainVerdict } from '@fairlead/core/policy';
import { describe, expect, it } from 'vitest';
import {
  annotated,
  engineKinds,
  engineOf,
  head,
  sampleRequest,
  withContext,
  withoutEntities,
} from './testing/sample.ts';

const permit = `${annotated('call.permit')} permit(${head});`;

describe.each(engineKinds)('an explanation by the %s engine', (kind) => {
  it('shows the conditions of a forbid with their values and what would have to change', () => {
    const engine = engineOf(
      `${permit}\n${annotated('agents')} forbid(principal in Team::"payments", action == Action::"SendPrompt", resource)
       when { context.capability == "chat" && context.stage.rank < 2 } unless { resource.classification == "public" || context.tools.contains("x") };`,
      kind,
    );
    const { verdict, deciding, summary } = explainVerdict(engine, sampleRequest);
    expect(verdict.reasons).toEqual(['agents']);
    expect(summary).toContain('one of the conditions');
    expect(deciding).toMatchObject([
      {
        id: 'agents',
        effect: 'forbid',
        title: 'Title of agents',
        advice: 'Advice of agents',
        line: 2,
        column: 1,
      },
    ]);
    expect(deciding[0]?.clauses.map(({ text, outcome, change }) => [text, outcome, change])).toEqual([
      ['principal in Team::"payments"', 'holds', 'principal in Team::"payments" must not hold'],
      ['context.capability == "chat"', 'holds', 'context.capability must not be "chat"'],
      ['context.stage.rank < 2', 'holds', 'context.stage.rank must be at least 2'],
      ['!(resource.classification == "public")', 'holds', 'resource.classification must be "public"'],
      ['!(context.tools.contains("x"))', 'holds', 'context.tools must contain "x"'],
    ]);
    expect(deciding[0]?.clauses.flatMap((clause) => clause.values)).toEqual([
      { expression: 'principal', value: 'User::"dana"' },
      { expression: 'context.capability', value: '"chat"' },
      { expression: 'context.stage.rank', value: '1' },
      { expression: 'resource.classification', value: '"internal"' },
      { expression: 'context.tools', value: '[]' },
    ]);
  });

  it('shows what the nearest permits lack', () => {
    const engine = engineOf(
      `${annotated('near')} permit(${head}) when { context.stageIncluded && context.vendor.evidenceValidUntil > datetime("2027-01-01") };`.replace(
        'context.stageIncluded',
        'context.stageIncluded && context.vendor has evidenceValidUntil',
      ),
      kind,
    );
    const { nearest, summary } = explainVerdict(engine, sampleRequest);
    expect(summary).toContain('no policy permits');
    expect(nearest[0]?.clauses.map(({ outcome, change }) => [outcome, change])).toEqual([
      ['holds', ''],
      ['holds', ''],
      ['fails', 'context.vendor.evidenceValidUntil must be above datetime("2027-01-01")'],
    ]);
    expect(nearest[0]?.clauses[2]?.values).toEqual([
      { expression: 'context.vendor.evidenceValidUntil', value: 'datetime("2026-06-30T00:00:00.000Z")' },
    ]);
  });

  it('shows the policies that permit an allowed call', () => {
    const { verdict, deciding, summary } = explainVerdict(engineOf(permit, kind), sampleRequest);
    expect(verdict.decision).toBe('allow');
    expect(deciding.map((policy) => policy.id)).toEqual(['call.permit']);
    expect(summary).toContain('Allowed');
  });

  it('shows the policy that could not be evaluated, and says when the request itself is wrong', () => {
    const engine = engineOf(
      `${permit}${annotated('v')} forbid(${head}) when { context.vendor.trainsOnData };`,
      kind,
    );
    const missing = explainVerdict(engine, withoutEntities('Vendor'));
    expect(missing.failed).toMatchObject([{ id: 'v', clauses: [{ outcome: 'error' }] }]);
    const wrong = explainVerdict(engine, withContext({ tools: 1 }));
    expect([wrong.deciding, wrong.failed, wrong.nearest]).toEqual([[], [], []]);
    expect(wrong.summary).toContain('context.tools');
  });
});

it('needs an engine of its own making', () => {
  const engine = { kind: 'compiled', policies: [], evaluate: () => expect.unreachable() } as const;
  expect(() => explainVerdict(engine, sampleRequest)).toThrow(/compilePolicySet/);
});
