import { type ErrorCode, FairleadError } from '../errors/index.ts';

type JsonErrorCode = Extract<ErrorCode, `json.${string}`>;

/** An error of the reader at a byte offset. The message names the place, never the content. */
export function jsonError(code: JsonErrorCode, what: string, offset: number): FairleadError {
  return new FairleadError(code, { message: `${what} at byte ${offset}.` });
}
