import type { KeptContent } from '@fairlead/core/ledger';
import type { ContentCounts, ExpiredPeriod, OpenedContent, Subject } from './types.ts';

export type { ContentCounts, ExpiredPeriod, OpenedContent, OpenedPart, Part, Subject } from './types.ts';

/** What decides whether content of a call is kept, and what it is kept by. */
export interface ContentCallFacts {
  readonly op: string;
  readonly session: string | null;
  /** Pseudonym. */
  readonly actor: string;
  readonly repository: string | null;
  readonly vendor: string | null;
  readonly dataClasses: readonly string[];
}

/** The content of one call on its way into the store. Nothing here waits. */
export interface ContentOfCall {
  /** Of the request, for the decision's entry. */
  readonly request: KeptContent;
  /** Once the decision is on disk: the request is handed to the store. */
  recorded(): void;
  /** The call was not made, or its record failed: what was set aside is let go. */
  drop(): void;
  /** A piece of the answer, copied. */
  chunk(bytes: Uint8Array): void;
  /** The answer is over. Of the answer, for the outcome's entry; it is handed to the store. */
  answered(): KeptContent;
}

/** Keeps the content of calls where the program says so. */
export interface ContentKeeper {
  /**
   * Null when the program keeps none of this call.
   * @throws FairleadError `content.unavailable` where the program refuses calls whose content cannot be kept.
   */
  begin(facts: ContentCallFacts, body: Uint8Array): ContentOfCall | null;
}

/** Kept content: for the gateway to add to, for auditors to read, for operators to erase. */
export interface Content extends ContentKeeper {
  status(): ContentStatus;
  /** @throws FairleadError `content.off`, `content.unavailable`, `content.key-wrong`. */
  open(op: string): Promise<OpenedContent | null>;
  /** Returns how many items there were. @throws as `open`. */
  erase(subject: Subject): Promise<number>;
  counts(): Promise<ContentCounts>;
  /** Deletes what is over and no hold covers, each period with an entry; also done every hour. @throws as `open`. */
  expire(): Promise<readonly ExpiredPeriod[]>;
  /** Writes what is on its way, then closes. */
  close(): Promise<void>;
}

export interface ContentStatus {
  /** `off`: the program keeps nothing, and nothing of before is left. `broken`: the store cannot be used. */
  readonly state: 'off' | 'on' | 'broken';
  /** What keeps it from working, in a word. */
  readonly failure: string | null;
  readonly waitingBytes: number;
  /** Requests and answers that were to be kept and were not, since the start. */
  readonly notKept: number;
}
