import type { Case } from './cases.ts';
import { seeded } from './population.ts';

export interface Measured {
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly most: number;
  /** Entries of the last answer; null where it is no list of them. */
  readonly rows: number | null;
}

/** Asks a case `rounds` times, after two that don't count. @throws Error for an answer that isn't 200. */
export async function measureCase(
  ask: (path: string) => Promise<{ readonly status: number; readonly body: string }>,
  { name, path }: Case,
  rounds: number,
): Promise<Measured> {
  const random = seeded(11);
  const taken: number[] = [];
  let rows: number | null = null;
  for (let at = -2; at < rounds; at += 1) {
    const wanted = path(random);
    const start = performance.now();
    const { status, body } = await ask(wanted);
    const milliseconds = performance.now() - start;
    if (status !== 200) throw new Error(`${name}: ${wanted} answered ${status}`);
    if (at >= 0) taken.push(milliseconds);
    const { entries } = JSON.parse(body) as { readonly entries?: readonly unknown[] };
    rows = Array.isArray(entries) ? entries.length : null;
  }
  taken.sort((a, b) => a - b);
  const at = (q: number) => taken[Math.min(taken.length - 1, Math.ceil(taken.length * q) - 1)] ?? 0;
  return { p50: at(0.5), p95: at(0.95), most: taken.at(-1) ?? 0, rows };
}
