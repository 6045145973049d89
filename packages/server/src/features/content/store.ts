import type { ContentCounts, ExpiredPeriod, Expiry, KeptItem, OpenedContent, Subject } from './types.ts';

/**
 * Content of calls, encrypted. Each period (a day and a length of keeping) has a data key that is wrapped by the master
 * key; deleting it makes everything of the period unreadable at once, also in copies of the database.
 */
export interface ContentStore {
  /** Errors: `content.key-wrong`, and what the database throws. */
  keep(item: KeptItem): Promise<void>;
  /** Null when nothing of the call is kept. @throws FairleadError `content.key-wrong`. */
  open(op: string): Promise<OpenedContent | null>;
  /** Deletes content and salts; returns how many items there were. */
  erase(subject: Subject): Promise<number>;
  /** Deletes the keys and items of periods that are over; returns them with how many items each had. */
  sweep(expiry: Expiry): Promise<readonly ExpiredPeriod[]>;
  counts(): Promise<ContentCounts>;
  close(): Promise<void>;
}
