import { randomUUID } from 'node:crypto';
import { loadNextKey, nextSigningKeyFile, useNextKey, verifierKeyOf, writeVerifierKey } from '../keys.ts';
import { nodeSigner } from '../note-keys.ts';
import { keyRotated, type Rotation } from '../rotate-key.ts';
import { createSealer } from '../sealer.ts';
import type { LedgerStore } from '../store.ts';
import type { Seal } from '../types.ts';
import { type SharedPlace, workingOn } from './database-work.ts';
import { takeOverLead } from './leadership.ts';

/**
 * Changes the signing key of a ledger in PostgreSQL, beside the servers that use it. This process takes the lead first,
 * so that nobody signs with the old key meanwhile or after; the checkpoint that both keys sign and the new key's name
 * are one transaction. A server that has the old key alone then signs nothing, and takes the new one as soon as it is
 * put in the place of the old.
 * @throws FairleadError `ledger.not-leader`, and those of `workingOn`
 */
export function rotateSharedKey(place: SharedPlace): Promise<Rotation> {
  return workingOn(place, async ({ store, entry, reload }) => {
    const key = loadNextKey(place);
    const lead = await takeOverLead(place.database, randomUUID());
    try {
      const { identity, signer, last, keep } = await reload();
      const { origin, vkey: from } = identity;
      const to = verifierKeyOf(origin, key);
      await store.appendBatch([entry(keyRotated, { from, to })]);
      let size = 0;
      const seal = async (sealed: Seal) => {
        size = sealed.checkpoint.size;
        await lead.seal(sealed, async (session) => {
          const { note } = sealed.checkpoint;
          await session.query('insert into ledger_rotations values ($1, $2, $3, $4)', [size, from, to, note]);
          await session.query('update ledger_identity set vkey = $1', [to]);
        });
      };
      const sealing: LedgerStore = { ...store, seal };
      await (await createSealer(sealing, signer, last, keep, [nodeSigner(origin, key)])).seal();
      // While this process still leads: a server beside it would else look for the key that isn't there yet.
      useNextKey(place);
      writeVerifierKey(place.keysDir, to);
      return { origin, from, to, size };
    } finally {
      await lead.end();
    }
  });
}

/**
 * Makes the key that the next rotation changes to, and says where it lies: copied there on every server that may sign,
 * none of them has to wait for it afterwards.
 * @throws those of `loadNextKey`
 */
export function prepareNextKey(place: SharedPlace): string {
  loadNextKey(place);
  return nextSigningKeyFile(place);
}
