import type { Clock } from '@fairlead/core/ports';

/** Counts what failed, by whom, and says when that is too much. */
export interface RateLimit {
  /** False while `subject` has failed too often within the window. */
  allows(subject: string): boolean;
  count(subject: string): void;
}

/** More subjects than this are forgotten at once: a flood from many addresses must not fill the memory. */
const maxSubjects = 10_000;

/** Fixed windows of `windowMs`, each with up to `most` failures of one subject. */
export function createRateLimit(clock: Clock, most: number, windowMs: number): RateLimit {
  const failures = new Map<string, { count: number; readonly until: number }>();
  const current = (subject: string) => {
    const found = failures.get(subject);
    return found && found.until > clock.now() ? found : null;
  };
  return {
    allows: (subject) => (current(subject)?.count ?? 0) < most,
    count(subject) {
      const found = current(subject);
      if (found) {
        found.count += 1;
        return;
      }
      if (failures.size >= maxSubjects) failures.clear();
      failures.set(subject, { count: 1, until: clock.now() + windowMs });
    },
  };
}
