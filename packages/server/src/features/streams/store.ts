/** How far a stream has come. */
export interface StreamCursor {
  readonly name: string;
  /** Name of the log that it belongs to. */
  readonly origin: string;
  /** Index of the entry to send next. */
  readonly next: number;
  /** Id of the entry before that; null before the first. */
  readonly lastId: string | null;
  /** Milliseconds since the epoch. */
  readonly deliveredAt: number | null;
  readonly failingSince: number | null;
  readonly failure: string | null;
}

/** Where cursors are kept, durably. Of several replicas one holds a stream at a time. */
export interface StreamStore {
  /**
   * Holds a stream until `until`, or prolongs that. False while another holder has it. A stream without a cursor can be
   * held.
   */
  claim(name: string, holder: string, now: number, until: number): Promise<boolean>;
  read(name: string): Promise<StreamCursor | null>;
  /** Writes a cursor; false, and nothing is written, when `holder` no longer holds the stream. */
  write(cursor: StreamCursor, holder: string): Promise<boolean>;
  release(name: string, holder: string): Promise<void>;
  list(): Promise<readonly StreamCursor[]>;
  close(): Promise<void>;
}
