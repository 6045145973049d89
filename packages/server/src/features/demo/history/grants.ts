import type { Identity } from '../../identity/api.ts';
import type { Session } from './types.ts';

/** The people's keys: issued when their first session begins, revoked when their last one has ended. */
export interface Grants {
  /** The key for a session. @throws FairleadError of the identity service or the ledger. */
  keyFor(session: Session): Promise<string>;
  /** Says that a session is over. */
  release(session: Session): Promise<void>;
  /** Revokes what is still in force. */
  releaseAll(): Promise<void>;
}

/** Label of the keys; a start revokes what a killed one left. */
export const historyLabel = 'demo history';
const lifetimeMs = 15 * 60_000;

interface Grant {
  readonly issued: ReturnType<Identity['issueKey']>;
  left: number;
}

function grantName({ principal, assistant, granted }: Session): string {
  return [principal, assistant, ...granted].join(' ');
}

/** @param sessions all that there will be, so that it's known which one is a key's last */
export function createGrants(
  identity: Pick<Identity, 'issueKey' | 'revokeKey'>,
  sessions: readonly Session[],
): Grants {
  const left = new Map<string, number>();
  for (const session of sessions) left.set(grantName(session), (left.get(grantName(session)) ?? 0) + 1);
  const grants = new Map<string, Grant>();
  const revoke = async (name: string, { issued }: Grant) => {
    grants.delete(name);
    const { id } = await issued;
    await identity.revokeKey(id, 'the work is done', 'operator');
  };
  return {
    async keyFor(session) {
      const name = grantName(session);
      const { principal, assistant, granted } = session;
      const request = { principal, assistant, repositories: granted, label: historyLabel };
      const grant = grants.get(name) ?? {
        issued: identity.issueKey({ ...request, expiresAt: Date.now() + lifetimeMs }, 'operator'),
        left: left.get(name) ?? 1,
      };
      grants.set(name, grant);
      return (await grant.issued).key;
    },
    async release(session) {
      const name = grantName(session);
      const grant = grants.get(name);
      if (!grant) return;
      grant.left -= 1;
      if (grant.left === 0) await revoke(name, grant);
    },
    async releaseAll() {
      await Promise.allSettled([...grants].map(([name, grant]) => revoke(name, grant)));
    },
  };
}
