/** A parsed JSON object whose members nobody has looked at yet. */
export type JsonObject = { readonly [key: string]: unknown };

/** A tool that the request declares. `custom` tools take free text, `local-shell` has no schema of its own. */
export interface SampleTool {
  readonly name: string;
  /** Responses may group tools in a namespace, which the call has to repeat. */
  readonly namespace: string | null;
  readonly kind: 'function' | 'custom' | 'local-shell';
  readonly schema: JsonObject;
}

/** One request, reduced to what the sample vendor's answer depends on. */
export interface Ask {
  readonly model: string;
  readonly stream: boolean;
  /** Chat Completions sends usage in a stream only on request. */
  readonly includeUsage: boolean;
  /** Last text a person wrote, without the tagged context blocks that assistants add. */
  readonly userText: string;
  /** Result of a tool that stands after that text, null when there is none. */
  readonly toolResult: string | null;
  readonly tools: readonly SampleTool[];
  readonly inputTokens: number;
  /** Tokens that the answer may have; null where the request names no limit. */
  readonly outputLimit: number | null;
  /** How many of them the vendor is to say that it had cached; nothing is ever cached without being told. */
  readonly cachedTokens?: number | null;
}

/** Never more than the whole. */
export function cachedTokensOf({ inputTokens, cachedTokens }: Ask): number {
  return Math.min(inputTokens, cachedTokens ?? 0);
}

/** What the sample vendor answers. */
export type Reply =
  | { readonly kind: 'text'; readonly text: string /** It reached the limit. */; readonly isCut?: true }
  | { readonly kind: 'tool-call'; readonly tool: SampleTool; readonly args: JsonObject };

/** A finished answer in one wire format: a JSON document, or the events of a stream in order. */
export interface Rendered {
  readonly contentType: 'application/json' | 'text/event-stream';
  readonly chunks: readonly string[];
}

/** A request that the sample vendor can't read; answered with a 400 in the vendor's dialect. */
export class BadAsk extends Error {}

/** True for a JSON object, false for arrays, null and scalars. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first of these members that is a limit of tokens. */
export function limitOf(body: JsonObject, ...names: readonly string[]): number | null {
  const limits = names.map((name) => body[name]);
  return limits.find((limit): limit is number => Number.isSafeInteger(limit) && Number(limit) > 0) ?? null;
}

/** The objects among the items of an array; empty for anything that isn't an array. */
export function objectsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** The value when it's a string, else the empty string. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
