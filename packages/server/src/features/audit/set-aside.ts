import { renameSync, rmSync } from 'node:fs';
import type { AuditStore } from './store.ts';

/** Whether SQLite says that a file is damaged, or no database at all. */
export function isDamaged(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown };
  if (typeof code === 'string' && /^SQLITE_(?:CORRUPT|NOTADB)/.test(code)) return true;
  return cause !== undefined && isDamaged(cause);
}

/**
 * Moves a damaged model out of the way, in place of one that was moved before. It isn't removed: figures of hours whose
 * calls were pruned are nowhere else.
 */
export function setAside(file: string): void {
  for (const suffix of ['', '-wal']) {
    rmSync(`${file}.damaged${suffix}`, { force: true, recursive: true });
    try {
      renameSync(`${file}${suffix}`, `${file}.damaged${suffix}`);
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOENT') throw error;
    }
  }
  rmSync(`${file}-shm`, { force: true });
}

/** A store that tells when its own file is damaged. What the ledger's file is like is not told. */
export function watchedStore(store: AuditStore, onDamaged: () => void): AuditStore {
  return new Proxy(store, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...values: unknown[]) => Promise<unknown>;
      if (typeof method !== 'function') return method;
      return async (...values: unknown[]) => {
        try {
          return await method.apply(target, values);
        } catch (error) {
          if (isDamaged(error)) onDamaged();
          throw error;
        }
      };
    },
  });
}
