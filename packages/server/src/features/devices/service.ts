import { FairleadError } from '@fairlead/core/errors';
import { digestOf, isWellFormed, type RequestedBy } from '../identity/api.ts';
import type { Devices } from './api.ts';
import { type DevicesDeps, isLive, type Known, recordAdmin, rowOf, sessionLifeSeconds } from './deps.ts';
import { enrolDevice, issueCode } from './enrolment.ts';
import { grantRun } from './grant.ts';
import { authenticateToken, createVerdicts, endToken, mintToken, revokeToken } from './tokens.ts';
import type { DeviceRecord } from './types.ts';

/** Loads every device and revocation, and answers from memory from then on. */
export async function createDevicesService(deps: DevicesDeps): Promise<Devices> {
  const { store, clock } = deps;
  await store.prune(clock.now());
  const known: Known = { devices: new Map(), byDigest: new Map(), revoked: new Map() };
  for (const device of await store.devices()) remember(known, device);
  for (const { jti, until } of await store.revocations(clock.now())) known.revoked.set(jti, until);
  const verdicts = createVerdicts();

  return {
    issueCode: (request, by) => issueCode(deps, request, by),
    enrol: (code, name) => enrolDevice(deps, code, name, (device) => remember(known, device)),
    authenticateLogin(login) {
      if (!isWellFormed('fld', login)) return null;
      const id = known.byDigest.get(digestOf(login));
      const device = id === undefined ? undefined : known.devices.get(id);
      return device && isLive(device, clock.now()) ? rowOf(device) : null;
    },
    list: () => [...known.devices.values()].map(rowOf).reverse(),
    revoke: (id, reason, by) => revokeDevice(deps, known, id, reason, by),
    grant: (device, request) => grantRun(deps.index(), device, request),
    mint: (device, request, use) => mintToken(deps, verdicts, device, request, use),
    revokeToken: (jti, reason, by) => revokeToken(deps, known, verdicts, jti, reason, by),
    endToken: (device, token) => endToken(deps, known, device, token),
    async rotateSigningKey(atOnce, by) {
      const now = clock.now();
      await recordAdmin(deps, 'signing-key.rotated', { by, atOnce });
      const { kid } = await deps.keys.rotate(atOnce ? now : now + sessionLifeSeconds * 1_000, now);
      return { kid };
    },
    authenticate: (token) => authenticateToken(deps, known, verdicts, token),
    isRevoked({ keyId, tokenId }) {
      const device = known.devices.get(keyId);
      return device?.revokedAt != null || (tokenId !== undefined && known.revoked.has(tokenId));
    },
    tokenLifeSeconds: deps.tokenLifeSeconds,
    async refresh() {
      await deps.keys.refresh();
      for (const device of await store.devices()) merge(known, device);
      for (const { jti, until } of await store.revocations(clock.now())) known.revoked.set(jti, until);
    },
    close: () => store.close(),
  };
}

function remember(known: Known, device: DeviceRecord): void {
  known.devices.set(device.id, device);
  known.byDigest.set(device.digest, device.id);
}

/** Takes over a row that another replica may have written. What was revoked here stays so until its row is. */
function merge(known: Known, device: DeviceRecord): void {
  const before = known.devices.get(device.id);
  if (before?.revokedAt == null) remember(known, device);
}

async function revokeDevice(
  deps: DevicesDeps,
  known: Known,
  id: string,
  reason: string,
  by: RequestedBy,
): Promise<void> {
  const device = known.devices.get(id);
  if (!device || device.revokedAt !== null) {
    throw new FairleadError('identity.device-unknown', { place: { path: id.slice(0, 64) } });
  }
  await recordAdmin(deps, 'device.revoked', { deviceId: id, by, reason });
  const revokedAt = deps.clock.now();
  // Memory first: the device stops with the entry, whatever becomes of the row.
  remember(known, { ...device, revokedAt });
  await deps.store.revokeDevice(id, revokedAt);
}
