import { describe, expect, it } from 'vitest';
import { decideCall, refusalReasons } from './decide.ts';
import { indexProgram } from './program-index.ts';
import { allow, deny, engineOf, meta, now, program, question } from './testing/fixtures.ts';

const index = indexProgram(program);
const [api, find] = ['github.com/acme/api', 'github.com/acme/find'] as const;

describe('a call in one repository', () => {
  it('is allowed by the permits that apply, with the request it was decided on', () => {
    const decision = decideCall(index, engineOf(allow('b', 'a')), question, now);
    expect(decision).toMatchObject({
      decision: 'allow',
      policyIds: ['a', 'b'],
      refusals: [],
      notices: [],
      repository: api,
    });
    expect(decision.requests).toHaveLength(1);
    expect(decision.requests[0]).toMatchObject({ action: { id: 'SendPrompt' }, resource: { id: api } });
  });

  it('is decided by the engine on the very requests that are recorded', () => {
    const asked: unknown[] = [];
    const engine = engineOf((request) => {
      asked.push(request);
      return allow('p');
    });
    const { requests } = decideCall(index, engine, question, now);
    expect(asked).toEqual(requests);
    expect(requests[0]?.context.now).toEqual({ __extn: { fn: 'datetime', arg: '2026-03-02T10:00:00.000Z' } });
  });

  it('keeps an error of the engine a deny', () => {
    const { decision, policyIds, refusals } = decideCall(
      index,
      engineOf(deny('engine.error')),
      question,
      now,
    );
    expect([decision, policyIds]).toEqual(['deny', ['engine.error']]);
    expect(refusals).toMatchObject([{ policyId: 'engine.error', severity: 'critical' }]);
    expect(refusals[0]?.advice).toContain('platform team');
  });

  it('is a default deny when a deny names no policy', () => {
    expect(decideCall(index, engineOf(deny()), question, now).policyIds).toEqual(['default.no-permit']);
  });
});

describe('money', () => {
  it('stands in the request as facts', () => {
    const asked = { ...question, budgetReserved: false, unpriced: true };
    const { requests } = decideCall(index, engineOf(allow('p')), asked, now);
    expect(requests[0]?.context).toMatchObject({ budgetReserved: false, unpriced: true });
    expect(JSON.stringify(requests)).not.toContain('exhausted');
  });

  it('refuses every call of a paused key, whatever the policies say', () => {
    const paused = { ...question, keyPaused: true };
    const decision = decideCall(index, engineOf(allow('p')), paused, now);
    expect(decision).toMatchObject({ decision: 'deny', policyIds: ['budget.key-paused'] });
    expect(decision.refusals[0]?.title).toContain('paused');
    expect(decideCall(index, engineOf(deny('x')), paused, now).policyIds).toEqual(['budget.key-paused', 'x']);
  });

  it('names the budget that has no room', () => {
    const exhausted = "the day's budget of key k-1 (the next day begins 2026-03-03 UTC)";
    const engine = engineOf(deny('budget.exhausted'));
    const { refusals } = decideCall(index, engine, { ...question, exhausted }, now);
    expect(refusals[0]?.advice).toContain(`Without room: ${exhausted}.`);
    expect(decideCall(index, engine, question, now).refusals[0]?.advice).not.toContain('Without room');
  });
});

describe('a credential that leaves several repositories open', () => {
  const several = { ...question, repositories: [api, find] };
  const refusing = (...refused: string[]) =>
    engineOf(({ resource: { id } }) => (refused.includes(id) ? deny(`no.${id}`) : allow('p', `yes.${id}`)));

  it('allows only what every one of them allows, and then is about none of them', () => {
    const decision = decideCall(index, refusing(), several, now);
    expect(decision).toMatchObject({ decision: 'allow', repository: null });
    expect(decision.policyIds).toEqual(['p', `yes.${api}`, `yes.${find}`]);
    expect(decision.requests.map((request) => request.resource.id)).toEqual([api, find]);
  });

  it.each([[[api]], [[find]]])('denies when one refuses, and is about that one: %s', ([refused]) => {
    const decision = decideCall(index, refusing(refused!), several, now);
    expect(decision).toMatchObject({ decision: 'deny', repository: refused, policyIds: [`no.${refused}`] });
    // The permits of the other one decided nothing.
    expect(decision.refusals.map((reason) => reason.policyId)).toEqual([`no.${refused}`]);
  });

  it('names the policies of all that refuse, and the first of them', () => {
    const decision = decideCall(index, refusing(find, api), several, now);
    expect(decision).toMatchObject({ repository: api, policyIds: [`no.${api}`, `no.${find}`] });
  });

  it('denies when there is none at all, whatever the engine would say', () => {
    const decision = decideCall(index, engineOf(allow('p')), { ...question, repositories: [] }, now);
    expect(decision).toMatchObject({ decision: 'deny', policyIds: ['default.no-permit'], repository: null });
    expect(decision.refusals).toHaveLength(1);
  });
});

