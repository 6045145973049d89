import type { AuditIndex } from './api.ts';
import { setAside } from './set-aside.ts';

export interface KeptIndexOptions {
  /** Opens the model. `onDamaged` is to be called whenever its file turns out to be damaged, also before it is open. */
  readonly open: (onDamaged: () => void) => Promise<AuditIndex>;
  /** The model's file; null where it is in PostgreSQL. */
  readonly file: string | null;
  readonly say: (message: string) => void;
  /** What is said of a failure; its message unless told. */
  readonly lineOf?: (error: unknown) => string;
  /** How long after a failure it is opened again, and between two files that are set aside; milliseconds. */
  readonly retryMs: number;
}

/** The model through whatever happens to its file. */
export interface KeptIndex {
  /** @throws whatever keeps it from being opened at present. */
  current(): Promise<AuditIndex>;
  close(): Promise<void>;
}

/**
 * Opens the model and keeps it open. A damaged file is set aside and the model built again from the ledger; what can't be
 * opened is tried again. Meanwhile questions fail, and nothing else.
 */
export function keepIndex({ open, file, say, lineOf = messageOf, retryMs }: KeptIndexOptions): KeptIndex {
  const state = { closed: false, generation: 0, asideAt: Number.NEGATIVE_INFINITY, said: '' };
  let retry: NodeJS.Timeout | undefined;
  const opened = (): Promise<AuditIndex> => {
    state.generation += 1;
    const own = state.generation;
    return open(() => {
      if (own === state.generation) mend();
    });
  };
  const use = (attempt: Promise<AuditIndex>): Promise<AuditIndex> => {
    attempt.catch((error: unknown) => {
      if (state.closed || index !== attempt) return;
      const message = lineOf(error);
      if (message !== state.said) say(message);
      state.said = message;
      retry = setTimeout(() => {
        index = use(opened());
      }, retryMs);
    });
    return attempt;
  };
  const mend = () => {
    // A disk that damages every file is not given one after the other.
    if (state.closed || file === null || performance.now() - state.asideAt < retryMs) return;
    state.asideAt = performance.now();
    state.generation += 1;
    const closing = index.then((old) => old.close()).catch(() => undefined);
    index = use(
      closing.then(() => {
        setAside(file);
        say(`metrics.db is damaged. It lies in ${file}.damaged now, and is built again from the ledger.`);
        return opened();
      }),
    );
  };
  let index = use(opened());
  return {
    current: () => index,
    async close() {
      state.closed = true;
      clearTimeout(retry);
      await index.then(
        (open) => open.close(),
        () => undefined,
      );
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
