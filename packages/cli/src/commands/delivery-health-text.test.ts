import type { OutputOf } from '@fairlead/core/outputs';
import { examplesOf, publishedSchemas } from '@fairlead/core/program';
import { describe, expect, it } from 'vitest';
import { healthText } from './delivery-health-text.ts';

const published = publishedSchemas.find(({ name }) => name === 'delivery-health')!;
const [health] = examplesOf(published, new Map()) as readonly [OutputOf<'delivery-health'>];

describe('the health of facts in words', () => {
  it('says what is there, and what incidents name that is not', () => {
    expect(healthText(health, true).split('\n')).toEqual([
      'Delivery facts, 2026-03-03T09:00:00.000Z',
      '  source       state          facts  repositories  coverage                    newest',
      '  changes      connected          1             1     100 %  2026-03-02T09:00:00.000Z',
      '  deployments  not connected      0             0       0 %',
      '',
      'To connect a source:',
      expect.stringMatching(/^ {2}deployments {2}fairlead delivery import/),
      '',
      'Repositories: 1 of 1 in the program have changes.',
      'People: 2, by pseudonym, 0 of them with a login that is no member’s in teams.yaml.',
      'Named by incidents, but not known:',
      '  INC-4  caused by  git.example.com/shop/web#8',
      'Figures count what comes late monthly: 3 changes wait until 2026-04-01.',
      '',
    ]);
  });

  it('names what is dated ahead', () => {
    const facts = [
      { type: 'change', name: 'git.example.com/shop/web#8', at: '2099-03-02T09:00:00Z' },
      { type: 'incident', name: 'INC-9', at: '2099-03-03T09:00:00Z' },
    ] as const;
    expect(healthText({ ...health, ahead: { count: 3, facts } }, true)).toContain(
      '3 facts are dated more than a day ahead, and in no figure until then:\n' +
        '  2099-03-02T09:00:00Z  git.example.com/shop/web#8\n' +
        '  2099-03-03T09:00:00Z  incident INC-9\n  and 1 more\n',
    );
    expect(healthText(health, true)).not.toContain('ahead');
  });

  it('says nothing of a program where there is none, and how many links it leaves out', () => {
    const [link] = health.unknownLinks.links;
    const links = [{ ...link!, kind: 'deployment' as const, name: '31' }];
    const text = healthText({ ...health, unknownLinks: { count: 3, links } }, false);
    expect(text).not.toContain('Repositories:');
    expect(text).toContain('give --program');
    expect(text).toContain('  INC-4  caused by  deployment 31\n  and 2 more\n');
    const none = healthText({ ...health, unknownLinks: { count: 0, links: [] } }, false);
    expect(none).toContain('Incidents name no change or deployment that is not known.');
    const restating = { lateFacts: 'at_once', waiting: 0, restatedAt: null, nextRestatement: null } as const;
    expect(healthText({ ...health, restating }, false)).not.toContain('late');
  });
});
