import { canonicalJson } from '../json/index.ts';
import type { CedarJson, EntityJson, PolicyRequest } from '../policy/types.ts';

/** The text of entity lists that never change (`buildPolicyRequest` freezes them): most of every request. */
const listTexts = new WeakMap<readonly EntityJson[], string>();

function entitiesText(entities: readonly EntityJson[]): string {
  const known = listTexts.get(entities);
  if (known !== undefined) return known;
  const text = canonicalJson(entities);
  if (Object.isFrozen(entities)) listTexts.set(entities, text);
  return text;
}

/** The text of parts of contexts that never change. */
const partTexts = new WeakMap<object, string>();

function partText(part: CedarJson): string {
  if (typeof part !== 'object' || part === null || !Object.isFrozen(part)) return canonicalJson(part);
  const known = partTexts.get(part);
  if (known !== undefined) return known;
  const text = canonicalJson(part);
  partTexts.set(part, text);
  return text;
}

/** `"name":` of the members of contexts, which are those of the schema. */
const mostNames = 256;
const nameTexts = new Map<string, string>();

function nameText(name: string): string {
  const known = nameTexts.get(name);
  if (known !== undefined) return known;
  const text = `${canonicalJson(name)}:`;
  if (nameTexts.size < mostNames) nameTexts.set(name, text);
  return text;
}

function contextText(context: PolicyRequest['context']): string {
  const names = Object.keys(context);
  let text = '{';
  for (let i = 0; i < names.length; i += 1) {
    const name = names[i] as string;
    // Its author wrote the members in order; one that didn't is sorted by who can do it.
    if (i > 0 && (names[i - 1] as string) > name) return canonicalJson(context);
    const part = context[name];
    if (part === undefined) return canonicalJson(context);
    text += `${i === 0 ? '' : ','}${nameText(name)}${partText(part)}`;
  }
  return `${text}}`;
}

/** The canonical JSON of `{ requests }`, as decision inputs are recorded; keys in RFC 8785's order. */
export function canonicalRequests(requests: readonly PolicyRequest[]): string {
  const texts = requests.map(
    ({ action, context, entities, principal, resource }) =>
      `{"action":${canonicalJson(action)},"context":${contextText(context)},"entities":${entitiesText(entities)},` +
      `"principal":${canonicalJson(principal)},"resource":${canonicalJson(resource)}}`,
  );
  return `{"requests":[${texts.join(',')}]}`;
}
