/** One observation: how long, and what ended it. */
export interface Observation {
  readonly time: number;
  /** `censored`: still going on when last looked at. */
  readonly end: 'event' | 'competing' | 'censored';
}

export interface Step {
  readonly time: number;
  /** Probability that the event has come by then, while the competing one may come first. */
  readonly incidence: number;
}

/**
 * The Aalen–Johansen estimate of cumulative incidence: the share of all that have had the event by each time. What
 * ended otherwise stays in the denominator and never has it, unlike in one minus Kaplan–Meier.
 */
export function cumulativeIncidence(observations: readonly Observation[]): readonly Step[] {
  const sorted = [...observations].sort((a, b) => a.time - b.time);
  const steps: Step[] = [];
  walkSteps(
    sorted.map(({ time }) => time),
    sorted.map(({ end }) => endings.indexOf(end)),
    (step) => {
      steps.push(step);
      return true;
    },
  );
  return steps;
}

/** How an observation ended, by number. */
export const endings = ['event', 'competing', 'censored'] as const satisfies readonly Observation['end'][];

/**
 * The first time by which at least `p` of all have had the event, of times in ascending order and the number of each
 * one's ending in `endings`; null: not reached. What `incidenceQuantile` gives of the same observations.
 */
export function sortedIncidenceQuantile(
  times: ArrayLike<number>,
  ends: ArrayLike<number>,
  p: number,
): number | null {
  let found: number | null = null;
  walkSteps(times, ends, ({ time, incidence }) => {
    if (isReached(incidence, p)) found = time;
    return found === null;
  });
  return found;
}

/** Steps in order, until `onStep` says no. */
function walkSteps(times: ArrayLike<number>, ends: ArrayLike<number>, onStep: (step: Step) => boolean): void {
  let survival = 1;
  let incidence = 0;
  const ended = [0, 0, 0];
  for (let i = 0; i < times.length; ) {
    const time = times[i]!;
    const atRisk = times.length - i;
    ended.fill(0);
    for (; i < times.length && times[i] === time; i++) ended[ends[i]!]!++;
    const [event = 0, competing = 0] = ended;
    if (event > 0) {
      incidence += (survival * event) / atRisk;
      if (!onStep({ time, incidence })) return;
    }
    survival *= 1 - (event + competing) / atRisk;
  }
}

/** The first time by which at least `p` of all have had the event; null: not reached. */
export function incidenceQuantile(steps: readonly Step[], p: number): number | null {
  return steps.find(({ incidence }) => isReached(incidence, p))?.time ?? null;
}

/** Sums of shares fall short of what they are by a rounding. */
function isReached(incidence: number, p: number): boolean {
  return incidence >= p - 1e-12;
}
