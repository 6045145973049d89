import { asInteger, asString, elements, type JsonNode, member, readStrictJson } from '../json/index.ts';
import { encodeUtf8 } from '../text/index.ts';
import { ByteBuffer } from './byte-buffer.ts';
import { safeName } from './facts.ts';
import { SseParser } from './sse.ts';
import type { Endpoint, Usage } from './types.ts';

/** Reads what a vendor says a call used, from a copy of its response. */
export interface UsageReader {
  /** Takes the next bytes of the response body; they are copied where they must be kept. */
  push(chunk: Uint8Array): void;
  /** The usage, or null and why not. May be called at any time, also after an aborted response. */
  end(): { readonly usage: Usage | null; readonly problem: string | null };
}

/** A vendor's number beyond this is taken for a mistake or a lie. */
const MOST_TOKENS = 1_000_000_000;
const MOST_BODY_BYTES = 4 * 1024 * 1024;

type Counter = Exclude<keyof Usage, 'serviceTier' | 'final'>;
type Counters = { [name in Counter]?: number } & { serviceTier?: string; final?: boolean };

// Where each dialect reports each counter, inside its usage object. Vendors' own meanings are kept: OpenAI's input
// includes what came from the cache, Anthropic's does not.
const counterPaths = (
  [
    ['inputTokens', 'prompt_tokens'],
    ['inputTokens', 'input_tokens'],
    ['outputTokens', 'completion_tokens'],
    ['outputTokens', 'output_tokens'],
    ['cacheReadTokens', 'prompt_tokens_details', 'cached_tokens'],
    ['cacheReadTokens', 'input_tokens_details', 'cached_tokens'],
    ['cacheReadTokens', 'cache_read_input_tokens'],
    ['cacheWriteTokens', 'cache_creation_input_tokens'],
    ['cacheWriteLongTokens', 'cache_creation', 'ephemeral_1h_input_tokens'],
  ] as readonly (readonly [Counter, ...string[]])[]
).map(([counter, ...path]) => ({ counter, path }));

class UsageProblem extends Error {}

function isPlausible(count: number): boolean {
  return Number.isSafeInteger(count) && count >= 0 && count <= MOST_TOKENS;
}

function readCounters(usage: JsonNode, into: Counters): void {
  for (const { counter, path } of counterPaths) {
    let node: JsonNode | undefined = usage;
    for (const key of path) node = member(node, key);
    if (node === undefined || node.kind === 'null') continue;
    if (node.kind !== 'number' || !isPlausible(node.value)) {
      throw new UsageProblem(`${path.join('.')} is no plausible count`);
    }
    into[counter] = node.value;
  }
}

/** The usage object of a response body or of one event, and what holds it, wherever the dialect puts it. */
function findUsage(root: JsonNode): { readonly usage: JsonNode; readonly holder: JsonNode } | undefined {
  for (const holder of [root, member(root, 'message'), member(root, 'response')]) {
    const usage = member(holder, 'usage');
    if (holder !== undefined && usage?.kind === 'object') return { usage, holder };
  }
  return undefined;
}

const STANDARD_TIERS = new Set(['default', 'standard']);

/** The tier or speed that the vendor served, unless it is the standard one. */
function servedTier(usage: JsonNode, holder: JsonNode): string | undefined {
  const named = [member(usage, 'speed'), member(usage, 'service_tier'), member(holder, 'service_tier')];
  const tier = named.map((node) => asString(node)).find((name) => name && !STANDARD_TIERS.has(name));
  return tier ? safeName(tier) : undefined;
}

const EARLY_EVENTS = new Set([
  'message_start',
  'response.created',
  'response.in_progress',
  'response.queued',
]);

type IsFinal = (root: JsonNode) => boolean;

/** False for an event whose counts more output may follow: of several choices, each must have finished. */
function finalCounts(choices: number): IsFinal {
  const finished = new Set<number>();
  return (root) => {
    if (EARLY_EVENTS.has(asString(member(root, 'type')) ?? '')) return false;
    const here = elements(member(root, 'choices'));
    for (const choice of here) {
      if (asString(member(choice, 'finish_reason')) !== null)
        finished.add(asInteger(member(choice, 'index')) ?? 0);
    }
    return here.length === 0 || finished.size >= choices;
  };
}

function readDocument(bytes: Uint8Array, into: Counters, isFinal: IsFinal): void {
  let root: JsonNode;
  try {
    root = readStrictJson(bytes).root;
  } catch {
    throw new UsageProblem('the response could not be read');
  }
  const found = findUsage(root);
  if (found === undefined) return;
  readCounters(found.usage, into);
  const tier = servedTier(found.usage, found.holder);
  if (tier !== undefined) into.serviceTier = tier;
  into.final = isFinal(root);
}

