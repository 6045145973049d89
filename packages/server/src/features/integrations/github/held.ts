import type { ChangeHistory } from '@fairlead/core/delivery';
import type { Clock } from '@fairlead/core/ports';
import type { CollectCounts } from '../../delivery/api.ts';
import type { OpenRepository } from './repository.ts';
import type { Mark } from './state.ts';

/** Changes that were read and not yet taken. */
export interface HeldChanges {
  /** Holds a page with the marks behind it, and takes what is held when it is enough. */
  add(whole: readonly ChangeHistory[], marks: readonly Mark[]): Promise<void>;
  /** Takes what is held. What could not be taken is held no longer: it is read again. */
  take(): Promise<void>;
  /** The marks behind what was read. */
  readonly marks: readonly Mark[];
}

/** What was read so long ago is taken, however little it is. */
const longestMs = 1000;

/**
 * Each taking costs a sync of the disk, so that a host that answers fast has several pages taken at once. Of one that
 * takes a second for a page each is taken as it comes.
 */
export function holdChanges(
  repository: OpenRepository,
  { atOnce, clock }: { readonly atOnce: number; readonly clock: Clock },
  counted: (counts: CollectCounts) => void,
): HeldChanges {
  let held: ChangeHistory[] = [];
  let marks = repository.state.changes as readonly Mark[];
  let takenAt = clock.now();
  const take = async () => {
    const whole = held;
    held = [];
    takenAt = clock.now();
    if (whole.length === 0) return;
    counted(await repository.take({ whole, facts: [] }, { ...repository.state, changes: [...marks] }));
  };
  return {
    async add(whole, behind) {
      held.push(...whole);
      marks = behind;
      if (held.length >= atOnce || clock.now() - takenAt >= longestMs) await take();
    },
    take,
    get marks() {
      return marks;
    },
  };
}
