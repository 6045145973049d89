import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTracked, root } from './sources.ts';

interface LockFile {
  readonly packages: Readonly<
    Record<
      string,
      {
        readonly resolved?: string;
        readonly integrity?: string;
        readonly link?: boolean;
        readonly hasInstallScript?: boolean;
      }
    >
  >;
}

const lock: LockFile = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const installed = Object.entries(lock.packages).filter(
  ([path, { link }]) => path.includes('node_modules/') && link !== true,
);
const tracked = readTracked();
if (tracked === null)
  process.stderr.write('SKIPPED: not a git checkout, so the tracked files cannot be listed\n');

describe('the lock file', () => {
  it('names no registry: a clone installs from whichever one it is told to', () => {
    expect(installed.length).toBeGreaterThan(50);
    expect(installed.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
  });

  it('fixes the content of every package', () => {
    expect(
      installed
        .filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true)
        .map(([path]) => path),
    ).toEqual([]);
  });

  it('is used with install scripts off', () => {
    const settings = readFileSync(join(root, '.npmrc'), 'utf8').split('\n');
    expect(settings).toContain('ignore-scripts=true');
    expect(settings).toContain('omit-lockfile-registry-resolved=true');
    expect(
      settings.filter((line) => /registry\s*=|_auth|\/\//.test(line) && !line.startsWith('omit-lockfile')),
    ).toEqual([]);
  });
});

describe.skipIf(tracked === null)('the tracked files', () => {
  const files = tracked ?? [];

  it('are read', () => {
    expect(files.length).toBeGreaterThan(50);
  });

  it('name no path of one machine', () => {
    // Assembled here, so that this file doesn't find itself. `/root/` and the like only where a path can begin.
    const homes = ['work', 'root', 'Users/[a-z]', 'home/(?!dev\\b|user\\b)[a-z]'].join('|');
    const pattern = new RegExp(`(?:^|[\\s"'\`(=:,\\[])/(?:${homes})/`);
    const found = files.flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) =>
          pattern.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 120)}`] : [],
        ),
    );
    expect(found.filter((line) => !line.startsWith('test/architecture/hygiene.test.ts'))).toEqual([]);
  });
});
