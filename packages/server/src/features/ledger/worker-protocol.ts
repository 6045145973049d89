import { type ErrorCode, FairleadError, isFairleadError } from '@fairlead/core/errors';
import { nothingWritten } from './api.ts';
import type { HostStart, LedgerHost } from './host.ts';

/** Faults that tests set; a server never does. Commits are counted from 1, those of opening are not among them. */
export interface LedgerFaults {
  /** The commit that fails before it is made. */
  readonly failCommit?: number;
  /** The commit that is made and then reported as failed. */
  readonly failAfterCommit?: number;
  /** From this commit on every one takes this long. */
  readonly stall?: { readonly from: number; readonly ms: number };
  /** Commits that find no room, from the first to the last of them. */
  readonly full?: { readonly from: number; readonly to: number };
  /** Pages the database may have: a full disk. */
  readonly maxPages?: number;
}

/** What the worker is started with. */
export interface WorkerSetup {
  readonly file: string;
  readonly keysDir: string;
  readonly signingKey?: string | undefined;
  readonly startNewLog: boolean;
  readonly now: number;
  readonly sealAfterMs: number;
  readonly faults: LedgerFaults | null;
}

/** What is asked by name. `append` comes with every call: its drafts and its receipts go as a flat list each. */
export type AskedMethod = Exclude<keyof LedgerHost, 'append'>;

/** Whether a message is such a list. */
export function isPacked<Packed extends readonly unknown[]>(message: Packed | object): message is Packed {
  return Array.isArray(message);
}

/** Main thread to worker. */
export interface WorkerCall {
  readonly call: number;
  readonly method: AskedMethod;
  readonly args: readonly unknown[];
}

/** An error across threads: the catalogue's code where it has one. */
export interface WireError {
  readonly code: string | null;
  readonly message: string;
  readonly fix: string | null;
  /** The file that keeps a start from happening. Not of later errors: callers see those. */
  readonly file?: string;
  /** Certainly nothing was written. */
  readonly unwritten?: boolean;
}

/** Worker to main thread. */
export type WorkerMessage =
  | { readonly type: 'started'; readonly start: HostStart }
  | { readonly type: 'refused'; readonly error: WireError }
  | { readonly type: 'done'; readonly call: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly call: number; readonly error: WireError }
  | { readonly type: 'sealed'; readonly signedSize: number }
  | { readonly type: 'unpublished'; readonly error: WireError }
  | { readonly type: 'trouble'; readonly error: WireError }
  | { readonly type: 'broken'; readonly error: WireError };

export function toWire(error: unknown): WireError {
  if (isFairleadError(error)) {
    const { code, message, fix, cause } = error;
    return { code, message, fix, ...(cause === nothingWritten && { unwritten: true }) };
  }
  const code = (error as { code?: unknown }).code;
  // SQLite's and the system's messages name files and conditions, never content.
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: null,
    message: typeof code === 'string' && !message.startsWith(code) ? `${code}: ${message}` : message,
    fix: null,
  };
}

/** Why a start is refused, with the file that it is about. */
export function refusalToWire(error: unknown): WireError {
  const file = isFairleadError(error) ? error.place?.file : undefined;
  return { ...toWire(error), ...(file !== undefined && { file }) };
}

export function fromWire(error: WireError): Error {
  if (error.code === null) return new Error(error.message);
  return new FairleadError(error.code as ErrorCode, {
    message: error.message,
    ...(error.fix === null ? {} : { fix: error.fix }),
    ...(error.file !== undefined && { place: { file: error.file } }),
    ...(error.unwritten && { cause: nothingWritten }),
  });
}
