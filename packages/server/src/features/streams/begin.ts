import type { PumpOptions } from './pump-options.ts';
import type { StreamCursor } from './store.ts';
import type { GapReason } from './types.ts';

type BeginOptions = Pick<PumpOptions, 'name' | 'from' | 'view' | 'store' | 'target' | 'holder' | 'recordGap'>;

/**
 * Where a stream goes on. What its cursor, the log and the target say of each other is compared first: where they
 * differ, that becomes an entry, and the stream goes on at the last place that cannot lose an entry which is still there.
 * Null while there is no log yet.
 */
export async function beginCursor(options: BeginOptions): Promise<StreamCursor | null> {
  const { view, store, name, from } = options;
  const origin = await view.origin();
  if (origin === null) return null;
  const size = await view.signedSize();
  const kept = await store.read(name);
  if (kept === null) {
    const cursor = {
      name,
      origin,
      next: from === 'now' ? size : 0,
      lastId: null,
      deliveredAt: null,
      failingSince: null,
      failure: null,
    };
    if (!(await store.write(cursor, options.holder))) throw new Error('held elsewhere');
    return cursor;
  }
  const checked = await againstLog(options, kept, origin, size);
  return againstTarget(options, checked, size);
}

async function againstLog(
  options: BeginOptions,
  kept: StreamCursor,
  origin: string,
  size: number,
): Promise<StreamCursor> {
  if (kept.origin !== origin) {
    return goOn(options, { ...kept, origin, lastId: null }, 'origin-changed', kept.next, 0);
  }
  if (kept.next > size) {
    return goOn(options, { ...kept, lastId: null }, 'cursor-ahead', kept.next, size);
  }
  if (kept.lastId === null || kept.next === 0) return kept;
  const [last] = await options.view.readEntries(kept.next - 1, 1);
  // An entry that is gone was pruned after it was sent; another one in its place is another past.
  if (last === undefined || last.index !== kept.next - 1 || last.id === kept.lastId) return kept;
  return goOn(options, { ...kept, lastId: null }, 'log-changed', kept.next, 0);
}

async function againstTarget(
  options: BeginOptions,
  cursor: StreamCursor,
  size: number,
): Promise<StreamCursor> {
  const held = await options.target.holds().catch(() => null);
  if (held === null || (held >= cursor.next && held <= size)) return cursor;
  if (held > size) return goOn(options, cursor, 'receiver-ahead', held, cursor.next);
  return goOn(options, { ...cursor, lastId: null }, 'receiver-behind', cursor.next, held);
}

async function goOn(
  options: BeginOptions,
  cursor: StreamCursor,
  reason: GapReason,
  expected: number,
  found: number,
): Promise<StreamCursor> {
  await options.recordGap({ stream: options.name, reason, expected, found, log: cursor.origin });
  const moved = { ...cursor, next: found };
  if (!(await options.store.write(moved, options.holder))) throw new Error('held elsewhere');
  return moved;
}
