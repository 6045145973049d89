import type { Trouble } from '../sample-directions.ts';

/** What an assistant does in a step; each assistant has a tool of its own for it. */
export type Action =
  | { readonly act: 'run'; readonly command: string }
  | { readonly act: 'read'; readonly path: string }
  | { readonly act: 'search'; readonly pattern: string }
  | { readonly act: 'edit'; readonly path: string; readonly before: string; readonly after: string };

/** One turn of a conversation, whatever the assistant's wire format. */
export type Turn =
  | { readonly who: 'person'; readonly text: string }
  | { readonly who: 'assistant'; readonly text: string }
  | { readonly who: 'assistant'; readonly action: Action }
  | { readonly who: 'tool'; readonly text: string };

export type SimulatedAssistant = 'claude-code' | 'codex' | 'copilot-cli' | 'opencode' | 'review-bot';

/** One call of a session: the first `turns` turns are sent, and the next one is what the vendor answers. */
export interface PlannedCall {
  readonly turns: number;
  /** `title` and `count` are the small calls that Claude Code makes beside its turns. */
  readonly kind: 'turn' | 'title' | 'count';
  /** Milliseconds until the vendor's first byte, and between the pieces of its stream. */
  readonly delayMs: number;
  readonly paceMs: number;
  readonly trouble: Trouble | null;
  /** The client breaks off once the answer has begun. */
  readonly hangsUp: boolean;
  /** How often the client sends the same bytes again after a refusal. */
  readonly repeats: number;
}

/** What makes a call one that policy refuses, beside who makes it where and with which model. */
export type Oddity =
  | { readonly is: 'mcp-server'; readonly server: string }
  | { readonly is: 'other-remote'; readonly remote: string }
  | { readonly is: 'other-claim'; readonly repository: string }
  | { readonly is: 'stored-response' }
  | { readonly is: 'duplicate-key' };

/** One person's conversation with one assistant in one repository. */
export interface Session {
  readonly id: string;
  readonly principal: string;
  readonly assistant: SimulatedAssistant;
  /** Version that the client says it has. */
  readonly version: string;
  /** `host/owner/name`. */
  readonly repository: string;
  /** Repositories of the key; the session's is among them. */
  readonly granted: readonly string[];
  readonly model: string;
  /** False for a plain chat. */
  readonly tools: boolean;
  /** The vendor's own search, which Codex declares. */
  readonly webSearch: boolean;
  readonly oddity: Oddity | null;
  readonly turns: readonly Turn[];
  readonly calls: readonly PlannedCall[];
}

/** Everything that the simulator will do, in the order in which it begins it. */
export interface Scenario {
  readonly seed: string;
  readonly sessions: readonly Session[];
  /** Planned calls, repeats included. */
  readonly calls: number;
}

/** What a request is made of. */
export interface RequestParts {
  readonly session: Session;
  readonly call: PlannedCall;
  /** Stands behind the last text: the direction to the sample vendor. */
  readonly suffix: string;
}

/** A request to the gateway, but for the key. */
export interface WireRequest {
  readonly path: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: object;
}
