import type { AuditIndex } from './api.ts';

/** What the worker is started with. */
export interface AuditSetup {
  readonly dataDir: string;
  readonly file: string;
  /** URL of the PostgreSQL database that has the ledger, and the model, instead. */
  readonly database?: string | undefined;
  readonly pollMs: number;
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
  | { readonly type: 'started' }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'done'; readonly call: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly call: number; readonly message: string }
  /** The model is behind and could not be brought up to date. */
  | { readonly type: 'behind'; readonly message: string };
