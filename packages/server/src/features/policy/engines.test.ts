import type { PolicyRequest } from '@fairlead/core/policy';
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

describe.each(engineKinds)('the %s engine', (kind) => {
  const engine = (text: string) => engineOf(text, kind);

  it('allows by the permits that apply, sorted', () => {
    const set = engine(`${annotated('z')} permit(${head});${annotated('a')} permit(${head});`);
    expect(set.evaluate(sampleRequest)).toEqual({
      decision: 'allow',
      reasons: ['a', 'z'],
      errors: [],
      nearest: [],
    });
  });

  it('lets forbids override permits and names all that decided', () => {
    const set = engine(
      `${permit}${annotated('z')} forbid(${head});${annotated('b')} forbid(principal in Team::"payments", action, resource);` +
        `${annotated('other')} forbid(principal in Team::"search", action, resource);`,
    );
    expect(set.evaluate(sampleRequest)).toMatchObject({ decision: 'deny', reasons: ['b', 'z'] });
  });

  it('denies by default and names the nearest permits with the first thing they lack', () => {
    const set = engine(
      `${annotated('near')} permit(${head}) when { context.stageIncluded && context.capability == "agent" };` +
        `${annotated('far')} permit(principal in Team::"search", action == Action::"SendPrompt", resource) when { context.repositoryMismatch };` +
        `${annotated('unrelated')} permit(principal, action == Action::"AcceptRisk", resource);`,
    );
    expect(set.evaluate(sampleRequest)).toEqual({
      decision: 'deny',
      reasons: ['default.no-permit'],
      errors: [],
      nearest: [
        { policyId: 'near', failing: 'context.capability == "agent"' },
        { policyId: 'far', failing: 'principal in Team::"search"' },
      ],
    });
  });

  it('denies when a forbid cannot be evaluated, where Cedar alone would allow', () => {
    const set = engine(
      `${permit}${annotated('unevaluated')} forbid(${head}) unless { context.vendor.evaluated };`,
    );
    expect(set.evaluate(sampleRequest).decision).toBe('allow');
    const verdict = set.evaluate(withoutEntities('Vendor'));
    expect(verdict).toMatchObject({ decision: 'deny', reasons: ['engine.error'] });
    expect(verdict.errors).toMatchObject([{ policyId: 'unevaluated' }]);
  });

  it('denies on an error in a permit too, and still names the forbids', () => {
    const set = engine(
      `${permit}${annotated('risky')} permit(${head}) when { context.remoteRefs * 9007199254740991 * 9007199254740991 > 0 };` +
        `${annotated('no')} forbid(${head}) when { context.capability == "chat" };`,
    );
    expect(set.evaluate(withContext({ remoteRefs: 2 }))).toMatchObject({
      decision: 'deny',
      reasons: ['engine.error', 'no'],
      errors: [{ policyId: 'risky' }],
    });
  });

  it('takes time from the request', () => {
    const set = engine(
      `${permit}${annotated('expired')} forbid(${head}) when { context.vendor has evidenceValidUntil && context.vendor.evidenceValidUntil < context.now };`,
    );
    const at = (arg: string) =>
      set.evaluate(withContext({ now: { __extn: { fn: 'datetime', arg } } })).reasons;
    expect(at('2026-06-30T00:00:00Z')).toEqual(['call.permit']);
    expect(at('2026-06-30T00:00:00.001Z')).toEqual(['expired']);
  });

  it('lifts a forbid marked @exceptionable by a live exception, and no other', () => {
    const set = engine(
      `${permit}${annotated('lift', ' @exceptionable')} forbid(${head});${annotated('stay')} forbid(${head});`,
    );
    expect(set.evaluate(sampleRequest).reasons).toEqual(['lift', 'stay']);
    expect(set.evaluate(withContext({ exceptions: ['lift', 'stay'] })).reasons).toEqual(['stay']);
  });

  it.each<[string, PolicyRequest, RegExp]>([
    ['an unknown action', { ...sampleRequest, action: { type: 'Action', id: 'Nope' } }, /action/],
    ['an action of another type', { ...sampleRequest, action: { type: 'User', id: 'SendPrompt' } }, /action/],
    [
      'a principal of the wrong type',
      { ...sampleRequest, principal: { type: 'Team', id: 'x' } },
      /principal/,
    ],
    ['a resource of the wrong type', { ...sampleRequest, resource: { type: 'Tool', id: 'x' } }, /resource/],
    [
      'a missing attribute',
      withContext({ capability: undefined as never }),
      /context\.capability: .*missing/,
    ],
    ['an extra attribute', withContext({ extra: true }), /context: has an attribute/],
    ['an attribute every object has', withContext({ constructor: true }), /context: has an attribute/],
    ['a text for a set', withContext({ tools: 'x' }), /context\.tools/],
    ['a set of the wrong elements', withContext({ tools: ['x', 1] }), /context\.tools/],
    ['a number that is not whole', withContext({ remoteRefs: 1.5 }), /context\.remoteRefs/],
    ['a number that is not exact', withContext({ remoteRefs: 2 ** 53 }), /context\.remoteRefs/],
    ['a null', withContext({ capability: null as never }), /context\.capability/],
    ['half a character', withContext({ capability: '\ud800' }), /context\.capability/],
    ['a datetime without its tag', withContext({ now: '2026-03-02' }), /context\.now/],
    [
      'a day that does not exist',
      withContext({ now: { __extn: { fn: 'datetime', arg: '2026-02-29' } } }),
      /now/,
    ],
    ['another extension type', withContext({ now: { __extn: { fn: 'duration', arg: '1d' } } }), /now/],
    [
      'an entity of the wrong type',
      withContext({ vendor: { __entity: { type: 'Team', id: 'x' } } }),
      /vendor/,
    ],
    [
      'a wrong value deep inside',
      withContext({ sharing: { denied: [], legalReview: 3 } as never }),
      /sharing\.legalReview/,
    ],
    [
      'an entity given twice',
      { ...sampleRequest, entities: [...sampleRequest.entities, sampleRequest.entities[0]!] },
      /twice/,
    ],
    [
      'an entity of an unknown type',
      { ...sampleRequest, entities: [{ uid: { type: 'Ghost', id: 'x' }, attrs: {}, parents: [] }] },
      /type/,
    ],
    [
      'a parent of a type that cannot be one',
      {
        ...sampleRequest,
        entities: [{ uid: { type: 'Team', id: 'x' }, attrs: {}, parents: [{ type: 'User', id: 'y' }] }],
      },
      /parent/,
    ],
    ['no entities at all', { ...sampleRequest, entities: undefined as never }, /entities/],
    ['nothing', {} as PolicyRequest, /reference/],
  ])('denies %s with a message', (_, request, message) => {
    const verdict = engine(permit).evaluate(request);
    expect(verdict).toMatchObject({ decision: 'deny', reasons: ['engine.error'], nearest: [] });
    expect(verdict.errors[0]?.message).toMatch(message);
  });

  it('never repeats values of a request in messages', () => {
    const secret = 'AKIA-very-secret';
    const set = engine(permit);
    const verdicts = [
      set.evaluate(withContext({ remoteRefs: secret })),
      set.evaluate(withContext({ [secret]: 1, now: secret })),
      set.evaluate({ ...sampleRequest, principal: { type: secret, id: secret } }),
    ];
    for (const verdict of verdicts) expect(verdict.reasons).toContain('engine.error');
    expect(JSON.stringify(verdicts)).not.toContain(secret);
  });
});

describe('frozen entities', () => {
  it('are read once and give the same answers', () => {
    const engine = engineOf(
      `${permit}${annotated('team')} forbid(principal in Team::"payments", action, resource);`,
    );
    const entities = Object.freeze(sampleRequest.entities.map((entity) => Object.freeze({ ...entity })));
    const request = { ...sampleRequest, entities };
    const expected = engine.evaluate(sampleRequest);
    expect([engine.evaluate(request), engine.evaluate(request)]).toEqual([expected, expected]);
  });
});
