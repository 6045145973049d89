/** What a validator sees of one match. It must not keep any of it. */
export interface Candidate {
  /** What a finding's digest would be of. */
  readonly value: string;
  /** The part after a token's prefix (group `body`), or the value itself. */
  readonly body: string;
  /** User name that stands beside a password (group `user`), or ''. */
  readonly user: string;
  /** The text scanned, and where the whole match stands in it. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export type Validator = (candidate: Candidate) => boolean;
