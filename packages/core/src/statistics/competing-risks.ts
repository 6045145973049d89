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
  let survival = 1;
  let incidence = 0;
  for (let i = 0; i < sorted.length; ) {
    const { time } = sorted[i]!;
    const atRisk = sorted.length - i;
    const ended = { event: 0, competing: 0, censored: 0 };
    for (; i < sorted.length && sorted[i]!.time === time; i++) ended[sorted[i]!.end] += 1;
    if (ended.event > 0) {
      incidence += (survival * ended.event) / atRisk;
      steps.push({ time, incidence });
    }
    survival *= 1 - (ended.event + ended.competing) / atRisk;
  }
  return steps;
}

/** The first time by which at least `p` of all have had the event; null: not reached. */
export function incidenceQuantile(steps: readonly Step[], p: number): number | null {
  return steps.find(({ incidence }) => incidence >= p - 1e-12)?.time ?? null;
}
