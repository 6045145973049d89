import { asString, elements, type JsonNode, member } from '../../json/index.ts';

/** The text of a message's content: a string, or the `text` of its parts, joined by newlines. */
export function textOf(content: JsonNode | undefined): string | null {
  const whole = asString(content);
  if (whole !== null) return whole;
  const parts = elements(content).map((part) => asString(part) ?? asString(member(part, 'text')));
  const texts = parts.filter((text) => text !== null);
  return texts.length === 0 ? null : texts.join('\n');
}
