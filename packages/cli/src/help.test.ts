import { describe, expect, it } from 'vitest';
import { allCommands } from './testing/commands.ts';

describe('help', () => {
  const texts = [...allCommands()].map(([name, command]) => [name, command.helpInformation()] as const);

  it('shows no default that says nothing', () => {
    const empty = texts.filter(([, text]) => /default:\s+(?:\[\]|\{\}|""|false)/.test(text));
    expect(empty.map(([name]) => name)).toEqual([]);
  });

  it('shows those that say something', () => {
    const demo = texts.find(([name]) => name === 'demo')![1].replaceAll(/\s+/g, ' ');
    expect(demo).toContain('(default: 7420)');
    expect(demo).toContain('(default: ".fairlead")');
    const issue = texts.find(([name]) => name === 'key issue')![1].replaceAll(/\s+/g, ' ');
    expect(issue).toContain('(default: in 30d)');
    expect(issue).toContain('(choices: "text", "json", default: "text")');
  });
});
