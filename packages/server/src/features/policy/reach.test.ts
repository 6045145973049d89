import { compilePolicySet, policyReach, policySchema } from '@fairlead/core/policy';
import { describe, expect, it } from 'vitest';
import { cedarWasm } from './cedar-wasm.ts';

const notes = '@title("T") @severity("low") @advice("A.") @owner("o") @control("c")';
const text = `
@id("all") ${notes} permit (principal, action, resource);
@id("one") ${notes} forbid (principal, action == Action::"SendPrompt", resource)
  when { principal.trainingLapsed.contains("x") && resource has owner } unless { context.sharing.denied.isEmpty() };
@id("list") ${notes} permit (principal, action in [Action::"ReadAudit", Action::"IssueKey"], resource);
@id("typed") ${notes} permit (principal is User, action, resource is Gate);
@id("tools") ${notes} permit (principal, action, resource is Tool);
`;

describe.each(['compiled', 'cedar-wasm'] as const)('the reach of a policy (%s)', (engine) => {
  const result = compilePolicySet({
    sources: [{ file: 'a.cedar', text }],
    schema: policySchema,
    engine,
    oracle: cedarWasm,
  });
  const reach = new Map(policyReach(result.engine!).map((policy) => [policy.id, policy]));

  it('is the actions of its head', () => {
    expect(result.findings).toEqual([]);
    expect(reach.get('one')?.actions).toEqual(['SendPrompt']);
    expect(reach.get('list')?.actions).toEqual(['IssueKey', 'ReadAudit']);
    expect(reach.get('all')?.actions).toEqual(expect.arrayContaining(['SendPrompt', 'UseTool', 'ReadAudit']));
  });

  it('ends where principal or resource cannot be of the type', () => {
    expect(reach.get('tools')?.actions).toEqual(['UseTool']);
    expect(reach.get('typed')?.actions).toEqual(['PromoteStage']);
  });

  it('names the attributes it reads, also those it only asks for', () => {
    expect(reach.get('one')?.attributes).toEqual(['denied', 'owner', 'sharing', 'trainingLapsed']);
    expect(reach.get('all')?.attributes).toEqual([]);
  });
});

it('has no reach to tell of an engine that was made elsewhere', () => {
  expect(policyReach({ kind: 'compiled', policies: [], evaluate: () => ({}) as never })).toEqual([]);
});
