import { describe, expect, it } from 'vitest';
import { fairleadFile } from './fairlead.ts';

const file = (more: object) => ({
  organisation: { id: 'acme', name: 'Acme', defaultHost: 'github.com' },
  vendors: {},
  ...more,
});

describe('what comes late', () => {
  it('is counted at once unless the organisation says monthly', () => {
    expect(fairleadFile.parse(file({})).delivery.lateFacts).toBe('at_once');
    const own = { delivery: { lateFacts: 'monthly' } };
    expect(fairleadFile.parse(file(own)).delivery).toMatchObject(own.delivery);
  });

  it.each(['weekly', '', true])('is counted in no other way: %j', (lateFacts) => {
    expect(fairleadFile.safeParse(file({ delivery: { lateFacts } })).success).toBe(false);
  });
});

describe('environments that are production', () => {
  it('are the usual ones unless the organisation names its own', () => {
    const usual = ['prod', 'production', 'live'];
    expect(fairleadFile.parse(file({})).delivery.productionEnvironments).toEqual(usual);
    expect(fairleadFile.parse(file({ delivery: {} })).delivery.productionEnvironments).toEqual(usual);
    const own = { delivery: { productionEnvironments: ['Live (EU)', 'prod/us', 'live-*'] } };
    expect(fairleadFile.parse(file(own)).delivery).toMatchObject(own.delivery);
  });

  it.each([
    [[], 'must name one environment at least'],
    [[''], 'must not be empty'],
    [['a\nb'], 'must be one line of plain text'],
    [['x'.repeat(201)], 'must be at most 200 characters'],
    [['Live', 'live'], 'names an environment twice'],
  ])('%j are refused', (productionEnvironments, reason) => {
    const parsed = fairleadFile.safeParse(file({ delivery: { productionEnvironments } }));
    expect(parsed.error?.issues.map(({ message }) => message)).toEqual([reason]);
  });

  it('stand under no other name', () => {
    expect(fairleadFile.safeParse(file({ delivery: { production: ['live'] } })).success).toBe(false);
  });
});
