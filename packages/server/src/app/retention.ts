/* What is deleted after its time. */
import type { AuditIndex } from '../features/audit/api.ts';
import type { Retention } from '../features/retention/api.ts';
import { createRetention } from '../features/retention/create.ts';
import { systemClock } from '../platform/clock/index.ts';
import type { Closers, Parts } from './types.ts';

export function openRetention(
  { options, ledger, content, log, bundle }: Parts,
  audit: AuditIndex,
  closers: Closers,
): Retention {
  const retention = createRetention({
    clock: systemClock,
    instance: ledger.instance,
    origin: options.origin,
    program: () => bundle.index.program,
    ledger,
    content,
    audit,
    log: (level, message) => log[level](message),
  });
  closers.push(() => retention.close());
  return retention;
}
