/** Figures of one part of the benchmark, by name. */
export interface Measured {
  readonly [name: string]: number;
}

/** A goal with its limit; `value` is null when it wasn't measured in this run. */
export interface Goal {
  readonly goal: string;
  readonly value: number | null;
  readonly limit: number;
  readonly met: boolean | null;
}

/** The goals of delivery, held against what was measured. Those of figures are for a million changes. */
export function goalsOf(parts: { readonly [part: string]: Measured }): readonly Goal[] {
  const of = (part: string, name: string) => parts[part]?.[name] ?? null;
  const most = (goal: string, value: number | null, limit: number): Goal => ({
    ...{ goal, value, limit },
    met: value === null ? null : value <= limit,
  });
  const least = (goal: string, value: number | null, limit: number): Goal => ({
    ...{ goal, value, limit },
    met: value === null ? null : value >= limit,
  });
  return [
    most('all values and n, warm, s', of('warm', 'valuesSeconds'), 1.5),
    most('all values and n, cold from SQLite, s', of('cold', 'seconds'), 8),
    most('resident memory of a process that reads figures, MiB', of('cold', 'peakRssMiB'), 400),
    most('a fact to its refreshed figure, p95 ms', of('arrivals', 'p95Ms'), 50),
    least('imported changes/s', of('import', 'changesPerSecond'), 5000),
    most('all task figures and n, warm, s', of('tasksWarm', 'valuesSeconds'), 1.5),
    most('all task figures and n, cold from SQLite, s', of('tasksCold', 'seconds'), 8),
    most('resident memory of a process that reads task figures, MiB', of('tasksCold', 'peakRssMiB'), 400),
    least('changes/s collected from a made-up host', of('collect', 'changesPerSecond'), 5000),
    most('baseline of a clone, s', of('git', 'baselineSeconds'), 60),
    most('SZZ, median ms a fix', of('git', 'medianMs'), 200),
  ];
}
