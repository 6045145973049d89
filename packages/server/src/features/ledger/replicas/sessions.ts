import type pg from 'pg';

const politeMs = 1_000;

/** Ends a session; one that hangs is cut, not waited for. */
export async function endSession(session: pg.Client): Promise<void> {
  await within(session.end(), politeMs).catch(() => undefined);
  cutSession(session);
}

/** Cuts a session off, whatever it is doing. */
export function cutSession(session: pg.Client): void {
  session.end().catch(() => undefined);
  (session as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}

/** @throws Error when it takes longer. */
export async function within<Result>(running: Promise<Result>, milliseconds: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('PostgreSQL did not answer in time')), milliseconds);
  });
  return Promise.race([running, tooLong]).finally(() => clearTimeout(timer));
}