describe('a model without a vendor', () => {
  const nowhere = { ...question, vendor: null };

  it('is refused though every policy allows', () => {
    const decision = decideCall(index, engineOf(allow('p')), nowhere, now);
    expect(decision).toMatchObject({ decision: 'deny', policyIds: ['model.not-allowed'] });
    expect(decision.refusals[0]?.advice).toContain('/v1/models');
  });

  it('is refused in other words when several vendors list it', () => {
    const decision = decideCall(index, engineOf(allow('p')), { ...nowhere, ambiguousModel: true }, now);
    expect(decision.policyIds).toEqual(['model.ambiguous']);
    expect(decision.refusals[0]?.advice).toContain('names the vendor');
  });

  it('is refused beside the policies that refuse', () => {
    const decision = decideCall(index, engineOf(deny('vendor.terms')), nowhere, now);
    expect(decision.policyIds).toEqual(['model.not-allowed', 'vendor.terms']);
  });

  it('does not make an ambiguous flag refuse a call that has its vendor', () => {
    const decision = decideCall(index, engineOf(allow('p')), { ...question, ambiguousModel: true }, now);
    expect(decision.decision).toBe('allow');
  });
});

describe('warnings', () => {
  const classes = ['personal', 'notes', 'open', 'personal'];

  it('name the classes that the sharing matrix lets through with one', () => {
    const decision = decideCall(index, engineOf(allow('p')), { ...question, dataClasses: classes }, now);
    expect(decision.notices).toEqual(['data.personal']);
  });

  it('are not given for a call that is refused', () => {
    const decision = decideCall(index, engineOf(deny('f')), { ...question, dataClasses: classes }, now);
    expect(decision.notices).toEqual([]);
  });

  it("are the call's own vendor's", () => {
    const south = { ...question, vendor: 'south', dataClasses: classes };
    expect(decideCall(index, engineOf(allow('p')), south, now).notices).toEqual([]);
  });
});

describe('the words of a refusal', () => {
  const policies = [
    meta('low', { title: 'Low', advice: 'L.', severity: 'low' }),
    meta('b.high', { title: 'B', advice: 'Do b.', severity: 'high' }),
    meta('a.high', { title: 'A', advice: 'Do a.', severity: 'high' }),
    meta('bare'),
    meta('stage.not-included', { title: 'Not yet', advice: 'Wait.', severity: 'medium' }),
  ];
  const words = (principal: string, ...ids: string[]) =>
    refusalReasons(index, engineOf(deny(), policies), { principal }, ids);

  it('are those of the policies, most severe first and then by id', () => {
    expect(words('dana', 'low', 'b.high', 'engine.error', 'a.high')).toMatchObject([
      { policyId: 'engine.error' },
      { policyId: 'a.high', title: 'A', advice: 'Do a.', severity: 'high' },
      { policyId: 'b.high' },
      { policyId: 'low' },
    ]);
  });

  it('are there for every id, also one that nothing describes', () => {
    expect(words('dana', 'bare', 'unheard-of', 'constructor')).toEqual(
      ['bare', 'constructor', 'unheard-of'].map((policyId) => ({
        policyId,
        title: 'A policy refuses this call.',
        advice: '',
        severity: 'critical',
      })),
    );
  });

  it.each([
    'default.no-permit',
    'engine.error',
    'engine.disagreement',
    'model.not-allowed',
    'model.ambiguous',
  ])('tell what to do about %s, which no policy file holds', (id) => {
    const [reason] = words('dana', id);
    expect(reason).toMatchObject({ policyId: id, severity: 'critical' });
    expect(reason?.title).toMatch(/^[A-Z].*\.$/);
    expect(reason?.advice).toMatch(/^[A-Z].*\.$/);
  });

  it.each([
    ['sam', 'Wait. Your team joins with the stage "wide".'],
    ['lee', 'Wait. Your team joins with the stage "all".'],
    ['dana', 'Wait.'],
    ['nobody', 'Wait.'],
  ])('name the stage that brings the team of %s', (principal, advice) => {
    expect(words(principal, 'stage.not-included')).toMatchObject([{ advice }]);
  });

  it('name a stage of any team, and no stage for other policies', () => {
    expect(words('both', 'stage.not-included')[0]?.advice).toContain('"wide"');
    expect(words('sam', 'low')[0]?.advice).toBe('L.');
  });
});
