import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type SampleVendor,
  startSampleVendor,
} from '../../packages/server/src/features/demo/sample-vendor.ts';
import { call, refusalText, routes } from '../support/calls.ts';
import { sha256 } from '../support/client.ts';
import { type LedgerLine, verifyLedger } from '../support/fairlead.ts';
import { type Governed, startGoverned } from '../support/governed.ts';
import { relayTo } from '../support/stub-upstream.ts';
import { type Client, clients, folded, missing, run } from './clients.ts';

const allowedRemote = 'git@github.com:acme/payments-api.git';
const prompt = 'Please run a harmless command with the shell and tell me what it printed.';
let sample: SampleVendor;
let governed: Governed;

const absent = [...new Set(Object.values(clients).flatMap((client) => missing(client) ?? []))];
for (const reason of absent) process.stderr.write(`SKIPPED lane: assistants: ${reason}\n`);

beforeAll(async () => {
  sample = await startSampleVendor();
  governed = await startGoverned(relayTo(sample.url), { npmStart: true });
});
afterAll(async () => {
  await governed.close();
  await sample.close();
});
beforeEach(() => governed.stub.reset());

/** The entries that the steps add. */
async function added(steps: () => Promise<void>): Promise<readonly LedgerLine[]> {
  const size = (await governed.app.entries()).length;
  await steps();
  return (await governed.app.entries()).slice(size);
}

/** What the gateway itself says for this reason, so that the assistant's screen can be held against it. */
async function saying(client: Client, key: string, headers: readonly string[] = []): Promise<string> {
  const route = client.dialect === 'anthropic' ? routes.messages : routes.responses;
  const answer = await call(governed.gateway, route, key, route.body('What would you say?'), { headers });
  // Each answer ends with its own op.
  return plain(refusalText(answer).replace(/\[[0-9a-f-]{36}\]/, ''));
}

/** Assistants print the words as JSON, or wrapped: neither quotes nor white space are held against them. */
function plain(text: string): string {
  return folded(text.replaceAll(/["\\]/g, '')).trim();
}

const describeClient = (client: Client) => (missing(client) ? describe.skip : describe);

for (const client of Object.values(clients)) {
  describeClient(client)(client.name, () => {
    it('completes a headless prompt with a tool call in an allowed repository', async () => {
      let shown = '';
      const entries = await added(async () => {
        const { gateway, keys } = governed;
        const ran = await run(client, { gateway, key: keys.allowed, remote: allowedRemote, prompt });
        shown = ran.shown;
        expect(ran.code, shown).toBe(0);
      });
      expect(shown).toContain('[Fairlead sample vendor]');
      expect(shown).toContain('fairlead-sample-tool-ran');

      const { calls } = governed.stub;
      expect(calls.length).toBeGreaterThanOrEqual(2);
      expect(new Set(calls.map((seen) => seen.url))).toEqual(new Set([client.path]));
      for (const seen of calls) {
        expect(seen.rawHeaders.join('\n')).not.toContain(governed.keys.allowed);
        expect(seen.headers['x-fairlead-key']).toBeUndefined();
      }
      const decisions = entries.filter((line) => line.kind === 'decision');
      expect(decisions.map((line) => line.forwarded)).toEqual(calls.map((seen) => sha256(seen.body)));
      for (const line of decisions) {
        expect(line).toMatchObject({ decision: 'allow', repository: 'github.com/acme/payments-api' });
        expect(line.received).toBe(line.forwarded);
        expect(line.coverage?.inspected.length).toBeGreaterThan(0);
      }
      expect(new Set(decisions.map((line) => line.session)).size).toBe(1);
      expect(decisions[0]?.session).toBeTruthy();
      expect(new Set(decisions.map((line) => line.repositoryEvidence))).toEqual(
        new Set([client.cli === 'codex' ? 'codex' : 'key']),
      );
      const outcomes = entries.filter((line) => line.kind === 'outcome');
      expect(outcomes).toHaveLength(calls.length);
      // Codex hangs up as soon as it has read `response.completed`, which may be before the vendor's last byte: the
      // usage shows that the answer was whole.
      for (const line of outcomes) expect(['completed', 'client-aborted']).toContain(line.outcome);
      for (const line of outcomes) expect(line.usage?.outputTokens).toBeGreaterThan(0);
    });

    it('shows reason and advice in a repository that is not allowed, and nothing reaches the vendor', async () => {
      const said = await saying(client, governed.keys.unlisted);
      let shown = '';
      const entries = await added(async () => {
        shown = await governed.untouched(async () => {
          const { gateway, keys } = governed;
          const remote = 'git@github.com:acme/skunkworks.git';
          return (await run(client, { gateway, key: keys.unlisted, remote, prompt })).shown;
        });
      });
      expect(shown).toContain('repository.allowlist');
      expect(plain(shown)).toContain(said);
      const decisions = entries.filter((line) => line.kind === 'decision');
      expect(decisions.length).toBeGreaterThan(0);
      for (const line of decisions) {
        expect(line.decision).toBe('deny');
        expect(line.policyIds).toContain('repository.allowlist');
      }
    });

    it('shows the reason for an engineer whom the stage does not include', async () => {
      const shown = await governed.untouched(async () => {
        const { gateway, keys } = governed;
        return (await run(client, { gateway, key: keys.outsideStage, remote: allowedRemote, prompt })).shown;
      });
      expect(shown).toContain('stage.not-included');
    });
  });
}

describe('a claim that contradicts the key', () => {
  const forged = ['x-fairlead-repository', 'github.com/acme/skunkworks'] as const;

  for (const client of [clients.claude, clients.codex]) {
    it.skipIf(missing(client))(`in a header that ${client.name} was told to send is refused`, async () => {
      const shown = await governed.untouched(async () => {
        const { gateway, keys } = governed;
        const session = { gateway, key: keys.allowed, remote: allowedRemote, prompt, header: forged };
        return (await run(client, session)).shown;
      });
      expect(shown).toContain('repository.mismatch');
    });
  }

  it.skipIf(missing(clients.codex))('in the git remote that Codex reports is refused', async () => {
    const entries = await added(async () => {
      const shown = await governed.untouched(async () => {
        const { gateway, keys } = governed;
        const remote = 'https://github.com/acme/skunkworks.git';
        return (await run(clients.codex, { gateway, key: keys.allowed, remote, prompt })).shown;
      });
      expect(shown).toContain('repository.mismatch');
    });
    const decision = entries.find((line) => line.kind === 'decision');
    expect(decision).toMatchObject({ decision: 'deny', repositoryEvidence: 'codex' });
    expect(decision?.policyIds).toContain('repository.mismatch');
  });
});

describe('after all of it', () => {
  it('the ledger verifies beside the running server', async () => {
    const { code, report } = await verifyLedger(governed.app.dataDir);
    expect({ code, ok: report.ok, problems: report.problems }).toEqual({ code: 0, ok: true, problems: [] });
  });
});
