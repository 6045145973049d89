/*
 * The demo's simulator tells the sample vendor how to answer: how much, how fast, with which tool, or not at all. It
 * does so in the text of the call, because nothing else reaches a vendor through the gateway. A word drawn at start
 * keeps anybody else's text from being taken for a direction.
 */

/** How the sample vendor fails when told to. `cut` breaks off in the middle of the answer. */
export type Trouble = 'overloaded' | 'rate-limited' | 'failed' | 'cut';

export interface Direction {
  /** About how long the answer is, in tokens. */
  readonly tokens: number;
  /** How many tokens of the input the vendor says that it had cached. */
  readonly cached: number;
  /** Milliseconds until the first byte. */
  readonly delayMs: number;
  /** Milliseconds between two pieces of a stream; 0 is as fast as it goes. */
  readonly paceMs: number;
  /** Name of the tool to call, one that the request declares; null for text. */
  readonly tool: string | null;
  readonly trouble: Trouble | null;
}

const mostTokens = 4_000;
const mostMs = 2_000;
const form =
  /^ tokens=(\d{1,5}) cached=(\d{1,7}) delay=(\d{1,5}) pace=(\d{1,5}) tool=([\w.-]{0,64}) trouble=([a-z-]{0,16})\/>/;

function opening(word: string): string {
  return `<sample-vendor ${word}`;
}

/** The direction as it stands in a text; it holds nothing that JSON would escape. */
export function directionText(word: string, direction: Direction): string {
  const { tokens, cached, delayMs, paceMs, tool, trouble } = direction;
  const numbers = `tokens=${tokens} cached=${cached} delay=${delayMs} pace=${paceMs}`;
  return `${opening(word)} ${numbers} tool=${tool ?? ''} trouble=${trouble ?? ''}/>`;
}

/** The last direction with this word in a request body; null when there is none, or one that can't be read. */
export function readDirection(body: string, word: string): Direction | null {
  const start = opening(word);
  const at = body.lastIndexOf(start);
  const match = at === -1 ? null : form.exec(body.slice(at + start.length, at + start.length + 160));
  if (match === null) return null;
  const bounded = (text: string | undefined, most: number) => Math.min(Number(text), most);
  return {
    tokens: bounded(match[1], mostTokens),
    cached: bounded(match[2], Number.MAX_SAFE_INTEGER),
    delayMs: bounded(match[3], mostMs),
    paceMs: bounded(match[4], mostMs),
    tool: match[5] || null,
    trouble: troubles.find((trouble) => trouble === match[6]) ?? null,
  };
}

const troubles: readonly Trouble[] = ['overloaded', 'rate-limited', 'failed', 'cut'];
