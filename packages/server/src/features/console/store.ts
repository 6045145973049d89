import type { LinkRecord, SessionRecord } from './types.ts';

/** Where sign-in links and sessions are kept. Times are milliseconds since the epoch. */
export interface ConsoleStore {
  insertLink(link: LinkRecord): Promise<void>;
  /** The principal of a link that was neither used nor is too old at `at`; of two callers at once one gets it. */
  redeemLink(digest: string, at: number): Promise<string | null>;
  insertSession(session: SessionRecord): Promise<void>;
  session(id: string): Promise<SessionRecord | null>;
  touch(id: string, seenAt: number): Promise<void>;
  /** Moves on to `generation`; false when the session has ended or is that far already. */
  rotate(id: string, generation: number, at: number): Promise<boolean>;
  /** False when it had ended before. */
  end(id: string, at: number): Promise<boolean>;
  /** Deletes links and sessions that could not be used any more before `before`. */
  forget(before: number): Promise<void>;
  close(): Promise<void>;
}
