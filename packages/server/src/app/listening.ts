import { FairleadError, isFairleadError } from '@fairlead/core/errors';

/** The system's own refusal to open a port, in our words. */
export async function listening<Result>(port: number, open: () => Promise<Result>): Promise<Result> {
  try {
    return await open();
  } catch (cause) {
    if (isFairleadError(cause)) throw cause;
    const { code = 'unknown' } = cause as { code?: string };
    throw new FairleadError('server.listen-failed', {
      message: `Port ${port} can’t be opened (${code}).`,
      cause,
    });
  }
}
