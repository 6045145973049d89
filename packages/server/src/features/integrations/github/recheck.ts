import type { Random } from '@fairlead/core/ports';
import { historiesOf, numberedChanges } from './changes.ts';
import type { CollectorDeps } from './deps.ts';
import { recheckIncidents } from './incidents.ts';
import { changesForAPoint } from './queries.ts';
import type { OpenRepository } from './repository.ts';

/**
 * Once a day (UTC) reads a random sample of closed changes again: what a host changes without saying so, and what was
 * missed, shows here as a share. @returns null when it isn't time.
 */
export async function recheck(
  repository: OpenRepository,
  deps: CollectorDeps,
  signal: AbortSignal,
): Promise<{ readonly read: number; readonly differed: number } | null> {
  const today = new Date(deps.clock.now()).toISOString().slice(0, 10);
  const { recheckedOn } = repository.state;
  if (recheckedOn === today || deps.recheck === 0) return null;
  // A webhook or an import may have told an outcome that no poll reads any more: ranges are looked over with it.
  const done = () => ({ ...repository.state, recheckedOn: today, ranges: false });
  // What was read for the first time today needs no second look.
  if (recheckedOn === null) {
    await repository.take({ whole: [], facts: [] }, done());
    return null;
  }
  await repository.taken();
  const numbers = sampleOf(await deps.store.closedNumbers(repository.name), deps.recheck, deps.random);
  const found = { read: 0, differed: 0 };
  for (let i = 0; i < numbers.length; i += changesForAPoint) {
    const { name, nodes } = await numberedChanges(
      deps.client,
      repository.state.node,
      numbers.slice(i, i + changesForAPoint),
      deps.sizes,
      signal,
    );
    await repository.called(name);
    for (const history of await historiesOf(deps.client, nodes, repository.name, signal)) {
      const counts = await repository.takeNow({ whole: [history], facts: [] });
      found.read++;
      if (counts.added + counts.changed + counts.forgotten > 0) found.differed++;
    }
    const progress = { read: found.read, total: numbers.length, budget: deps.client.budget() };
    deps.onProgress({ repository: repository.name, stage: 'recheck', ...progress });
  }
  await recheckIncidents(repository, deps, signal);
  await repository.take({ whole: [], facts: [] }, done());
  return found;
}

/** `count` of some numbers, each as likely as any other, in order. */
export function sampleOf(numbers: readonly number[], count: number, random: Random): readonly number[] {
  const left = [...numbers];
  const chosen: number[] = [];
  while (chosen.length < count && left.length > 0) {
    const at = below(left.length, random);
    chosen.push(left[at]!);
    left[at] = left.at(-1)!;
    left.pop();
  }
  return chosen.sort((a, b) => a - b);
}

/** A whole number from 0 on, below `limit`. 48 bits leave no bias that anybody could measure. */
function below(limit: number, random: Random): number {
  const value = random.bytes(6).reduce((sum, byte) => sum * 256 + byte, 0);
  return Math.floor((value / 2 ** 48) * limit);
}
