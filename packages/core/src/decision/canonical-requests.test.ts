import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../json/index.ts';
import type { PolicyRequest } from '../policy/types.ts';
import { canonicalRequests } from './index.ts';

function requestOf(n: number, entities: PolicyRequest['entities']): PolicyRequest {
  return {
    principal: { type: 'User', id: `d"${n}` },
    action: { type: 'Action', id: 'SendPrompt' },
    resource: { type: 'Repository', id: 'github.com/acme/a' },
    context: { tools: ['b', 'a'], remoteRefs: n, capability: 'chat' },
    entities,
  };
}

describe('canonicalRequests', () => {
  const entities = [{ uid: { type: 'User', id: 'd' }, attrs: { z: 1, a: true }, parents: [] }];

  it('is the canonical JSON of the requests, whatever is remembered of their entities', () => {
    const frozen = Object.freeze([...entities]);
    const requests = [requestOf(1, entities), requestOf(2, frozen), requestOf(3, frozen)];
    expect(canonicalRequests(requests)).toBe(canonicalJson({ requests }));
    expect(canonicalRequests([])).toBe('{"requests":[]}');
  });

  it('reads a list that may change anew each time', () => {
    const list = [...entities];
    const request = requestOf(1, list);
    const before = canonicalRequests([request]);
    list.push({ uid: { type: 'Team', id: 't' }, attrs: {}, parents: [] } as never);
    expect(canonicalRequests([request])).not.toBe(before);
    expect(canonicalRequests([request])).toBe(canonicalJson({ requests: [request] }));
  });
});
