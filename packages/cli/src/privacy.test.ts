import { isPrivacyClass } from '@fairlead/core/privacy';
import { describe, expect, it } from 'vitest';
import { commandPrivacy, optionPrivacy } from './privacy.ts';
import { allCommands } from './testing/commands.ts';

const names = [...allCommands().keys()];

describe('what a command prints of people', () => {
  it('is said of every command, and of none that is not there', () => {
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((name) => !isPrivacyClass(commandPrivacy[name]))).toEqual([]);
    expect(Object.keys(commandPrivacy).filter((name) => !names.includes(name))).toEqual([]);
  });

  it('is said of options of commands that are there', () => {
    const known = (option: string) => names.some((name) => option.startsWith(`${name} --`));
    expect(Object.keys(optionPrivacy).filter((option) => !known(option))).toEqual([]);
  });
});
