import { type JsonObject, objectsOf, textOf } from './sample-types.ts';

/** One step of a conversation, in order: what a person wrote, or what a tool returned. */
export type Step =
  | { readonly kind: 'user'; readonly text: string }
  | { readonly kind: 'tool-result'; readonly text: string };

const mostText = 16_384;

/** The last thing a person wrote, and the result of a tool that came after it. */
export function lastWords(steps: readonly Step[]): { userText: string; toolResult: string | null } {
  let userText = '';
  let toolResult: string | null = null;
  for (const step of steps) {
    if (step.kind === 'tool-result') {
      toolResult = step.text;
      continue;
    }
    const text = withoutContextBlocks(step.text);
    if (text === '') continue;
    userText = text;
    toolResult = null;
  }
  return { userText, toolResult };
}

/** Text of a content field: a string, or an array of parts that carry `text`. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  return objectsOf(content)
    .map((part: JsonObject) => textOf(part.text))
    .filter((text) => text !== '')
    .join('\n');
}

/**
 * Assistants wrap context into `<tag>…</tag>` blocks inside the user's message. Their words ("run", "command")
 * aren't the user's, so they are cut out before the text is read.
 */
function withoutContextBlocks(full: string): string {
  const text = full.length > mostText ? full.slice(-mostText) : full;
  let kept = '';
  let from = 0;
  for (const open of text.matchAll(/<([a-zA-Z][\w-]*)(?:\s[^<>]*)?>/g)) {
    if (open.index < from) continue;
    const closing = `</${open[1]}>`;
    const end = text.indexOf(closing, open.index);
    if (end < 0) continue;
    kept += text.slice(from, open.index);
    from = end + closing.length;
  }
  return (kept + text.slice(from)).trim();
}
