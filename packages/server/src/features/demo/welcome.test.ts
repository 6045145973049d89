import { describe, expect, it } from 'vitest';
import { welcome } from './welcome.ts';

const key = (letter: string) => `flk_${letter.repeat(49)}`;
const ready = {
  gateway: 'http://127.0.0.1:7420',
  console: 'http://127.0.0.1:7421',
  signIn: '',
  keys: { allowed: key('a'), unlisted: key('u'), outsideStage: key('o') },
  adminToken: `flt_${'t'.repeat(49)}`,
  enrolmentCode: `flc_${'c'.repeat(49)}`,
};
const around = { dataDir: '.fairlead', history: 'begins' } as const;

describe('the welcome', () => {
  it('fits a terminal of 100 columns, and a screen', () => {
    const lines = welcome({ ...ready, signIn: 'http://127.0.0.1:7421/#signin=abc' }, around).split('\n');
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(40);
  });

  it('leads with the link that signs a browser in, once there is one', () => {
    const text = welcome({ ...ready, signIn: 'http://127.0.0.1:7421/#signin=abc' }, around);
    expect(text.trimStart().split('\n')[0]).toContain('http://127.0.0.1:7421/#signin=abc');
    expect(welcome(ready, around)).not.toContain('#');
  });

  it('gives one call that is allowed, one that is not, and an assistant', () => {
    const text = welcome(ready, around);
    expect(text).toContain(`ALLOWED=${ready.keys.allowed}`);
    expect(text).toContain(`UNLISTED=${ready.keys.unlisted}`);
    expect(text).toContain('bin/fairlead enroll --server http://127.0.0.1:7421');
    expect(text).toContain(`--code ${ready.enrolmentCode}`);
    expect(text).toMatch(/bin\/fairlead run -C \S+ -- claude/);
  });

  it('speaks of simulated colleagues only when they come', () => {
    expect(welcome(ready, around)).toContain('simulated');
    expect(welcome(ready, { ...around, history: 'unwanted' })).not.toMatch(/simulated|history/);
  });

  it('says why none come to a folder that was used, and how to begin anew', () => {
    const text = welcome(ready, { ...around, history: 'stands' });
    expect(text).not.toContain('simulated');
    expect(text).toContain('No history is made: .fairlead holds calls or facts');
    expect(text).toContain('rm -r .fairlead .fairlead.keys');
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(text.split('\n').length).toBeLessThanOrEqual(40);
  });
});
