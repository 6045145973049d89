// Reads what `strace -f -y -ttt` wrote about a gateway, to see in which order it wrote, synced and sent.

/** One system call that matters here. `at` is when it began, `ended` when it returned; seconds since the epoch. */
export interface TracedCall {
  readonly name: string;
  readonly at: number;
  readonly ended: number;
  /** What the file descriptor is: a path, or `socket:[inode]`. */
  readonly target: string;
  readonly detail: string;
}

const linePattern = /^(\d+)\s+(\d+\.\d+) (.*)$/;
const callPattern = /^(\w+)\(\d+<([^>]*)>(.*)$/;

/** Puts the two halves of interrupted calls together. Lines of other kinds are ignored. */
export function parseTrace(text: string): readonly TracedCall[] {
  const open = new Map<string, { at: number; start: string }>();
  const calls: TracedCall[] = [];
  for (const line of text.split('\n')) {
    const [, thread = '', time = '', rest = ''] = linePattern.exec(line) ?? [];
    const ended = Number(time);
    const unfinished = rest.endsWith('<unfinished ...>');
    if (unfinished) open.set(thread, { at: ended, start: rest });
    const resumed = rest.startsWith('<... ');
    const begun = resumed ? open.get(thread) : { at: ended, start: rest };
    if (begun === undefined) continue;
    if (resumed) open.delete(thread);
    const [, name = '', target = '', detail = ''] = callPattern.exec(begun.start) ?? [];
    // What has begun may reach its target at once; what has not returned is not yet known to be durable.
    if (name !== '')
      calls.push({
        name,
        at: begun.at,
        ended: unfinished ? Number.POSITIVE_INFINITY : ended,
        target,
        detail,
      });
    if (resumed && name !== '') {
      const first = calls.findIndex(
        (call) => call.at === begun.at && call.ended === Number.POSITIVE_INFINITY,
      );
      if (first !== -1) calls.splice(first, 1);
    }
  }
  return calls.sort((a, b) => a.at - b.at);
}

const writes = new Set(['write', 'writev', 'pwrite64', 'pwritev', 'sendto', 'sendmsg']);
const syncs = new Set(['fsync', 'fdatasync']);

/** What the trace says of one call that went upstream. */
export interface SendOrder {
  /** Seconds since the epoch at which the first byte went upstream. */
  readonly sentAt: number;
  /** True when the ledger was written, and then synced, after the request came and before that byte. */
  readonly recordedBefore: boolean;
}

/**
 * For each request of a client (`starts`, seconds since the epoch, one at a time): was the ledger written and synced
 * before the call went to `port`? The requests must be far enough apart for the ledger to come to rest in between.
 */
export function sendOrders(
  calls: readonly TracedCall[],
  port: number,
  starts: readonly number[],
): readonly SendOrder[] {
  const sockets = new Set(
    calls.flatMap(({ name, target, detail }) =>
      name === 'connect' && detail.includes(`htons(${port})`) ? [target] : [],
    ),
  );
  const isLedger = (call: TracedCall): boolean => /\/ledger\.db(-wal)?$/.test(call.target);
  return starts.flatMap((start, index) => {
    const end = starts[index + 1] ?? Number.POSITIVE_INFINITY;
    const during = calls.filter(({ at }) => at >= start && at < end);
    const sent = during.find(({ name, target }) => writes.has(name) && sockets.has(target));
    if (sent === undefined) return [];
    const recordedBefore = during.some(
      (write) =>
        writes.has(write.name) &&
        isLedger(write) &&
        during.some(
          (sync) => syncs.has(sync.name) && isLedger(sync) && sync.at >= write.ended && sync.ended <= sent.at,
        ),
    );
    return [{ sentAt: sent.at, recordedBefore }];
  });
}
