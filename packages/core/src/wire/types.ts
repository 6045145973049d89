/** The dialect a vendor speaks. */
export type Dialect = 'openai' | 'anthropic';

/** The governed endpoints; each belongs to one dialect (`models` to both). */
export type Endpoint = 'chat-completions' | 'responses' | 'embeddings' | 'messages' | 'count-tokens';

/** What part of a call a text stands in. */
export type UnitKind =
  | 'system'
  | 'message'
  | 'tool-call'
  | 'tool-result'
  | 'tool-definition'
  | 'metadata'
  | 'header'
  | 'other';

/** A byte range of the request body, end exclusive, that covers a JSON string's raw content without its quotes. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * One piece of text that a call would send. Every string of the body belongs to exactly one unit (keys too);
 * strings exempted by field (opaque vendor blocks) are listed in `CallView.skipped` instead.
 */
export interface TextUnit {
  readonly text: string;
  /** JSON pointer into the body, `header:NAME` for headers, with `!json/…` appended for JSON inside a string. */
  readonly path: string;
  readonly role: string | null;
  readonly kind: UnitKind;
  /** Null when the text has no exact raw span (a header, or found through a decode). */
  readonly span: Span | null;
  /** What of an object's member it is; absent for a text in an array or by itself. */
  readonly part?: MemberPart;
}

/** The key of a member, its value, or a value that is a word of the wire format (`"role": "user"`). */
export type MemberPart = 'key' | 'value' | 'label';

/** Something a record must name as not inspected, and why. */
export interface Skipped {
  readonly what: string;
  readonly why: string;
}

/** Capability of a call: `mcp` if MCP tools are declared, else `agent` if any tool is, else `chat`. */
export type Capability = 'chat' | 'agent' | 'mcp';

/** What the gateway needs to know of a request body, read from the strict document, never re-serialised. */
export interface CallView {
  readonly endpoint: Endpoint;
  readonly model: string;
  readonly stream: boolean;
  readonly capability: Capability;
  /** Names of declared tools, sorted, unique. */
  readonly tools: readonly string[];
  /** Names of declared MCP servers, sorted, unique. */
  readonly mcpServers: readonly string[];
  /** Tools the vendor runs itself (web_search, mcp server_url, unknown tool types…), sorted, unique. */
  readonly serverTools: readonly string[];
  /** Vendor-side state the call refers to or creates (previous_response_id, store, file ids…), sorted, unique. */
  readonly serverState: readonly string[];
  /** How many URLs the vendor would fetch. */
  readonly remoteRefs: number;
  /** The tier asked for (`service_tier`, or a `speed` other than the standard one). */
  readonly serviceTier: string | null;
  /** Requested output bound in tokens, null when absent. */
  readonly maxTokens: number | null;
  /** Inline images, and the bytes of the body that they take. */
  readonly images: number;
  readonly imageBytes: number;
  /** How many answers are asked for, each up to `maxTokens`; absent means one. */
  readonly choices?: number;
  readonly units: readonly TextUnit[];
  readonly skipped: readonly Skipped[];
  /** First user text, for sessions of clients that send no session id; null when there is none. */
  readonly firstUserText: string | null;
  /** Session id found in the body (Claude Code's metadata.user_id, Codex client_metadata…), or null. */
  readonly bodySession: string | null;
  /** Codex turn metadata found in the body (raw string), or null; it must agree with the header. */
  readonly codexTurnMetadata: string | null;
}

/** Token usage as the vendor reports it; every number a non-negative safe integer. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** Those of `cacheWriteTokens` that are kept for an hour; absent when the vendor names none. */
  readonly cacheWriteLongTokens?: number;
  /** The service tier that the vendor says it served, where it is not the standard one. */
  readonly serviceTier?: string;
  /** False when the answer broke off before the vendor's last counts. */
  readonly final?: false;
}
