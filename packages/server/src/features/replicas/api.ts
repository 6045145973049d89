/** Whether this replica may decide now. With one process there is nothing to be behind of. */
export interface ReplicaStanding {
  /**
   * @throws FairleadError `replica.stale` when what it knows may be older than two seconds, `replica.program-replaced`
   * when another program than its own is in force.
   */
  assertCurrent(): void;
  isCurrent(): boolean;
}

/** The only replica is always current. */
export const onlyReplica: ReplicaStanding = { assertCurrent: () => undefined, isCurrent: () => true };

/** The program that all replicas decide by. */
export interface ProgramInForce {
  /** `sha256:` + hex. */
  readonly digest: string;
  /** Ledger index of the entry that put it in force. */
  readonly index: number;
  /** Milliseconds since the epoch. */
  readonly activatedAt: number;
}
