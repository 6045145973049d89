import { describe, expect, it } from 'vitest';
import type { CedarJson, PolicyRequest } from '../policy/index.ts';
import { isUnchanging } from '../policy/index.ts';
import { repeatedRequest } from './repeated-requests.ts';

const user = { uid: { type: 'User', id: 'd' }, attrs: {}, parents: [] };
const noon: CedarJson = { __extn: { fn: 'datetime', arg: '2026-11-27T12:00:00.000Z' } };

function requestOf(entities: PolicyRequest['entities'], more: PolicyRequest['context'] = {}): PolicyRequest {
  return {
    principal: { type: 'User', id: 'd' },
    action: { type: 'Action', id: 'SendPrompt' },
    resource: { type: 'Repository', id: 'github.com/acme/a' },
    context: { capability: 'chat', now: noon, remoteRefs: 0, tools: ['a', 'b'], ...more },
    entities,
  };
}

describe('repeatedRequest', () => {
  it('is the request that was made last over the same entities, where it says the same', () => {
    const entities = Object.freeze([user]);
    const first = repeatedRequest(requestOf(entities));
    expect(first).toEqual(requestOf(entities));
    expect(repeatedRequest(requestOf(entities))).toBe(first);
    expect(isUnchanging(first)).toBe(true);
    expect(Object.isFrozen(first.context.tools)).toBe(true);
  });

  it.each<[string, (entities: PolicyRequest['entities']) => PolicyRequest]>([
    ['a value', (entities) => requestOf(entities, { remoteRefs: 1 })],
    ['a member of a list', (entities) => requestOf(entities, { tools: ['a', 'c'] })],
    ['the length of a list', (entities) => requestOf(entities, { tools: ['a'] })],
    ['a list in place of a value', (entities) => requestOf(entities, { capability: [] })],
    ['one member more', (entities) => requestOf(entities, { unpriced: true })],
    ['a time that is another value', (entities) => requestOf(entities, { now: { ...(noon as object) } })],
    ['the principal', (entities) => ({ ...requestOf(entities), principal: { type: 'User', id: 'e' } })],
    ['its type', (entities) => ({ ...requestOf(entities), principal: { type: 'ServiceAccount', id: 'd' } })],
    ['the resource', (entities) => ({ ...requestOf(entities), resource: { type: 'Repository', id: 'x' } })],
    ['the action', (entities) => ({ ...requestOf(entities), action: { type: 'Action', id: 'Other' } })],
  ])('is a new one where it differs in %s', (_, other) => {
    const entities = Object.freeze([user]);
    const first = repeatedRequest(requestOf(entities));
    const second = repeatedRequest(other(entities));
    expect(second).not.toBe(first);
    expect(second).toEqual(other(entities));
    expect(repeatedRequest(requestOf(entities))).not.toBe(second);
  });

  it('misses a member that another one stands in for', () => {
    const entities = Object.freeze([user]);
    const one = requestOf(entities);
    const { tools: _, ...rest } = one.context;
    const first = repeatedRequest(one);
    expect(repeatedRequest({ ...one, context: { ...rest, other: ['a', 'b'] } })).not.toBe(first);
  });

  it('never is an earlier one over entities that may change, or over other entities', () => {
    const list = [user];
    const request = requestOf(list);
    expect(repeatedRequest(request)).toBe(request);
    expect(isUnchanging(request)).toBe(false);
    expect(repeatedRequest(requestOf(list))).not.toBe(request);
    const first = repeatedRequest(requestOf(Object.freeze([user])));
    expect(repeatedRequest(requestOf(Object.freeze([user])))).not.toBe(first);
  });
});
