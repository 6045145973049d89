/** One row of the benchmark: the same load on every system. */
export interface Row {
  /** `200KB warm stream c32`; `chunks` for the row of long answers. */
  readonly name: string;
  readonly size: SizeName;
  readonly bytes: number;
  readonly stream: boolean;
  readonly turn: 'warm' | 'cold';
  readonly concurrency: number;
  /** Events of a streamed answer. */
  readonly chunks: number;
  readonly paceMs: number;
}

export type SizeName = '2KB' | '200KB' | '560KB' | '3.5MB';

const sizes: Readonly<Record<SizeName, number>> = {
  '2KB': 2_048,
  '200KB': 200 * 1_024,
  '560KB': 560 * 1_024,
  '3.5MB': 3_584 * 1_024,
};

/** The row that CPU per streamed chunk is read from: long answers at the pace of a fast model, small requests. */
export const chunkRow: Row = {
  name: 'chunks',
  size: '2KB',
  bytes: sizes['2KB'],
  stream: true,
  turn: 'warm',
  concurrency: 32,
  chunks: 400,
  paceMs: 5,
};

/** Events of a usual streamed answer. */
const usualChunks = 40;

export function planRows(names: readonly SizeName[], concurrencies: readonly [number, number]): Row[] {
  const rows: Row[] = [];
  for (const size of names) {
    for (const stream of [false, true]) {
      for (const turn of ['warm', 'cold'] as const) {
        for (const concurrency of concurrencies) {
          const name = `${size} ${turn} ${stream ? 'stream' : 'whole'} c${concurrency}`;
          const answer = { chunks: stream ? usualChunks : 0, paceMs: 0 };
          rows.push({ name, size, bytes: sizes[size], stream, turn, concurrency, ...answer });
        }
      }
    }
  }
  return [...rows, { ...chunkRow, concurrency: concurrencies[1] }];
}

export const allSizes = Object.keys(sizes) as readonly SizeName[];

/** Something that a row should reach: gateway goals, one figure each. */
export interface Goal {
  readonly goal: string;
  readonly value: number | null;
  readonly limit: number;
  readonly met: boolean | null;
}

/** Figures that goals are about, of one row. Ratios are Fairlead to the peer; null where the peer is missing. */
export interface Compared {
  readonly cpuRatio: number | null;
  readonly chunkCpuRatio: number | null;
  readonly addedP50Ms: number;
  readonly addedFirstByteP50Ms: number;
  readonly fdatasyncP50Ms: number;
}

const atMost = (goal: string, value: number | null, limit: number): Goal => ({
  goal,
  value,
  limit,
  met: value === null ? null : value <= limit,
});

/** CPU a request of Fairlead with everything on, as a share of the peer's with nothing on. */
function cpuGoals({ size, turn }: Row, ratio: number | null): Goal[] {
  if (size === '2KB') return [atMost('cpu/request <= 1/3 of the peer', ratio, 1 / 3)];
  if (size !== '200KB') return [atMost('cpu/request <= the peer', ratio, 1)];
  if (turn === 'cold') return [atMost('cpu/request <= the peer, cold', ratio, 1)];
  return [
    atMost('cpu/request <= 1/3 of the peer', ratio, 1 / 3),
    atMost('cpu/request <= 1/4 of the peer (stretch)', ratio, 1 / 4),
  ];
}

/** The goals of a row with what was measured. */
export function goalsOf(row: Row, compared: Compared): Goal[] {
  if (row.name === chunkRow.name) {
    return [atMost('cpu/chunk <= 1/2 of the peer', compared.chunkCpuRatio, 1 / 2)];
  }
  const goals = cpuGoals(row, compared.cpuRatio);
  if (row.size !== '200KB' || row.turn !== 'warm' || row.concurrency !== 1) return goals;
  const limit = 2 * compared.fdatasyncP50Ms + 1.5;
  const { addedP50Ms, addedFirstByteP50Ms } = compared;
  const added = row.stream
    ? atMost('added first byte p50 <= 2 x fdatasync + 1.5 ms', addedFirstByteP50Ms, limit)
    : atMost('added p50 <= 2 x fdatasync + 1.5 ms', addedP50Ms, limit);
  return [...goals, added];
}
