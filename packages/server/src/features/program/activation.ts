import { type ConfigEntry, entryVersion } from '@fairlead/core/ledger';
import type { PolicyEngine } from '@fairlead/core/policy';
import type { Program } from '@fairlead/core/program';
import { v7 as uuidv7 } from 'uuid';
import type { EntrySource } from '../ledger/api.ts';

export interface Activated {
  /** `joined`: a replica started with the program that is in force already. */
  readonly what: 'program.activated' | 'program.joined';
  readonly program: Program;
  readonly digest: string;
  readonly engine: PolicyEngine;
  /** Of Fairlead. */
  readonly version: string;
  /** Names of the credentials that the operator confirmed. */
  readonly credentials: readonly string[];
  /** Vendor id → base URL that replaces the program's. */
  readonly baseUrls: ReadonlyMap<string, string>;
  readonly source: EntrySource;
}

/** The entries that put a local, unsigned program in force. */
export function activationEntries(activated: Activated): readonly [ConfigEntry, ConfigEntry] {
  const { what, program, digest, engine, version, credentials, baseUrls, source } = activated;
  const envelope = () => ({
    v: entryVersion as typeof entryVersion,
    id: uuidv7(),
    ts: new Date(source.clock.now()).toISOString(),
    op: null,
    origin: source.origin,
    instance: source.instance,
    kind: 'config' as const,
    bundle: digest,
  });
  return [
    {
      ...envelope(),
      what,
      details: {
        engine: engine.kind,
        policies: engine.policies.length,
        version,
        // Naming a credential on the command line confirms these pairs of host and credential.
        credentials: [...credentials].sort(),
        vendors: program.vendors.map(
          ({ id, baseUrl }) => `${id}=${new URL(baseUrls.get(id) ?? baseUrl).host}`,
        ),
      },
    },
    { ...envelope(), what: 'unsigned', details: { reason: 'local program on loopback' } },
  ];
}
