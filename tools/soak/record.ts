import { verifyLedger } from '../../packages/server/src/features/ledger/cli.ts';
import { openReader, readEntries } from '../../packages/server/src/features/ledger/read.ts';

/** What the record of a soak looks like when it is over. */
export interface RecordVerdict {
  readonly verified: boolean;
  readonly entries: number;
  /** Acknowledged calls without a decision. */
  readonly lost: number;
  /** Allowed calls that are not closed by just one outcome. */
  readonly unclosed: number;
}

/** Holds the ledger of a data folder against what callers were told. */
export async function checkRecord(
  dataDir: string,
  acknowledged: ReadonlySet<string>,
): Promise<RecordVerdict> {
  const { ok, size, signedSize } = await verifyLedger({ dataDir });
  const decided = new Map<string, number>();
  const reader = openReader(dataDir);
  try {
    for await (const { op, kind, bytes } of readEntries(reader)) {
      if (op === null) continue;
      if (kind === 'decision' && !Buffer.from(bytes).includes('"decision":"deny"')) decided.set(op, 0);
      if (kind === 'outcome' || kind === 'recovery') decided.set(op, (decided.get(op) ?? 0) + 1);
    }
  } finally {
    await reader.close();
  }
  return {
    verified: ok && size === signedSize,
    entries: size,
    lost: [...acknowledged].filter((op) => !decided.has(op)).length,
    unclosed: [...decided.values()].filter((closed) => closed !== 1).length,
  };
}
