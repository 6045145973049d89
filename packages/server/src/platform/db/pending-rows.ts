/** Rows that are owed: what they say is in force and recorded already, as a revocation is. */
export interface PendingRows {
  /** Writes one; what can't be written is tried again until it is. @throws whatever the first attempt threw. */
  write(row: () => Promise<unknown>): Promise<void>;
  /** Tries what is left once more. */
  close(): Promise<void>;
}

export function pendingRows(retryMs = 1_000): PendingRows {
  let waiting: (() => Promise<unknown>)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let trying: Promise<void> = Promise.resolve();
  const tryAll = async () => {
    const rows = waiting;
    waiting = [];
    for (const row of rows) await row().catch(() => waiting.push(row));
  };
  const later = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      trying = tryAll().then(() => {
        if (waiting.length > 0) later();
      });
    }, retryMs).unref();
  };
  return {
    async write(row) {
      try {
        await row();
      } catch (error) {
        waiting.push(row);
        later();
        throw error;
      }
    },
    async close() {
      await trying;
      clearTimeout(timer);
      await tryAll();
    },
  };
}
