import { FairleadError } from '@fairlead/core/errors';
import { adminEntry, type EntrySource, type Hold, heldFrom, type Ledger } from '../ledger/api.ts';
import type { Content, OpenedContent, Subject } from './api.ts';

export interface ContentDeps extends EntrySource {
  readonly content: Pick<Content, 'status' | 'open' | 'erase' | 'counts'>;
  readonly ledger: Pick<Ledger, 'append'>;
  /** Legal holds that stand. */
  readonly holds: () => Promise<readonly Hold[]>;
}

/**
 * The content of a call. That it was asked for, by whom and what for, is on disk before anything is opened.
 * @throws FairleadError `content.off`, `content.unknown`, `content.key-wrong`, and the ledger's own.
 */
export async function readContent(
  deps: ContentDeps,
  { op, purpose, by }: { readonly op: string; readonly purpose: string; readonly by: string },
): Promise<OpenedContent> {
  if (deps.content.status().state === 'off') throw new FairleadError('content.off');
  await deps.ledger.append([{ entry: adminEntry(deps, 'content.read', { by, subject: op, purpose }) }]);
  const opened = await deps.content.open(op);
  if (opened === null) throw new FairleadError('content.unknown');
  return opened;
}

/**
 * Erases content; the entry comes first, so that nothing vanishes without one. Asked again after a failure it ends what
 * it began. What a legal hold may cover stays: of a call, a session or a person any hold does.
 * @throws FairleadError `ledger.on-hold`, and as `readContent`.
 */
export async function eraseContent(
  deps: ContentDeps,
  { subject, reason, by }: { readonly subject: Subject; readonly reason: string; readonly by: string },
): Promise<{ readonly items: number }> {
  if (deps.content.status().state === 'off') throw new FairleadError('content.off');
  const held = heldFrom(await deps.holds());
  if (held !== null && endOf(subject) > held) throw new FairleadError('ledger.on-hold');
  const details = { by, kind: subject.kind, subject: subject.value, reason };
  await deps.ledger.append([{ entry: adminEntry(deps, 'content.erased', details) }]);
  return { items: await deps.content.erase(subject) };
}

const dayMs = 86_400_000;

/** By when everything that is meant was recorded, milliseconds. */
function endOf({ kind, value }: Subject): number {
  if (kind === 'before') return Date.parse(value);
  if (kind === 'period') return Date.parse(value.slice(0, 10)) + dayMs;
  return Number.POSITIVE_INFINITY;
}
