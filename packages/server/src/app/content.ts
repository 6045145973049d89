/* The content of calls, kept where the program says so. */
import type { Content } from '../features/content/api.ts';
import { openContent } from '../features/content/create.ts';
import type { OpenLedger } from '../features/ledger/create.ts';
import { systemClock } from '../platform/clock/index.ts';
import { contentKeyFile, stateLocation } from './places.ts';
import type { AppOptions, Closers } from './types.ts';

export async function openKeptContent(
  options: AppOptions,
  ledger: OpenLedger,
  log: (level: 'warn' | 'error', message: string) => void,
  closers: Closers,
): Promise<Content> {
  const { loaded, dataDir, origin, database } = options;
  const content = await openContent({
    clock: systemClock,
    instance: ledger.instance,
    origin,
    ledger,
    log,
    dataDir,
    masterFile: contentKeyFile(options),
    program: loaded.program,
    holds: () => ledger.keeping.holds(),
    ...(database !== undefined && { location: stateLocation(options) }),
  });
  closers.push(() => content.close());
  return content;
}
