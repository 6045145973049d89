import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dialect, Endpoint } from '@fairlead/core/wire';
import type { CallSpan } from '../../platform/telemetry/index.ts';
import type { Held } from '../budgets/api.ts';
import type { ContentOfCall } from '../content/api.ts';
import type { HeaderMap } from './headers.ts';
import type { Target } from './target.ts';
import type { ActiveBundle } from './types.ts';

/** One governed call on its way through. */
export interface Call {
  readonly op: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly headers: HeaderMap;
  readonly endpoint: Endpoint;
  readonly dialect: Dialect;
  /** Exact path, and the raw query without its question mark. */
  readonly path: string;
  readonly query: string;
  /** The bundle the call began with. */
  readonly bundle: ActiveBundle;
  /** Its trace. */
  readonly span: CallSpan;
}

/** A call that may go: decided, recorded, with its target. */
export interface AdmittedCall {
  readonly target: Target;
  readonly body: Buffer;
  readonly stream: boolean;
  /** Answers that it asks for; absent means one. */
  readonly choices: number | undefined;
  readonly notices: readonly string[];
  /** What is set aside for it; settled when it is over. */
  readonly held: Held;
  /** What is kept of its content; null where nothing is. */
  readonly content: ContentOfCall | null;
}
