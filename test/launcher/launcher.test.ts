import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInstallation, nodePackage, oldNode, root, runBare } from './installation.ts';

const { isSuitable } = createRequire(import.meta.url)(join(root, 'bin/own-node.js')) as {
  isSuitable(version: string): boolean;
};
const oldVersion =
  oldNode === null ? null : execFileSync(oldNode, ['--version'], { encoding: 'utf8' }).trim();
const canTestOld = oldNode !== null && oldVersion !== null && !isSuitable(oldVersion);
if (!canTestOld) {
  process.stderr.write(
    `SKIPPED: no Node older than 22.22.2 in /usr/bin (found ${oldVersion ?? 'none'}), so re-executing is not tried\n`,
  );
}

const report = `const told: Record<string, unknown> = { version: process.versions.node, args: process.argv.slice(2), cwd: process.cwd() };
process.stdout.write(JSON.stringify(told));`;

describe('which Node is new enough', () => {
  it.each(['22.22.2', '22.22.10', '22.23.0', '24.15.0', '24.21.0', '25.0.0', '26.1.0', 'v24.15.0'])(
    '%s is',
    (version) => {
      expect(isSuitable(version)).toBe(true);
    },
  );
  it.each(['18.20.0', '20.20.2', '22.22.1', '22.9.9', '23.11.0', '24.14.9', '24.15.0-nightly', '', 'latest'])(
    '%s is not',
    (version) => {
      expect(isSuitable(version)).toBe(false);
    },
  );
});

