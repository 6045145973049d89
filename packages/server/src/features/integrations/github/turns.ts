/** Room for some things at once; others wait in the order in which they came. */
export interface Turns {
  within<Result>(work: () => Promise<Result>): Promise<Result>;
  /** How many are at work. */
  taken(): number;
}

export function createTurns(atOnce: number): Turns {
  const waiting: (() => void)[] = [];
  let taken = 0;
  return {
    async within(work) {
      if (taken < atOnce) taken++;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        // Whoever is next takes the turn over.
        if (next === undefined) taken--;
        else next();
      }
    },
    taken: () => taken,
  };
}
