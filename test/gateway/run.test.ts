import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, routes } from '../support/calls.ts';
import { type Developer, enrolmentCode, newDeveloper } from '../support/developer.ts';
import { fairlead } from '../support/fairlead.ts';
import type { Governed } from '../support/governed.ts';
import { filesContaining } from '../support/grep.ts';
import { expectPublished } from '../support/published.ts';
import { lifeSeconds, loginOf, payments, type Runs, startRuns } from '../support/runs.ts';
import { callsOf } from '../support/stand-ins.ts';
import { respond } from '../support/stub-upstream.ts';

const clients = ['claude', 'codex', 'copilot'] as const;
const assistants = { claude: 'claude-code', codex: 'codex', copilot: 'copilot-cli' };
let runs: Runs;
let governed: Governed;
let dana: Developer;
let home: string;

beforeAll(async () => {
  runs = await startRuns();
  ({ governed } = runs);
  dana = await runs.enrolled();
  home = dana.repository(payments);
});
afterAll(() => governed.close());
beforeEach(() => {
  governed.stub.reset();
  governed.stub.behave(respond(200, { 'content-type': 'application/json' }, '{}'));
});

describe('the demo', () => {
  it('says on its ready line what its schema says', () => {
    expectPublished('ready', JSON.stringify(governed.app.ready));
  });
});

describe('enrolment', () => {
  it('keeps one login, for its owner alone, and a code works once', async () => {
    const code = await enrolmentCode(governed.app, '--principal', 'dana.moss');
    const other = newDeveloper([]);
    await other.enroll(governed.app, code);
    expect(statSync(other.logins).mode & 0o777).toBe(0o600);
    expect(statSync(join(other.home, '.config', 'fairlead')).mode & 0o777).toBe(0o700);
    const again = await fairlead(['enroll', '--server', governed.app.ready.console, '--code', code], {
      env: { HOME: other.home },
    });
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('identity.code-invalid');
    const listed = await fairlead(['device', 'list', '--data', governed.app.dataDir, '--format', 'json']);
    const rows = listed.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows).toContainEqual(
      expect.objectContaining({ id: loginOf(other).deviceId, name: 'test laptop', state: 'live' }),
    );
    expect(listed.stdout).not.toMatch(/fl[cd]_/);
  });

  it('sends no login in the clear, and refuses a file of logins that others can read', async () => {
    const other = newDeveloper([]);
    const env = { HOME: other.home };
    const clear = await fairlead(['enroll', '--server', 'http://fairlead.acme.example', '--code', 'x'], {
      env,
    });
    expect(clear).toMatchObject({ code: 2 });
    expect(clear.stderr).toContain('run.server-insecure');
    await other.enroll(governed.app, await enrolmentCode(governed.app, '--principal', 'dana.moss'));
    chmodSync(other.logins, 0o644);
    const ran = await other.run(other.repository(payments), ['--', 'claude']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('run.login-unusable');
  });

  it('is needed', async () => {
    const stranger = newDeveloper([]);
    const ran = await stranger.run(stranger.repository(payments), ['--', 'claude']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('run.not-enrolled');
    expect(ran.stderr).toContain('fairlead enroll --server');
  });
});

describe.each(clients)('fairlead run -- %s', (client) => {
  it('needs no other set-up, and leaves nothing behind', async () => {
    let token = '';
    const added = await runs.decisions(async () => {
      const ran = await dana.run(home, ['--', client, 'calls', '2', 'exit', '7']);
      const calls = callsOf(ran.stdout);
      expect(
        calls.map(({ status }) => status),
        ran.stdout + ran.stderr,
      ).toEqual([200, 200]);
      expect(ran.code).toBe(7);
      token = calls[0]?.token ?? '';
    });
    expect(token).toMatch(/^fla_eyJ/);
    expect(added).toHaveLength(2);
    for (const line of added) {
      expect(line).toMatchObject({
        decision: 'allow',
        repository: 'github.com/acme/payments-api',
        repositoryEvidence: 'claim',
        assistant: { name: assistants[client] },
        keyId: loginOf(dana).deviceId,
        tokenId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    }
    for (const seen of governed.stub.calls) expect(seen.rawHeaders.join('\n')).not.toContain('fla_');
    expect(readdirSync(join(dana.home, 'tmp'))).toEqual([]);
    expect(readdirSync(dana.home).filter((name) => name.startsWith('.'))).toEqual(['.config']);
    expect(filesContaining(dana.home, [token])).toEqual([]);
    expect(filesContaining(governed.app.dataDir, [token, loginOf(dana).login])).toEqual([]);
    expect(governed.app.stderr()).not.toContain('fla_');
  });

  it('works on beyond the life of a token, with a new one', async () => {
    const added = await runs.decisions(async () => {
      const ran = await dana.run(home, [
        '--',
        client,
        'calls',
        '5',
        'every',
        String((lifeSeconds * 1_000) / 3),
      ]);
      expect(
        callsOf(ran.stdout).map(({ status }) => status),
        ran.stdout,
      ).toEqual([200, 200, 200, 200, 200]);
    });
    expect(new Set(added.map(({ tokenId }) => tokenId)).size).toBeGreaterThan(1);
  }, 180_000);

  it('is refused in a repository that is not granted, with reason and advice, before it starts', async () => {
    const elsewhere = dana.repository('git@github.com:acme/web-shop.git');
    await governed.untouched(async () => {
      const ran = await dana.run(elsewhere, ['--', client, 'calls', '1']);
      expect(ran).toMatchObject({ code: 1, stdout: '' });
      expect(ran.stderr).toContain('identity.repository-not-granted');
      expect(ran.stderr).toContain('github.com/acme/web-shop');
      expect(ran.stderr).toContain('teams.yaml');
    });
  });

  it('works without a helper too, with a token that ends with the run', async () => {
    const ran = await dana.run(home, ['--no-helper', '--', client, 'calls', '2', 'every', '100']);
    const [first, second] = callsOf(ran.stdout);
    expect([first?.status, second?.status], ran.stdout + ran.stderr).toEqual([200, 200]);
    expect(first?.token).toBe(second?.token);
    const replayed = await call(governed.gateway, routes.chat, first?.token ?? '', routes.chat.body('Hi'));
    expect(replayed.status).toBe(401);
  });
});

describe('a login that was narrowed to one repository', () => {
  it('says the repository itself, and opens no other', async () => {
    const bound = await runs.enrolled('dana.moss', '--repository', 'acme/payments-api');
    const added = await runs.decisions(async () => {
      const ran = await bound.run(bound.repository(payments), ['--', 'copilot']);
      expect(callsOf(ran.stdout)[0]?.status, ran.stderr).toBe(200);
    });
    expect(added[0]).toMatchObject({ repositoryEvidence: 'token' });
    const other = await bound.run(bound.repository('git@github.com:acme/shared-libs.git'), ['--', 'copilot']);
    expect(other.stderr).toContain('identity.repository-not-granted');
  });
});
