/* The made-up host as a process of its own: `node serve.ts '{"seed":"x","pulls":100,"names":["acme/web"]}'`. */
import { type FakeHostOptions, startFakeHost } from './fake-host.ts';
import { makeWorld, type WorldOptions } from './model.ts';

const { faultShare, remember, ...options } = JSON.parse(process.argv[2] ?? '{}') as WorldOptions &
  Pick<FakeHostOptions, 'faultShare' | 'remember'>;
const host = await startFakeHost({
  ...{ world: makeWorld(options), now: Date.now, limit: 1_000_000 },
  ...(faultShare !== undefined && { faultShare }),
  ...(remember !== undefined && { remember }),
});
process.stdout.write(`${JSON.stringify({ api: host.api, token: host.token })}\n`);
process.stdin.resume().on('end', () => {
  process.stdout.write(`${JSON.stringify(host.stats)}\n`, () => process.exit());
});
