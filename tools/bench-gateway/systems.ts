import { join } from 'node:path';
import { type FairleadOptions, startFairlead } from '../../test/support/fairlead.ts';
import { startPeer } from './peer.ts';

/** Where requests go, and the process that is charged for them. */
export interface System {
  readonly name: 'direct' | 'fairlead' | 'peer';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Null for the direct path, which nothing stands in. */
  readonly pid: number | null;
  stop(): Promise<void>;
}

/** A system that could not be had: its rows say why. */
export interface MissingSystem {
  readonly name: 'peer';
  readonly missing: string;
}

const json = { 'content-type': 'application/json', accept: 'application/json' };

export function direct(vendor: string): System {
  const headers = { ...json, authorization: 'Bearer none' };
  return { name: 'direct', url: vendor, headers, pid: null, stop: async () => undefined };
}

/** The demo of this checkout with every part on; the stub stands in for its OpenAI vendor. */
export async function fairlead(vendor: string, folder: string, profiles: string | null): Promise<System> {
  const options: FairleadOptions = {
    vendors: { openai: vendor },
    dataDir: join(folder, 'fairlead', 'data'),
    readyWithinMs: 60_000,
    ...(profiles === null ? {} : { env: { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profiles}` } }),
  };
  const running = await startFairlead(options);
  return {
    name: 'fairlead',
    url: running.ready.gateway,
    headers: { ...json, authorization: `Bearer ${running.ready.keys.allowed}` },
    pid: running.pid,
    stop: async () => {
      await running.stop();
    },
  };
}

/** The peer with nothing on: no guardrail, no cache, no log. */
export async function peer(vendor: string): Promise<System | MissingSystem> {
  const started = await startPeer();
  if ('missing' in started) return { name: 'peer', missing: started.missing };
  const headers = {
    ...json,
    authorization: 'Bearer none',
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${vendor}/v1`,
  };
  return { name: 'peer', url: started.url, headers, pid: started.pid, stop: started.stop };
}
