/* Whatever a command writes as JSON is published as a schema, written through one function, and held to a real output. */
import { commandOutputs } from '@fairlead/core/outputs';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { allCommands } from '../../packages/cli/src/testing/commands.ts';
import { readSources } from './sources.ts';

const commands = allCommands();
const outputs = Object.entries(commandOutputs);
const published = outputs.flatMap(([, output]) => output.commands);

/** `key list` of `key list --format json`, `policy explain` of `policy explain OP --format json`. */
function nameOf(command: string): string {
  const words = command.split(' ');
  const end = words.findIndex((word) => !/^[a-z]+(?:-[a-z]+)*$/.test(word));
  return words.slice(0, end === -1 ? undefined : end).join(' ');
}

function writesJson(command: Command): boolean {
  return command.options.some(
    ({ long, argChoices }) => long === '--json' || (long === '--format' && argChoices?.includes('json')),
  );
}

describe('JSON that commands write', () => {
  it('has a published schema, whichever command has an option for it', () => {
    const withOption = [...commands].filter(([, command]) => writesJson(command)).map(([name]) => name);
    const asked = published.filter((one) => /--format json|--json/.test(one)).map(nameOf);
    expect(withOption.length).toBeGreaterThan(25);
    expect([...new Set(asked)].sort()).toEqual(withOption.sort());
  });

  it('is asked for by `--format json`, but for the line of a server that is ready', () => {
    const others = [...commands].filter(([, command]) =>
      command.options.some(({ long }) => long === '--json'),
    );
    expect(others.map(([name]) => name).sort()).toEqual(['demo', 'up']);
  });

  it('has no schema of a command or an option that is not there', () => {
    const unknown = published.filter((one) => {
      const long = / (--[a-z-]+)/.exec(one)?.[1];
      const command = commands.get(nameOf(one));
      return (
        command === undefined ||
        (long !== undefined && !command.options.some((option) => option.long === long))
      );
    });
    expect(unknown).toEqual([]);
  });

  it('is written by one module, which the compiler holds to the schemas', () => {
    const sources = readSources(['packages/cli/src'], ['.ts']).filter(
      ({ path }) => !path.endsWith('.test.ts'),
    );
    const writers = sources.filter(
      ({ path, text }) => !path.includes('/src/run/') && text.includes('JSON.stringify('),
    );
    expect(writers.map(({ path }) => path)).toEqual([
      // The schemas themselves.
      'packages/cli/src/commands/starter.ts',
      'packages/cli/src/output.ts',
    ]);
    const used = sources.flatMap(({ text }) =>
      [...text.matchAll(/\b(?:writeOutput|writeJson|jsonLine)\(\s*'([a-z-]+)'/g)].map(([, name]) => name),
    );
    expect(used.length).toBeGreaterThan(25);
  });

  it('is held to a real output by a test, every one of them', () => {
    const tests = readSources(['packages', 'test'], ['.test.ts']);
    const held = tests.flatMap(({ text }) =>
      [...text.matchAll(/\bexpectPublished(?:<[^(]*>)?\(\s*'([a-z-]+)'/g)].map(([, name]) => name),
    );
    expect(outputs.map(([name]) => name).filter((name) => !held.includes(name))).toEqual([]);
  });
});