describe('the launcher in a Node that is new enough', () => {
  let folder = '';
  beforeAll(() => {
    folder = createInstallation({ entry: report });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('runs the entry in that same process', async () => {
    const { stdout, code } = await runBare([join(folder, 'bin/fairlead'), 'a'], {
      cwd: folder,
      path: [dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ version: process.versions.node, args: ['a'], cwd: folder });
  });

  it('says in one line what is wrong with an entry that cannot load', async () => {
    const broken = createInstallation({ entry: "import './not-there.ts';" });
    const ended = await runBare([process.execPath, join(broken, 'bin/fairlead')], { cwd: broken });
    rmSync(broken, { recursive: true, force: true });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^fairlead: could not start: .*not-there/);
  });
});

describe.skipIf(!canTestOld || nodePackage === undefined)(
  'the launcher with only an old Node on the PATH',
  () => {
    let elsewhere = '';
    const made: string[] = [];
    const install = (entry: string | null, options = {}): string => {
      const folder = createInstallation({ entry, ...options });
      made.push(folder);
      return folder;
    };
    beforeAll(() => {
      elsewhere = realpathSync(mkdtempSync(join(tmpdir(), 'somebody-elses-repository-')));
      execFileSync('git', ['init', '-q', elsewhere]);
      made.push(elsewhere);
    });
    afterAll(() => {
      for (const folder of made) rmSync(folder, { recursive: true, force: true });
    });

    it("runs in the installation's own Node, in the caller's folder, with the caller's arguments", async () => {
      const folder = install(report);
      const { stdout, code, stderr } = await runBare(
        [join(folder, 'bin/fairlead'), 'x', '--y=z', 'a b', ''],
        { cwd: elsewhere },
      );
      expect(stderr).toBe('');
      expect(code).toBe(0);
      const told = JSON.parse(stdout);
      expect(told).toMatchObject({ args: ['x', '--y=z', 'a b', ''], cwd: elsewhere });
      expect(isSuitable(told.version)).toBe(true);
    });

    it('works through symbolic links, as in node_modules/.bin and on the PATH', async () => {
      const folder = install(report);
      mkdirSync(join(elsewhere, 'bin'), { recursive: true });
      symlinkSync(join(folder, 'bin/fairlead'), join(folder, 'node_modules/fairlead'));
      symlinkSync(join(folder, 'node_modules/fairlead'), join(elsewhere, 'bin/fairlead'));
      const { stdout, code } = await runBare(['/usr/bin/env', 'fairlead', 'x'], {
        cwd: elsewhere,
        path: [join(elsewhere, 'bin'), '/usr/bin', '/bin'].join(delimiter),
      });
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ args: ['x'], cwd: elsewhere });
    });

    it('passes stdin, stderr and the exit code through', async () => {
      const folder = install(
        "process.stdin.on('data', (d) => process.stderr.write(d)).on('end', () => process.exit(7));",
      );
      const ended = await runBare([join(folder, 'bin/fairlead')], { cwd: elsewhere, stdin: 'hello' });
      expect(ended).toMatchObject({ code: 7, signal: null, stderr: 'hello', stdout: '' });
    });

    it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
      'passes %s on, and waits for the answer',
      async (signal) => {
        const folder = install(`process.on('${signal}', () => setTimeout(() => process.exit(5), 100));
      setTimeout(() => process.exit(9), 10_000); process.stdout.write('ready');`);
        const ended = await runBare([join(folder, 'bin/fairlead')], {
          cwd: elsewhere,
          onOutput: (kill) => kill(signal),
        });
        expect(ended).toMatchObject({ code: 5, signal: null });
      },
    );

    it('stops the command as SIGTERM would when it is killed itself', async () => {
      const folder = install(`process.on('SIGTERM', (name) => {
        process.stdout.write(' stopping on ' + name);
        setTimeout(() => { process.stdout.write(', stopped'); process.exit(0); }, 200);
      });
      setTimeout(() => process.exit(9), 100_000); process.stdout.write('ready');`);
      // It ends when nobody has its stdout open any more.
      const ended = await runBare([join(folder, 'bin/fairlead')], {
        cwd: elsewhere,
        onOutput: (kill) => kill('SIGKILL'),
      });
      expect(ended).toEqual({
        code: null,
        signal: 'SIGKILL',
        stdout: 'ready stopping on SIGTERM, stopped',
        stderr: '',
      });
    });

    it('ends a command that stops in no way of its own when it is killed itself', async () => {
      const folder = install(
        "setTimeout(() => process.stdout.write(' late'), 100_000); process.stdout.write('ready');",
      );
      const ended = await runBare([join(folder, 'bin/fairlead')], {
        cwd: elsewhere,
        onOutput: (kill) => kill('SIGKILL'),
      });
      expect(ended).toMatchObject({ signal: 'SIGKILL', stdout: 'ready' });
    });

    it('leaves nothing of its own in the environment', async () => {
      const folder = install(
        'process.stdout.write(Object.keys(process.env).filter((name) => /FAIRLEAD|NODE_CHANNEL/.test(name)).join());',
      );
      expect(await runBare([join(folder, 'bin/fairlead')], { cwd: elsewhere })).toMatchObject({
        code: 0,
        stdout: '',
      });
    });

    it.each(['SIGTERM', 'SIGINT'] as const)('ends by %s when the command does', async (signal) => {
      const folder = install("setTimeout(() => process.exit(9), 10_000); process.stdout.write('ready');");
      const ended = await runBare([join(folder, 'bin/fairlead')], {
        cwd: elsewhere,
        onOutput: (kill) => kill(signal),
      });
      expect(ended).toMatchObject({ code: null, signal });
    });

    it('ends by SIGKILL when the command does', async () => {
      const folder = install("process.kill(process.pid, 'SIGKILL');");
      expect(await runBare([join(folder, 'bin/fairlead')], { cwd: elsewhere })).toMatchObject({
        code: null,
        signal: 'SIGKILL',
      });
    });

    const refusals: readonly (readonly [string, string | null, object, RegExp])[] = [
      ['before npm ci', report, { installed: false }, /dependencies are not installed: run "npm ci" in /],
      [
        'without its own Node',
        report,
        { withNode: false },
        /too old .*run "npm ci" in .*without --omit=optional/,
      ],
      ['without its entry', null, {}, /is incomplete/],
      ['with an entry that cannot load', "import './not-there.ts';", {}, /could not start: .*not-there/],
    ];
    it.each(refusals)(
      'says what is missing, in one line and with exit code 2: %s',
      async (_, entry, options, wanted) => {
        const ended = await runBare([join(install(entry, options), 'bin/fairlead')], { cwd: elsewhere });
        expect(ended).toMatchObject({ code: 2, stdout: '' });
        expect(ended.stderr).toMatch(wanted);
        expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
      },
    );
  },
);
