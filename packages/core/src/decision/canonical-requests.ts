import { canonicalJson } from '../json/index.ts';
import type { EntityJson, PolicyRequest } from '../policy/types.ts';

/** The text of entity lists that never change (`buildPolicyRequest` freezes them): most of every request. */
const listTexts = new WeakMap<readonly EntityJson[], string>();

function entitiesText(entities: readonly EntityJson[]): string {
  const known = listTexts.get(entities);
  if (known !== undefined) return known;
  const text = canonicalJson(entities);
  if (Object.isFrozen(entities)) listTexts.set(entities, text);
  return text;
}

/** The canonical JSON of `{ requests }`, as decision inputs are recorded; keys in RFC 8785's order. */
export function canonicalRequests(requests: readonly PolicyRequest[]): string {
  const texts = requests.map(
    ({ action, context, entities, principal, resource }) =>
      `{"action":${canonicalJson(action)},"context":${canonicalJson(context)},"entities":${entitiesText(entities)},` +
      `"principal":${canonicalJson(principal)},"resource":${canonicalJson(resource)}}`,
  );
  return `{"requests":[${texts.join(',')}]}`;
}
