import { expect } from 'vitest';
import { cleanUp, type FairleadOptions, type RunningFairlead, startFairlead } from './fairlead.ts';
import { type Behaviour, type StubUpstream, startStubUpstream } from './stub-upstream.ts';

/** The demo in front of one counting stub that stands in for every vendor. */
export interface Governed {
  readonly app: RunningFairlead;
  readonly stub: StubUpstream;
  readonly gateway: string;
  readonly keys: RunningFairlead['ready']['keys'];
  /** Runs the steps and asserts that no request reached the vendor meanwhile. */
  untouched<T>(steps: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Starts the demo with the vendors the tests call pointed at one stub. */
export async function startGoverned(
  behaviour?: Behaviour,
  options: Omit<FairleadOptions, 'vendors'> = {},
): Promise<Governed> {
  const stub = await startStubUpstream(behaviour);
  const vendors = { openai: stub.url, anthropic: stub.url };
  const app = await startFairlead({ ...options, vendors });
  return {
    app,
    stub,
    gateway: app.ready.gateway,
    keys: app.ready.keys,
    untouched: async (steps) => {
      const before = stub.arrived();
      const result = await steps();
      expect(stub.arrived(), 'requests that reached the vendor').toBe(before);
      return result;
    },
    close: async () => {
      await app.stop();
      await stub.close();
      await cleanUp();
    },
  };
}
