/** What one window measured. Times in milliseconds. */
export interface Window {
  readonly latencies: Float64Array;
  readonly firstBytes: Float64Array;
  readonly failures: number;
  readonly failure: string | null;
  readonly bodyBytes: number;
  readonly milliseconds: number;
  /** CPU of the whole server, seconds; null on the direct path. */
  readonly cpuSeconds: number | null;
  /** CPU by thread, seconds. */
  readonly threads: readonly (readonly [string, number])[];
  readonly rssMiB: number | null;
}

/** All windows of one system in one row, pooled. */
export interface Figures {
  readonly requests: number;
  readonly failures: number;
  readonly failure: string | null;
  readonly bodyBytes: number;
  readonly requestsPerSecond: number;
  readonly cpuUsPerRequest: number | null;
  readonly cpuUsPerChunk: number | null;
  /** CPU by thread, for those that used at least 1 %. */
  readonly cpuUsByThread: Readonly<Record<string, number>>;
  readonly p50Ms: number;
  /** Of all windows together; says little below some thousand samples, whose number stands beside it. */
  readonly p99Ms: number;
  readonly firstByteP50Ms: number;
  readonly rssMiB: number | null;
}

export const round = (value: number, digits = 3): number => Number(value.toFixed(digits));

function quantile(values: Float64Array, q: number): number {
  return values[Math.min(values.length - 1, Math.floor(values.length * q))] ?? Number.NaN;
}

function pooled(windows: readonly Window[], of: 'latencies' | 'firstBytes'): Float64Array {
  return Float64Array.from(windows.flatMap((window) => [...window[of]])).sort();
}

function byThread(windows: readonly Window[], requests: number): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, seconds] of windows.flatMap((window) => window.threads)) {
    sums[name] = (sums[name] ?? 0) + seconds;
  }
  const total = Object.values(sums).reduce((sum, seconds) => sum + seconds, 0);
  const used = Object.entries(sums).filter(([, seconds]) => seconds >= total / 100 && seconds > 0);
  return Object.fromEntries(used.map(([name, seconds]) => [name, round((seconds * 1e6) / requests, 1)]));
}

/** Pools windows. `chunks` is the number of events of a streamed answer, 0 when it's not streamed. */
export function poolWindows(windows: readonly Window[], chunks: number): Figures {
  const latencies = pooled(windows, 'latencies');
  const sum = (of: (window: Window) => number) => windows.reduce((total, window) => total + of(window), 0);
  const failures = sum((window) => window.failures);
  const answered = latencies.length;
  const isCharged = windows.every((window) => window.cpuSeconds !== null) && answered > 0;
  const cpuUs = isCharged ? (sum((window) => window.cpuSeconds ?? 0) * 1e6) / (answered + failures) : null;
  const rss = windows.flatMap((window) => window.rssMiB ?? []);
  return {
    requests: answered,
    failures,
    failure: windows.find((window) => window.failure !== null)?.failure ?? null,
    bodyBytes: windows[0]?.bodyBytes ?? 0,
    requestsPerSecond: round((answered / sum((window) => window.milliseconds)) * 1_000, 1),
    cpuUsPerRequest: cpuUs === null ? null : round(cpuUs, 1),
    cpuUsByThread: byThread(windows, answered + failures),
    cpuUsPerChunk: cpuUs === null || chunks === 0 ? null : round(cpuUs / chunks, 1),
    p50Ms: round(quantile(latencies, 0.5)),
    p99Ms: round(quantile(latencies, 0.99)),
    firstByteP50Ms: round(quantile(pooled(windows, 'firstBytes'), 0.5)),
    rssMiB: rss.length === 0 ? null : round(Math.max(...rss), 1),
  };
}
