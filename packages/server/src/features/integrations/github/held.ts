import type { Clock } from '@fairlead/core/ports';
import type { CollectedPage } from '../../delivery/api.ts';
import type { CollectState } from './state.ts';

export type Read = Pick<CollectedPage, 'whole' | 'facts'>;

/** What was read and not yet taken, with what to go on from behind it. */
export interface HeldFacts {
  /** As of what was read. */
  readonly state: CollectState;
  /**
   * Holds what was read. Where that is enough it is taken while more is being read, but never two at once: twice as much is
   * held before anybody waits.
   * @throws what an earlier taking failed with; then nothing is held any more: it is read again.
   */
  add(read: Read, state: CollectState): Promise<void>;
  /** Takes what is held, and waits until it is taken. @throws as `add` does. */
  take(): Promise<void>;
  /** Waits for what is being taken, however that ends. */
  settled(): Promise<void>;
}

/** What was read so long ago is taken, however little it is. */
const longestMs = 1000;

/**
 * Each taking costs a sync of the disk, so that a host that answers fast has several pages taken at once. Of one that
 * takes a second for a page each is taken as it comes.
 */
export function holdFacts(
  first: CollectState,
  { atOnce, clock }: { readonly atOnce: number; readonly clock: Clock },
  write: (read: Read, state: CollectState) => Promise<void>,
): HeldFacts {
  const none = { whole: [], facts: [] } as Read;
  let taken = first;
  let state = first;
  let held = none;
  let takenAt = clock.now();
  let underWay: Promise<void> = Promise.resolve();
  let isWriting = false;
  /** What is held stands behind what is under way: without that it would leave a gap. */
  const landed = async () => {
    const last = underWay;
    underWay = Promise.resolve();
    try {
      await last;
    } catch (error) {
      [held, state] = [none, taken];
      throw error;
    }
  };
  const begin = () => {
    takenAt = clock.now();
    if (state === taken && held === none) return;
    const [some, behind] = [held, state];
    held = none;
    isWriting = true;
    underWay = write(some, behind)
      .then(() => {
        taken = behind;
      })
      .finally(() => {
        isWriting = false;
      });
    // Whoever waits for it next is told.
    underWay.catch(() => undefined);
  };
  return {
    get state() {
      return state;
    },
    async add({ whole, facts }, behind) {
      held = { whole: [...held.whole, ...whole], facts: [...held.facts, ...facts] };
      state = behind;
      const count = held.whole.length + held.facts.length;
      if (isWriting ? count < 2 * atOnce : count < atOnce && clock.now() - takenAt < longestMs) return;
      await landed();
      begin();
    },
    async take() {
      await landed();
      begin();
      await landed();
    },
    settled: () => underWay.catch(() => undefined),
  };
}
