import { indexProgram, type ProgramIndex } from '@fairlead/core/decision';
import type { AdminEntry } from '@fairlead/core/ledger';
import { expect } from 'vitest';
import { nodeRandom } from '../../../platform/crypto/index.ts';
import type { Draft } from '../../ledger/api.ts';
import { loadProgram } from '../../program/api.ts';
import type { DeviceRow, Devices, RunRequest } from '../api.ts';
import type { DevicesDeps } from '../deps.ts';
import { createDevicesService } from '../service.ts';
import { openSigningKeys } from '../signing-keys.ts';
import { openDeviceStore } from '../store-sql.ts';

export const minute = 60_000;
export const payments = 'git@github.com:acme/payments-api.git';
export const inPayments: RunRequest = { assistant: 'codex', remotes: [payments] };
export const instance = { id: crypto.randomUUID(), incarnation: crypto.randomUUID() };

/** The service on the example program, with a clock and a ledger that a test moves. */
export interface World {
  readonly program: ProgramIndex;
  /** The program in force. */
  index: ProgramIndex | null;
  now: number;
  readonly entries: AdminEntry[];
  ledgerFails: boolean;
  devices: Devices;
  /** The service as it comes up at the next start, on the same store and keys. */
  again(other?: Partial<DevicesDeps>): Promise<Devices>;
  /** A device of this person, by way of a code. */
  enrolled(principal?: string, repositories?: readonly string[] | null): Promise<DeviceRow>;
}

const programDir = new URL('../../../../../../program', import.meta.url).pathname;

export async function startWorld(): Promise<World> {
  const program = indexProgram((await loadProgram(programDir, { today: '2026-11-01' })).program);
  const store = await openDeviceStore({ kind: 'sqlite', file: ':memory:' });
  const keys = openSigningKeys(null);
  const deps = (): DevicesDeps => ({
    store,
    ledger: {
      append: async (drafts: readonly Draft[]) => {
        if (world.ledgerFails) throw new Error('no ledger');
        return drafts.map(({ entry }) => ({
          index: world.entries.push(entry as AdminEntry) - 1,
          duplicate: false,
        }));
      },
    },
    identity: {
      actorOf: async (principal) => ({
        pseudonym: `p-${Buffer.from(principal).toString('hex')}`,
        kind: 'human',
        onBehalfOf: null,
      }),
    },
    clock: { now: () => world.now },
    random: nodeRandom,
    index: () => world.index,
    keys,
    instance,
    origin: 'live',
    tokenLifeSeconds: 600,
  });
  const world: World = {
    program,
    index: program,
    now: Date.parse('2026-11-01T12:00:00Z'),
    entries: [],
    ledgerFails: false,
    devices: undefined as never,
    again: (other = {}) => createDevicesService({ ...deps(), ...other }),
    async enrolled(principal = 'dana.moss', repositories = null) {
      const request = { principal, repositories, loginExpiresAt: world.now + 90 * 24 * 60 * minute };
      const { code } = await world.devices.issueCode(request, 'operator');
      return (await world.devices.enrol(code, 'laptop')).device;
    },
  };
  world.devices = await world.again();
  return world;
}

/** Matches an error with this code. */
export const rejects = (code: string) => expect.objectContaining({ code });
