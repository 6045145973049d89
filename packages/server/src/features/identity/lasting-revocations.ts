import { FairleadError } from '@fairlead/core/errors';
import { pendingRows } from '../../platform/db/index.ts';

type Revoke = (...args: never[]) => Promise<unknown>;

/**
 * A store whose revocations last: one that can't be written (a full disk, a database that is away) is in force in memory and
 * recorded, and a restart would undo it. It is tried again until it is written; whoever asked hears `identity.revocation-pending`.
 */
export function withLastingRevocations<
  Store extends { close(): Promise<void> } & { readonly [name in Name]: Revoke },
  Name extends keyof Store & string,
>(store: Store, names: readonly Name[], retryMs?: number): Store {
  const rows = pendingRows(retryMs);
  const lasting = names.map((name) => [
    name,
    async (...args: never[]) => {
      let answer: unknown;
      const write = async () => {
        answer = await store[name](...args);
      };
      await rows.write(write).catch((cause: unknown) => {
        throw new FairleadError('identity.revocation-pending', { cause });
      });
      return answer;
    },
  ]);
  const close = async () => {
    await rows.close();
    await store.close();
  };
  return { ...store, ...Object.fromEntries(lasting), close };
}
