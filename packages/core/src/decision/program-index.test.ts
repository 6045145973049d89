import { describe, expect, it } from 'vitest';
import { indexProgram } from './program-index.ts';
import { program } from './testing/fixtures.ts';

const index = indexProgram(program);

describe('the index of a program', () => {
  it('finds people with all their teams and roles', () => {
    expect(index.teamsOf('both')).toEqual(['payments', 'search']);
    expect(index.rolesOf('both')).toEqual(['auditor', 'engineer']);
    expect([index.kindOf('bot'), index.kindOf('dana')]).toEqual(['service', 'human']);
  });

  it('knows nothing of people the program does not have', () => {
    for (const id of ['nobody', 'constructor', '__proto__', '']) {
      expect([index.teamsOf(id), index.rolesOf(id), index.kindOf(id)]).toEqual([[], [], null]);
    }
  });

  it('finds a repository by its name and its earlier names', () => {
    expect(index.repository('github.com/acme/old-api')).toBe(index.repository('github.com/acme/api'));
    expect(index.repository('github.com/acme/none')).toBeUndefined();
  });

  it('finds the vendors of a model by dialect', () => {
    const ids = (model: string, dialect: 'openai' | 'anthropic') =>
      index.vendorsOf(model, dialect).map((vendor) => vendor.id);
    expect(ids('m', 'openai')).toEqual(['north']);
    expect(ids('m', 'anthropic')).toEqual(['west']);
    expect(ids('both', 'openai')).toEqual(['north', 'south']);
    expect(ids('nope', 'openai')).toEqual([]);
    // A model of a vendor that the program does not have has nowhere to go.
    expect(ids('orphan', 'openai')).toEqual([]);
  });

  it('tells the listings of one model at two vendors apart', () => {
    expect(index.model('north', 'both')?.capabilities).toEqual(['chat']);
    expect(index.model('south', 'both')?.capabilities).toEqual(['agent']);
    expect(index.model('west', 'both')).toBeUndefined();
    expect(index.vendor('west')?.dialect).toBe('anthropic');
  });
});

describe('stages', () => {
  it('include the teams of earlier stages, whatever the order in the file', () => {
    const teams = (currentStage: string) =>
      [...indexProgram({ ...program, currentStage }).includedTeams].sort();
    expect(teams('pilot')).toEqual(['payments']);
    expect(teams('wide')).toEqual(['payments', 'search']);
    expect(teams('all')).toEqual(['late', 'payments', 'search']);
  });

  it('bring a team with the first later stage that names it', () => {
    expect(index.stageBringing('search')).toBe('wide');
    expect(index.stageBringing('late')).toBe('all');
    expect(index.stageBringing('payments')).toBeNull();
    expect(index.stageBringing('unheard-of')).toBeNull();
  });

  it('refuse a program whose stage in force does not exist', () => {
    expect(() => indexProgram({ ...program, currentStage: 'moon' })).toThrow(
      expect.objectContaining({ code: 'program.invalid', message: expect.stringContaining('moon') }),
    );
  });
});
