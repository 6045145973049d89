import type { PolicyRequest } from './types.ts';

const unchanging = new WeakSet<PolicyRequest>();

/** Freezes a request with all that it holds, so that what was found out about it once is true of it for good. */
export function unchangingRequest(request: PolicyRequest): PolicyRequest {
  freezeDeep(request);
  unchanging.add(request);
  return request;
}

export function isUnchanging(request: PolicyRequest): boolean {
  return unchanging.has(request);
}

/** Freezes a value and all values in it; what is frozen already is taken to be so all through. */
export function freezeDeep<Value extends object>(value: Value): Value {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null && !Object.isFrozen(inner)) freezeDeep(inner);
  }
  return Object.freeze(value);
}
