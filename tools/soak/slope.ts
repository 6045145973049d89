/** One reading of the resident memory. */
export interface Reading {
  readonly seconds: number;
  readonly rssMiB: number;
}

/** How the memory of a soak went. */
export interface MemoryVerdict {
  /** Least squares over the readings after warm-up; null with fewer than two. */
  readonly slopeMiBPer10Min: number | null;
  readonly warmUpSeconds: number;
  /** False when it lasted too short to say anything. */
  readonly judged: boolean;
  readonly met: boolean | null;
}

export const slopeLimit = 1;
const mostWarmUp = 300;
const leastJudged = 900;

/** Judges readings: a quarter of the time, at most 5 minutes, is warm-up; 15 minutes after it are needed to judge. */
export function judgeMemory(readings: readonly Reading[]): MemoryVerdict {
  const last = readings.at(-1)?.seconds ?? 0;
  const warmUpSeconds = Math.min(mostWarmUp, last / 4);
  const taken = readings.filter(({ seconds }) => seconds >= warmUpSeconds);
  const slope = slopeOf(taken);
  const judged = slope !== null && last - warmUpSeconds >= leastJudged;
  return {
    slopeMiBPer10Min: slope === null ? null : Number((slope * 600).toFixed(3)),
    warmUpSeconds: Math.round(warmUpSeconds),
    judged,
    met: judged ? slope * 600 <= slopeLimit : null,
  };
}

/** MiB a second. */
function slopeOf(readings: readonly Reading[]): number | null {
  const count = readings.length;
  if (count < 2) return null;
  const mean = (of: (reading: Reading) => number) => readings.reduce((sum, one) => sum + of(one), 0) / count;
  const [time, memory] = [mean(({ seconds }) => seconds), mean(({ rssMiB }) => rssMiB)];
  const spread = readings.reduce((sum, { seconds }) => sum + (seconds - time) ** 2, 0);
  if (spread === 0) return null;
  return readings.reduce((sum, one) => sum + (one.seconds - time) * (one.rssMiB - memory), 0) / spread;
}
