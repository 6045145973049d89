import { FairleadError } from '@fairlead/core/errors';
import { formatEvidence, peekCheckpoint } from '@fairlead/core/ledger';
import { toBase64 } from '@fairlead/core/text';
import type { ActiveBundle } from '../gateway/api.ts';
import type { Identity } from '../identity/api.ts';
import { adminEntry, type EntrySource, type Ledger } from '../ledger/api.ts';
import type { AccessLog } from './access-log.ts';
import type { AuditIndex } from './api.ts';

export interface AuditDeps extends EntrySource {
  readonly index: AuditIndex;
  /** Records who reads what. */
  readonly access: Pick<AccessLog, 'note'>;
  readonly ledger: Pick<Ledger, 'append' | 'readLog' | 'state'>;
  readonly identity: Pick<Identity, 'principalOf'>;
  readonly bundle: () => Pick<ActiveBundle, 'index' | 'engine'>;
}

/** Why there is no entry to show. */
export async function missing(index: Pick<AuditIndex, 'isPruned'>, id: string): Promise<FairleadError> {
  return new FairleadError((await index.isPruned(id)) ? 'ledger.entry-pruned' : 'ledger.entry-unknown');
}

/** What a browser needs to check by itself that an entry is in the signed log. Bytes are base64. */
export interface Proof {
  readonly index: number;
  readonly size: number;
  readonly entry: string;
  readonly path: readonly string[];
  readonly checkpoint: string;
  readonly vkey: string;
}

interface Proved {
  readonly index: number;
  readonly size: number;
  readonly entry: Uint8Array;
  readonly path: readonly Uint8Array[];
  readonly checkpoint: string;
}

/** @throws FairleadError `ledger.entry-unknown`, `ledger.entry-pruned`, `ledger.not-signed-yet`. */
export async function proofOf(deps: AuditDeps, id: string): Promise<Proof> {
  const { index, size, entry, path, checkpoint } = await prove(deps, id);
  // Asked for each time: the key of a shared log may change while this server runs.
  const file = await deps.ledger.readLog('/log/vkey');
  const vkey = file === null ? '' : Buffer.from(file.body).toString('utf8').trim();
  return { index, size, entry: toBase64(entry), path: path.map(toBase64), checkpoint, vkey };
}

/** The text of a `.tlog-proof` file. @throws as `proofOf`. */
export async function evidenceOf(deps: AuditDeps, id: string): Promise<string> {
  const { index, entry, path, checkpoint } = await prove(deps, id);
  return formatEvidence({ index, proof: path, checkpoint, entry });
}

async function prove({ index, ledger }: AuditDeps, id: string): Promise<Proved> {
  const published = await ledger.readLog('/log/checkpoint');
  const checkpoint = published === null ? null : Buffer.from(published.body).toString('utf8');
  const size = checkpoint === null ? 0 : peekCheckpoint(checkpoint).size;
  const proved = await index.prove(id, size);
  if (proved !== null && checkpoint !== null) return { ...proved, size, checkpoint };
  if ((await index.entry(id)) !== null) throw new FairleadError('ledger.not-signed-yet');
  throw await missing(index, id);
}

/**
 * Says whose a pseudonym is. That it was asked, by whom and what for is on disk before the answer is given.
 * @throws FairleadError `identity.pseudonym-unknown`, and the ledger's own.
 */
export async function resolvePerson(
  deps: AuditDeps,
  { pseudonym, purpose, by }: { readonly pseudonym: string; readonly purpose: string; readonly by: string },
): Promise<{ readonly principal: string; readonly name: string }> {
  const { identity, ledger, bundle } = deps;
  const principal = await identity.principalOf(pseudonym);
  if (principal === null) throw new FairleadError('identity.pseudonym-unknown');
  await ledger.append([
    { entry: adminEntry(deps, 'pseudonym.resolved', { by, subject: pseudonym, purpose }) },
  ]);
  const members = bundle().index.program.teams.flatMap((team) => team.members);
  return { principal, name: members.find((member) => member.id === principal)?.name ?? principal };
}
