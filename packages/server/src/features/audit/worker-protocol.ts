import type { AuditIndex } from './api.ts';

/** What the worker is started with. */
export interface AuditSetup {
  readonly dataDir: string;
  readonly file: string;
  /** URL of the PostgreSQL database that has the ledger, and the model, instead. */
  readonly database?: string | undefined;
  readonly pollMs: number;
  /** How long after a failure the model is opened again, milliseconds. */
  readonly retryMs: number;
}

export type AuditMethod = keyof AuditIndex;

/** Main thread to worker. */
export interface AuditCall {
  readonly call: number;
  readonly method: AuditMethod;
  readonly args: readonly unknown[];
}

/** Worker to main thread. Messages of SQLite and the system name files and conditions, never content. */
export type AuditMessage =
  /** Opened, or it could not be opened yet. */
  | { readonly type: 'started' }
  | { readonly type: 'done'; readonly call: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly call: number; readonly isFull: boolean; readonly message: string }
  /** The model could not be opened or brought up to date, or was damaged. */
  | { readonly type: 'trouble'; readonly message: string };
