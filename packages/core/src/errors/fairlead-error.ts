import { catalogue, type ErrorCode } from './catalogue.ts';

/** Where an error lies: a file position, a field path, or a name the reader can look up. */
export interface ErrorPlace {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
}

/** Details of one occurrence. `message` must be safe to show and log: no content, no secrets. */
export interface ErrorDetails {
  readonly message?: string;
  readonly place?: ErrorPlace;
  /** What the reader can do about it; defaults to the catalogue's. */
  readonly fix?: string;
  /** Seconds after which asking again may help. */
  readonly retryAfter?: number;
  /** Kept for debugging only; never shown or logged verbatim. */
  readonly cause?: unknown;
}

/** Every error Fairlead raises on purpose. Its code, HTTP status and default wording come from the catalogue. */
export class FairleadError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly place: ErrorPlace | undefined;
  readonly fix: string;
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    const entry = catalogue[code];
    super(details.message ?? entry.safeMessage, details.cause === undefined ? {} : { cause: details.cause });
    this.name = 'FairleadError';
    this.code = code;
    this.status = entry.status;
    this.place = details.place;
    this.retryAfter = details.retryAfter;
    this.fix = details.fix ?? entry.fix;
  }
}

/** True for errors that Fairlead raised on purpose. */
export function isFairleadError(error: unknown): error is FairleadError {
  return error instanceof FairleadError;
}