function settle(counters: Counters, problem: string | null): ReturnType<UsageReader['end']> {
  if (problem !== null) return { usage: null, problem };
  if (counters.inputTokens === undefined) return { usage: null, problem: 'the response reports no usage' };
  const { inputTokens, outputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0 } = counters;
  const { cacheWriteLongTokens, serviceTier, final } = counters;
  const usage: Usage = {
    ...{ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens },
    ...(cacheWriteLongTokens ? { cacheWriteLongTokens } : {}),
    ...(serviceTier === undefined ? {} : { serviceTier }),
    ...(final === false ? { final } : {}),
  };
  return { usage, problem: null };
}

function problemOf(error: unknown): string {
  if (error instanceof UsageProblem) return error.message;
  throw error;
}

/** Events without such a member need not be parsed; chat chunks carry `"usage":null` until the last. */
const MAY_HOLD_USAGE = /"usage"\s*:\s*\{/;

const USAGE = encodeUtf8('"usage"');
const LETTER_G = 0x67;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const LF = 0x0a;
const CR = 0x0d;

function isUsageAt(line: Uint8Array, start: number): boolean {
  if (start < 0) return false;
  for (let i = 0; i < USAGE.length; i += 1) if (line[start + i] !== USAGE[i]) return false;
  return true;
}

function skipBlank(line: Uint8Array, from: number): number {
  let at = from;
  while (line[at] === 0x20 || line[at] === 0x09) at += 1;
  return at;
}

function endsLine(bytes: Uint8Array, at: number): boolean {
  return at >= bytes.length || bytes[at] === LF || bytes[at] === CR;
}

/**
 * The same for the bytes of a line, or of several, before they are decoded; what a line breaks off may follow in the
 * next.
 */
function mayHoldUsage(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += 1) {
    // The rarest letter of the word in the events that there are most of.
    if (bytes[at] !== LETTER_G || !isUsageAt(bytes, at - 4)) continue;
    const colon = skipBlank(bytes, at - 4 + USAGE.length);
    if (endsLine(bytes, colon)) return true;
    if (bytes[colon] !== COLON) continue;
    const value = skipBlank(bytes, colon + 1);
    if (endsLine(bytes, value) || bytes[value] === OPEN_BRACE) return true;
  }
  return false;
}

const DONE = /data: ?\[DONE\]\s*$/;
const DONE_BYTES = 32;

/** Whether a chat stream came to its end, after which no output follows. */
function endOfChat(): { push(chunk: Uint8Array): void; isReached(): boolean } {
  let tail = '';
  return {
    push(chunk) {
      tail = (tail + String.fromCharCode(...chunk.subarray(-DONE_BYTES))).slice(-DONE_BYTES);
    },
    isReached: () => DONE.test(tail),
  };
}

function streamReader(choices: number): UsageReader {
  const isFinal = finalCounts(choices);
  // A vendor that reports once does it with the last choice to finish: that the others did is seen at the end.
  const ending = choices > 1 ? endOfChat() : null;
  const parser = new SseParser({ isWanted: (lines) => lines.some(mayHoldUsage) });
  const counters: Counters = {};
  let problem: string | null = null;
  return {
    push(chunk) {
      ending?.push(chunk);
      // Most chunks are whole events of text.
      if (!mayHoldUsage(chunk) && parser.passBy(chunk)) return;
      for (const { data } of parser.push(chunk)) {
        if (problem !== null || !MAY_HOLD_USAGE.test(data)) continue;
        try {
          // Counts are cumulative in every dialect, so what a later event says replaces what an earlier one said.
          readDocument(encodeUtf8(data), counters, isFinal);
        } catch (error) {
          problem = problemOf(error);
        }
      }
    },
    end: () =>
      settle(ending?.isReached() ? { ...counters, final: true } : counters, problem ?? parser.problem),
  };
}

function bodyReader(): UsageReader {
  const body = new ByteBuffer();
  let tooLarge = false;
  let result: ReturnType<UsageReader['end']> | null = null;
  return {
    push(chunk) {
      tooLarge ||= body.length + chunk.length > MOST_BODY_BYTES;
      if (tooLarge) body.clear();
      else body.append(chunk);
    },
    end() {
      if (result !== null) return result;
      const counters: Counters = {};
      let problem = tooLarge ? `the response is larger than ${MOST_BODY_BYTES} bytes` : null;
      try {
        // A body that could be read is whole.
        if (problem === null) readDocument(body.view(), counters, () => true);
      } catch (error) {
        problem = problemOf(error);
      }
      body.clear();
      result = settle(counters, problem);
      return result;
    },
  };
}

const nothingUsed: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/**
 * A reader for the response of `endpoint`; `stream` says whether it is an event stream. Memory is bounded (one event
 * of 8 MiB, or a body of 4 MiB); whatever is not a non-negative integer within reason makes the usage null. Counting
 * tokens uses none, so that its usage is zero. `choices`: how many answers were asked for.
 */
export function usageReader(endpoint: Endpoint, stream: boolean, choices = 1): UsageReader {
  if (endpoint === 'count-tokens') return { push() {}, end: () => ({ usage: nothingUsed, problem: null }) };
  return stream ? streamReader(choices) : bodyReader();
}
