import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type SampleVendor,
  startSampleVendor,
} from '../../packages/server/src/features/demo/sample-vendor.ts';
import { type Developer, enrolmentCode, newDeveloper } from '../support/developer.ts';
import { fairlead, type LedgerLine } from '../support/fairlead.ts';
import { type Governed, startGoverned } from '../support/governed.ts';
import { type Behaviour, pause, relayTo } from '../support/stub-upstream.ts';
import { binOf, clients, missing } from './clients.ts';
import { slowVendor } from './slow-vendor.ts';

const payments = 'git@github.com:acme/payments-api.git';
const prompt = 'Please run a harmless command with the shell and tell me what it printed.';
const lifeSeconds = 6;
let sample: SampleVendor;
let governed: Governed;
let relay: Behaviour;

/** The real assistants as `fairlead run` starts them, headless. */
const assistants = [
  {
    client: clients.claude,
    assistant: 'claude-code',
    args: (text: string) => ['claude', '-p', text, '--allowedTools', 'Bash Read', '--output-format', 'json'],
  },
  {
    client: clients.codex,
    assistant: 'codex',
    args: (text: string) => ['codex', 'exec', '--sandbox', 'workspace-write', text],
  },
  {
    client: clients.copilotChat,
    assistant: 'copilot-cli',
    args: (text: string) => ['copilot', '-p', text, '--allow-all-tools'],
  },
] as const;

const absent = assistants.flatMap(({ client }) => missing(client) ?? []);
for (const reason of absent) process.stderr.write(`SKIPPED lane: assistants: ${reason}\n`);

beforeAll(async () => {
  sample = await startSampleVendor();
  relay = relayTo(sample.url);
  governed = await startGoverned(relay, { args: ['--token-life', String(lifeSeconds)] });
});
afterAll(async () => {
  await governed.close();
  await sample.close();
});
beforeEach(() => {
  governed.stub.reset();
  governed.stub.behave(relay);
});

/** A machine that was enrolled for this person, with one assistant on it. */
async function machineOf(
  cli: (typeof assistants)[number]['client']['cli'],
  principal = 'dana.moss',
): Promise<Developer> {
  const developer = newDeveloper([binOf(cli)]);
  await developer.enroll(governed.app, await enrolmentCode(governed.app, '--principal', principal));
  return developer;
}

async function decisions(steps: () => Promise<void>): Promise<readonly LedgerLine[]> {
  const size = (await governed.app.entries()).length;
  await steps();
  return (await governed.app.entries()).slice(size).filter(({ kind }) => kind === 'decision');
}

for (const { client, assistant, args } of assistants) {
  describe.skipIf(missing(client))(`fairlead run -- ${client.cli}`, () => {
    it('works in a granted repository after one enrolment, with a tool call', async () => {
      const developer = await machineOf(client.cli);
      const added = await decisions(async () => {
        const ran = await developer.run(developer.repository(payments), ['--', ...args(prompt)]);
        expect(ran.code, ran.stdout + ran.stderr).toBe(0);
        expect(ran.stdout).toContain('fairlead-sample-tool-ran');
      });
      expect(added.length).toBeGreaterThanOrEqual(2);
      for (const line of added) {
        expect(line).toMatchObject({
          decision: 'allow',
          repository: 'github.com/acme/payments-api',
          repositoryEvidence: 'claim',
          assistant: { name: assistant },
        });
      }
      for (const seen of governed.stub.calls) expect(seen.rawHeaders.join('\n')).not.toContain('fla_');
      expect(readdirSync(join(developer.home, 'tmp')).filter((name) => name.startsWith('fairlead-'))).toEqual(
        [],
      );
    });

    it('goes on beyond the life of its token', async () => {
      const developer = await machineOf(client.cli);
      governed.stub.behave(slowVendor(lifeSeconds + 2, 2));
      const added = await decisions(async () => {
        const ran = await developer.run(developer.repository(payments), ['--', ...args('Wait a while.')]);
        expect(ran.code, ran.stdout + ran.stderr).toBe(0);
        expect(ran.stdout).toContain('finished');
      });
      expect(new Set(added.map(({ tokenId }) => tokenId)).size).toBeGreaterThanOrEqual(3);
    });

    it('stops when its device is revoked, and nothing more reaches the vendor', async () => {
      const developer = await machineOf(client.cli);
      governed.stub.behave(slowVendor(3, 5));
      const first = governed.stub.nextCall();
      const started = developer.start(developer.repository(payments), ['--', ...args('Wait a while.')]);
      await first;
      const { stdout } = await fairlead([
        'device',
        'list',
        '--data',
        governed.app.dataDir,
        '--format',
        'json',
      ]);
      const { id } = JSON.parse(stdout.split('\n')[0] ?? '');
      await pause(500);
      expect((await fairlead(['device', 'revoke', id, '--data', governed.app.dataDir])).code).toBe(0);
      const arrived = governed.stub.arrived();
      // Longer than its tool waits: its next call is due. How long it tries again is the assistant's own affair.
      await pause(8_000);
      expect(governed.stub.arrived()).toBe(arrived);
      await started.stop();
    });

    it('works with one token for the session, too', async () => {
      const developer = await machineOf(client.cli);
      const added = await decisions(async () => {
        const home = developer.repository(payments);
        const ran = await developer.run(home, ['--no-helper', '--', ...args(prompt)]);
        expect(ran.code, ran.stdout + ran.stderr).toBe(0);
        expect(ran.stdout).toContain('fairlead-sample-tool-ran');
      });
      expect(new Set(added.map(({ tokenId }) => tokenId)).size).toBe(1);
    });
  });
}

describe.skipIf(missing(clients.claude))('what a working copy and its user set', () => {
  it('a remote changed to a granted repository is a claim, to another it is refused', async () => {
    const developer = await machineOf('claude');
    const home = developer.repository(payments);
    const rest = ['-p', 'Say hello.', '--output-format', 'json'];
    developer.git(home, 'remote', 'set-url', 'origin', 'git@github.com:acme/shared-libs.git');
    const added = await decisions(async () => {
      expect((await developer.run(home, ['--', 'claude', ...rest])).code).toBe(0);
    });
    expect(added[0]).toMatchObject({
      repository: 'github.com/acme/shared-libs',
      repositoryEvidence: 'claim',
    });
    developer.git(home, 'remote', 'set-url', 'origin', 'git@github.com:acme/skunkworks.git');
    await governed.untouched(async () => {
      const ran = await developer.run(home, ['--', 'claude', ...rest]);
      expect(ran.code).toBe(1);
      expect(ran.stderr).toContain('repository.allowlist');
    });
  });

  it('settings of the user’s own that name another vendor and credential do not win', async () => {
    const developer = await machineOf('claude');
    mkdirSync(join(developer.home, '.claude'));
    const env = {
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
      ANTHROPIC_AUTH_TOKEN: 'mine',
      ANTHROPIC_API_KEY: 'mine',
    };
    const settings = join(developer.home, '.claude', 'settings.json');
    writeFileSync(settings, JSON.stringify({ env }));
    const ran = await developer.run(
      developer.repository(payments),
      ['--', 'claude', '-p', 'Say hello.'],
      env,
    );
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(governed.stub.calls.length).toBeGreaterThan(0);
    for (const seen of governed.stub.calls) expect(seen.rawHeaders.join('\n')).not.toContain('mine');
  });
});
