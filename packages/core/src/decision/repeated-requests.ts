import type { CedarJson, EntityJson, PolicyRequest } from '../policy/types.ts';
import { isUnchanging, unchangingRequest } from '../policy/unchanging.ts';

/** The request that was made last over a list of entities: whoever calls again within a second asks the same. */
const latest = new WeakMap<readonly EntityJson[], PolicyRequest>();

/**
 * A request that says the same as this one: the one that was made last over its entities, if it does, else this one. It
 * never changes, so engines and whoever records it need not read it again. Entities that may change are never the same.
 */
export function repeatedRequest(request: PolicyRequest): PolicyRequest {
  const { entities } = request;
  if (!Object.isFrozen(entities)) return request;
  const last = latest.get(entities);
  if (last !== undefined && isUnchanging(last) && isSame(last, request)) return last;
  const kept = unchangingRequest(request);
  latest.set(entities, kept);
  return kept;
}

function isSame(one: PolicyRequest, other: PolicyRequest): boolean {
  return (
    isSameRef(one.principal, other.principal) &&
    isSameRef(one.action, other.action) &&
    isSameRef(one.resource, other.resource) &&
    isSameContext(one.context, other.context)
  );
}

function isSameRef(one: PolicyRequest['principal'], other: PolicyRequest['principal']): boolean {
  return one.id === other.id && one.type === other.type;
}

function isSameContext(one: PolicyRequest['context'], other: PolicyRequest['context']): boolean {
  const names = Object.keys(one);
  if (Object.keys(other).length !== names.length) return false;
  for (const name of names) {
    if (!Object.hasOwn(other, name) || !isSameValue(one[name] as CedarJson, other[name] as CedarJson))
      return false;
  }
  return true;
}

/** Values and lists of values; of anything else only the very same is certain to be so without reading all of it. */
function isSameValue(one: CedarJson, other: CedarJson): boolean {
  if (one === other) return true;
  if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
  for (let i = 0; i < one.length; i += 1) if (one[i] !== other[i]) return false;
  return true;
}
