import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A file that nothing reads any more, and what to do about it. */
export interface Leftover {
  readonly file: string;
  readonly bytes: number;
  readonly message: string;
}

const kept: Readonly<Record<string, string>> = {
  'metrics.db.damaged':
    'A damaged audit index that was set aside; the one in use was built anew. Figures of hours whose calls were pruned are nowhere else: keep a copy if anybody wants them, then remove the file.',
  'metrics.db.damaged-wal': 'Belongs to metrics.db.damaged: it is kept, or goes, together with it.',
};

/** What lies in a data folder until somebody removes it. */
export function leftoversIn(dataDir: string): readonly Leftover[] {
  return Object.entries(kept).flatMap(([name, message]) => {
    const file = join(dataDir, name);
    return existsSync(file) ? [{ file, bytes: statSync(file).size, message }] : [];
  });
}
