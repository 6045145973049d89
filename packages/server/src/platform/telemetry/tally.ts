import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What a metric is registered with. */
interface MetricSetup<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
  readonly registers: Registry[];
}

/** A counter that is counted in plain numbers, and handed on when somebody reads the metrics. */
export interface Tally<Label extends string> {
  inc(labels: Readonly<Record<Label, string>>, by?: number): void;
}

/** Several times cheaper a call than the library's counter, which checks and joins the labels each time. */
export function tallyOf<Label extends string>(setup: MetricSetup<Label>): Tally<Label> {
  const { labelNames } = setup;
  const sums = new Map<string, { readonly labels: Readonly<Record<Label, string>>; sum: number }>();
  new Counter<Label>({
    ...setup,
    collect() {
      for (const counted of sums.values()) {
        this.inc(counted.labels, counted.sum);
        counted.sum = 0;
      }
    },
  });
  return {
    inc(labels, by = 1) {
      let key = '';
      for (const name of labelNames) key += `${labels[name]}\n`;
      const known = sums.get(key);
      if (known) known.sum += by;
      else sums.set(key, { labels, sum: by });
    },
  };
}

/** Something that is there or not, counted in a plain number. */
export interface Level {
  inc(): void;
  dec(): void;
}

export function levelOf(setup: Omit<MetricSetup<never>, 'labelNames'>): Level {
  let level = 0;
  new Gauge({
    ...setup,
    collect() {
      this.set(level);
    },
  });
  return {
    inc() {
      level += 1;
    },
    dec() {
      level -= 1;
    },
  };
}

/** Values that are put into the library's histogram when somebody reads it, or when there are many of them. */
export interface Spread {
  observe(value: number): void;
}

const mostWaiting = 1_024;

export function spreadOf(
  setup: Omit<MetricSetup<never>, 'labelNames'> & { readonly buckets: number[] },
): Spread {
  const waiting = new Float64Array(mostWaiting);
  let count = 0;
  const handOn = (histogram: Histogram): void => {
    for (let i = 0; i < count; i += 1) histogram.observe(waiting[i] as number);
    count = 0;
  };
  const histogram: Histogram = new Histogram({
    ...setup,
    collect() {
      handOn(this);
    },
  });
  return {
    observe(value) {
      if (count === mostWaiting) handOn(histogram);
      waiting[count] = value;
      count += 1;
    },
  };
}
