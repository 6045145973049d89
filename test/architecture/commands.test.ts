// What the pages tell people to type: each command is there, with its options, and what README says is shown by a test that
// there is.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { allCommands } from '../../packages/cli/src/testing/commands.ts';
import { readTracked, root } from './sources.ts';

const tracked = readTracked() ?? [];
const pages = tracked.filter(({ path }) =>
  /^(?:README|CONTRIBUTING|SECURITY|docs\/(?!adr\/).*)\.?m?d?$/.test(path),
);
const commands = allCommands();
const groups = new Set(
  [...commands.keys()].flatMap((name) => (name.includes(' ') ? name.split(' ')[0] : [])),
);

interface Typed {
  readonly path: string;
  readonly text: string;
}

/** Everything in code that begins with `fairlead`, one each; a line that goes on in the next is one. */
function typed(): readonly Typed[] {
  return pages.flatMap(({ path, text }) => {
    const blocks = [...text.matchAll(/^```(?:sh|bash).*\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
      block.replaceAll('\\\n', ' ').split('\n'),
    );
    const inline = [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`]+)`/g)].map(
      ([, code = '']) => code.replaceAll(/\s+/g, ' '),
    );
    return [...blocks, ...inline].flatMap((line) => {
      const found = /(?:^|[ =])(?:bin\/)?fairlead (.*)/.exec(line.replace(/ #.*/, ''));
      return found === null ? [] : [{ path, text: found[1] as string }];
    });
  });
}

/** The command that is meant, as far as its name goes; null where there is none. */
function commandOf(text: string): Command | 'group' | null {
  const words = text.split(/[ |]/);
  const found = [3, 2, 1].map((length) => commands.get(words.slice(0, length).join(' '))).find(Boolean);
  if (found !== undefined) return found;
  return groups.has(words[0] ?? '') && (words.length === 1 || !/^[a-z]/.test(words[1] ?? ''))
    ? 'group'
    : null;
}

describe.skipIf(pages.length === 0)('what the pages tell people to type', () => {
  // `credential` is the launcher's own: what an assistant calls before its requests.
  const all = typed().filter(({ text }) => !/^(?:--help|COMMAND|…|credential )/.test(text));

  it('are commands that there are', () => {
    expect(all.length).toBeGreaterThan(100);
    expect(all.filter(({ text }) => commandOf(text) === null)).toEqual([]);
  });

  it('have options that these have', () => {
    const unknown = all.flatMap(({ path, text }) => {
      const command = commandOf(text);
      if (command === null || command === 'group') return [];
      const known = new Set(['--help', ...command.options.map(({ long }) => long)]);
      const given = (text.split(' -- ')[0] as string).match(/(?<![\w-])--[a-z][a-z-]*/g) ?? [];
      return given.filter((option) => !known.has(option)).map((option) => `${path}: ${text}: ${option}`);
    });
    expect(unknown).toEqual([]);
  });
});

describe.skipIf(pages.length === 0)('what README says', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const shown = [...readme.matchAll(/^\| [^|]+ \| `((?:npx vitest|bash \.ci\/run|npm run)[^`]+)` \|$/gm)].map(
    ([, command]) => command as string,
  );

  it('is shown by tests that there are', () => {
    expect(shown.length).toBeGreaterThan(20);
    const tests = tracked.map(({ path }) => path).filter((path) => path.endsWith('.test.ts'));
    const lost = shown.flatMap((command) => {
      const [isTest, config = '', filters = ''] =
        /^npx vitest run(?: --config (\S+))?(?: ([^-].*))?$/.exec(command) ?? [];
      if (isTest === undefined) return command.startsWith('npx ') ? [command] : [];
      if (config !== '' && !existsSync(join(root, config))) return [command];
      const folder = config === 'test/vitest.config.ts' ? 'test/gateway' : config.replace(/\/[^/]+$/, '');
      const within = tests.filter((path) => path.startsWith(folder));
      return filters.split(' ').filter((filter) => !within.some((path) => path.includes(filter)));
    });
    expect(lost).toEqual([]);
  });

  it('is shown by lanes that there are', () => {
    const lanes =
      /^all=\(([^)]+)\)/m.exec(readFileSync(join(root, '.ci/run'), 'utf8'))?.[1]?.split(' ') ?? [];
    const named = shown.flatMap((command) => /^bash \.ci\/run (\w+)/.exec(command)?.[1] ?? []);
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((lane) => !lanes.includes(lane))).toEqual([]);
  });
});
