import { describe, expect, it } from 'vitest';
import { delivery } from './delivery.ts';

describe('the people of the facts', () => {
  it.each([
    [181, 12, '12 of their logins are missing in teams.yaml.'],
    [2, 1, '1 of their logins is missing in teams.yaml.'],
    [181, 0, 'teams.yaml lists every login.'],
    [1, 0, '1 person in the facts'],
    [0, 0, 'There is nobody in the facts yet.'],
  ])('%i, %i of them listed nowhere, are counted in words that fit', (known, unmapped, text) => {
    expect(delivery.health.peopleText(known, unmapped)).toContain(text);
  });
});
