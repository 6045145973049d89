// What an organisation does first: `fairlead init`, three edits, `fairlead up` with its own credential, a key, and a real
// assistant.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type SampleVendor,
  startSampleVendor,
} from '../../packages/server/src/features/demo/sample-vendor.ts';
import { cleanUp, fairlead, type RunningFairlead, verifyLedger } from '../support/fairlead.ts';
import { initProgram, issueKey, moduleTrace, type OwnProgram, startUp } from '../support/own-program.ts';
import { relayTo, type StubUpstream, startStubUpstream } from '../support/stub-upstream.ts';
import { type Client, clients, missing, run } from './clients.ts';

const repository = 'github.com/wharf-and-sons/tide-tables';
const engineer = 'robin.quay';
const credential = `sk-own-${crypto.randomUUID()}`;
const trace = moduleTrace();
let sample: SampleVendor;
let stub: StubUpstream;
let own: OwnProgram;
let app: RunningFairlead;

beforeAll(async () => {
  sample = await startSampleVendor();
  stub = await startStubUpstream(relayTo(sample.url));
  own = await initProgram([
    ['fairlead.yaml', 'https://api.openai.com', stub.url],
    ['fairlead.yaml', 'https://api.anthropic.com', stub.url],
    ['fairlead.yaml', 'allowPrivate: []', 'allowPrivate: [127.0.0.1]'],
    ['repositories.yaml', 'github.com/example/first-repository', repository],
    ['teams.yaml', 'first.engineer', engineer],
  ]);
  const valid = await fairlead(['validate', own.program]);
  expect(valid.code, valid.stdout).toBe(0);
  app = await startUp(own, ['--credential', 'OPENAI_API_KEY', '--credential', 'ANTHROPIC_API_KEY'], {
    OPENAI_API_KEY: credential,
    ANTHROPIC_API_KEY: credential,
    NODE_OPTIONS: trace.options,
  });
});
afterAll(async () => {
  await app?.stop();
  await stub?.close();
  await sample?.close();
  await cleanUp();
});

const subjects: readonly (readonly [Client, string])[] = [
  [clients.claude, 'claude-code'],
  [clients.codex, 'codex'],
  [clients.copilotChat, 'copilot-cli'],
];

for (const [client, assistant] of subjects) {
  describe.skipIf(missing(client))(`${client.name} under an organisation's own program`, () => {
    it('is governed: a tool call in its repository, with the credential that was named', async () => {
      stub.reset();
      const { key } = await issueKey(own, engineer, repository, assistant);
      const session = {
        gateway: app.ready.gateway,
        key,
        remote: `https://${repository}.git`,
        prompt: 'Please run a harmless command with the shell and tell me what it printed.',
      };
      const { code, shown } = await run(client, session);
      expect(code, shown).toBe(0);
      expect(shown).toContain('fairlead-sample-tool-ran');
      expect(stub.calls.length).toBeGreaterThanOrEqual(2);
      for (const { headers } of stub.calls) {
        expect(`${headers.authorization ?? ''}${headers['x-api-key'] ?? ''}`).toContain(credential);
      }
      const decisions = (await app.entries()).filter((line) => line.kind === 'decision');
      expect(decisions.at(-1)).toMatchObject({ decision: 'allow', repository, origin: 'live' });
    });
  });
}

describe('afterwards', () => {
  it('no demo code was loaded, and the ledger verifies', async () => {
    const loaded = trace.loaded();
    expect(loaded.some((url) => url.includes('/features/gateway/'))).toBe(true);
    expect(loaded.filter((url) => url.includes('/features/demo/'))).toEqual([]);
    expect((await verifyLedger(own.data)).code).toBe(0);
  });
});
