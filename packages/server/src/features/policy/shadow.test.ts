import type { PolicyEngine, PolicyVerdict } from '@fairlead/core/policy';
import { describe, expect, it } from 'vitest';
import { createPolicy } from './create.ts';
import { type EngineDisagreement, shadowed } from './shadow.ts';
import { annotated, engineOf, head, sampleRequest } from './testing/sample.ts';

const allow: PolicyVerdict = { decision: 'allow', reasons: ['a'], errors: [], nearest: [] };

function fake(verdict: PolicyVerdict): PolicyEngine {
  return { kind: 'compiled', policies: [], evaluate: () => verdict };
}

function setUp(second: PolicyVerdict, random = 0) {
  const queue: (() => void)[] = [];
  const alarms: EngineDisagreement[] = [];
  const shadow = shadowed(fake(allow), fake(second), {
    oneIn: 4,
    random: () => random,
    later: (check) => queue.push(check),
    onDisagreement: (disagreement) => alarms.push(disagreement),
  });
  return { ...shadow, alarms, run: () => queue.splice(0).forEach((check) => void check()), queue };
}

describe('the shadow check', () => {
  it('asks again later, and changes nothing while both agree', () => {
    const { engine, state, queue, run, alarms } = setUp(allow);
    expect(engine.evaluate(sampleRequest)).toBe(allow);
    expect([queue.length, state().checked]).toEqual([1, 0]);
    run();
    expect(state()).toEqual({ checked: 1, stopped: false });
    expect(alarms).toEqual([]);
  });

  it('leaves out what the sample does not choose', () => {
    const { engine, queue } = setUp(allow, 0.25);
    engine.evaluate(sampleRequest);
    expect(queue).toEqual([]);
  });

  it('never lets more than a few questions wait', () => {
    const { engine, queue } = setUp(allow);
    for (let n = 0; n < 1000; n += 1) engine.evaluate(sampleRequest);
    expect(queue.length).toBe(16);
  });

  it.each<[string, PolicyVerdict]>([
    ['another decision', { ...allow, decision: 'deny' }],
    ['other reasons', { ...allow, reasons: ['b'] }],
    ['other errors', { ...allow, errors: [{ policyId: 'x', message: 'm' }] }],
  ])('stops later decisions on %s until it is cleared', (_, second) => {
    const { engine, state, run, alarms, clear } = setUp(second);
    expect(engine.evaluate(sampleRequest)).toBe(allow);
    run();
    expect(alarms).toEqual([{ request: sampleRequest, compiled: allow, oracle: second }]);
    expect(engine.evaluate(sampleRequest)).toMatchObject({
      decision: 'deny',
      reasons: ['engine.disagreement'],
    });
    expect(state().stopped).toBe(true);
    clear();
    expect(engine.evaluate(sampleRequest)).toBe(allow);
  });

  it('agrees with the real oracle', () => {
    const text = `${annotated('p')} permit(${head});${annotated('f')} forbid(${head}) when { context.remoteRefs > 3 };`;
    const queue: (() => void)[] = [];
    const { engine, state } = shadowed(engineOf(text), engineOf(text, 'cedar-wasm'), {
      oneIn: 1,
      random: () => 0.99,
      later: (check) => queue.push(check),
      onDisagreement: () => expect.unreachable(),
    });
    const contexts = [0, 3, 4, 1.5].map((remoteRefs) => ({ ...sampleRequest.context, remoteRefs }));
    const reasons = contexts.map((context) => engine.evaluate({ ...sampleRequest, context }).reasons);
    for (const check of queue) check();
    expect(reasons).toEqual([['p'], ['p'], ['f'], ['engine.error']]);
    expect(state()).toEqual({ checked: 4, stopped: false });
  });
});

describe('activation', () => {
  const program = {
    engine: 'compiled',
    dataClasses: [{ id: 'secret', owner: 'security', title: 'Secrets', advice: 'Remove it.' }],
    policies: [{ file: 'policies/a.cedar', text: `${annotated('p')} permit(${head});` }],
  } as never;

  it('compiles written and generated policies and keeps the digest', () => {
    const { engine, digest, findings } = createPolicy().activate({ program, digest: 'sha256:x' });
    expect([digest, findings]).toEqual(['sha256:x', []]);
    expect(engine?.policies.map((policy) => policy.id).sort()).toEqual(['data.secret', 'p']);
  });

  it('has no engine when anything is found', () => {
    const broken = {
      ...(program as object),
      policies: [{ file: 'policies/a.cedar', text: 'permit(' }],
    } as never;
    const { engine, findings } = createPolicy().activate({ program: broken, digest: 'sha256:x' });
    expect(engine).toBeNull();
    expect(findings).toMatchObject([{ code: 'policy.syntax', file: 'policies/a.cedar' }]);
  });

  it('checks in the background when told to', async () => {
    const options = { oneIn: 1, onDisagreement: () => expect.unreachable() };
    const { engine } = createPolicy({ shadow: options }).activate({ program, digest: 'sha256:x' });
    expect(engine?.evaluate(sampleRequest).decision).toBe('allow');
    await new Promise(setImmediate);
    expect(engine?.evaluate(sampleRequest).decision).toBe('allow');
  });
});
