import { fileURLToPath } from 'node:url';
import { readStrictJson } from '@fairlead/core/json';
import type { Program } from '@fairlead/core/program';
import { viewRequest } from '@fairlead/core/wire';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadProgram } from '../../program/api.ts';
import { readDirection } from '../sample-directions.ts';
import { prepareRequest } from './requests.ts';
import { scenarioOf } from './scenario.ts';
import { createSeeded } from './seeded.ts';
import type { Scenario, Session } from './types.ts';

const programDir = fileURLToPath(new URL('../../../../../../program', import.meta.url));
let program: Program;
let scenario: Scenario;

beforeAll(async () => {
  ({ program } = await loadProgram(programDir, { today: '2026-11-20', shiftDates: true }));
  scenario = scenarioOf(program, 'a');
});

/** Each call as the gateway would read it. */
function views(session: Session) {
  return session.calls.map((call) => {
    const { path, bytes } = prepareRequest(session, call, 'w0rd', 7);
    const endpoint = path.includes('count_tokens')
      ? 'count-tokens'
      : path.startsWith('/v1/messages')
        ? 'messages'
        : path === '/v1/responses'
          ? 'responses'
          : 'chat-completions';
    return { call, bytes, view: viewRequest(endpoint, readStrictJson(bytes)) };
  });
}

describe('a scenario', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(scenarioOf(program, 'a')).toEqual(scenario);
    expect(scenarioOf(program, 'b')).not.toEqual(scenario);
  });

  it.each(['a', 'b', 'c', 'acme'])('of seed %s is a day of a few dozen people of the program', (seed) => {
    const { sessions, calls } = scenarioOf(program, seed);
    const members = new Set(program.teams.flatMap((team) => team.members.map(({ id }) => id)));
    const people = new Set(sessions.map(({ principal }) => principal));
    expect(calls).toBeGreaterThanOrEqual(400);
    expect(calls).toBeLessThanOrEqual(600);
    expect(people.size).toBeGreaterThanOrEqual(30);
    expect([...people].filter((id) => !members.has(id))).toEqual([]);
    expect(new Set(sessions.map(({ assistant }) => assistant)).size).toBeGreaterThanOrEqual(3);
    expect(new Set(sessions.map(({ repository }) => repository)).size).toBeGreaterThanOrEqual(10);
    expect(new Set(sessions.map(({ id }) => id)).size).toBe(sessions.length);
    const all = sessions.flatMap((session) => session.calls);
    expect(all.some(({ trouble }) => trouble !== null)).toBe(true);
    expect(all.some(({ hangsUp }) => hangsUp)).toBe(true);
    expect(all.some(({ repeats }) => repeats > 0)).toBe(true);
  });

  it('grants every session the repository it works in', () => {
    expect(scenario.sessions.filter(({ granted, repository }) => !granted.includes(repository))).toEqual([]);
  });
});

describe('a request', () => {
  it('reads as what its session is: model, session and tools', () => {
    const whole = scenario.sessions.filter(({ oddity }) => oddity === null);
    expect(whole.length).toBeGreaterThan(40);
    for (const session of whole) {
      for (const { call, view } of views(session)) {
        if (call.kind === 'title') continue;
        expect(view.model).toBe(session.model);
        if (session.assistant === 'codex') expect(view.bodySession).toBe(session.id);
        if (session.assistant === 'claude-code' && call.kind === 'turn') {
          expect(view.bodySession).toBe(session.id);
        }
        const declares = session.tools || session.webSearch;
        expect(view.capability).toBe(declares ? 'agent' : 'chat');
      }
    }
  });

  it('grows turn by turn, and holds one direction, behind the last turn', () => {
    for (const session of scenario.sessions) {
      if (session.oddity?.is === 'duplicate-key') continue;
      let last = 0;
      for (const { call, bytes, view } of views(session)) {
        const text = bytes.toString();
        expect(text.split('<sample-vendor w0rd').length).toBe(2);
        expect(readDirection(text, 'w0rd')).toMatchObject({ delayMs: call.delayMs, trouble: call.trouble });
        if (call.kind !== 'turn') continue;
        expect(bytes.length).toBeGreaterThanOrEqual(last);
        last = bytes.length - 200;
        const declared = readDirection(text, 'w0rd')?.tool;
        if (declared) expect(view.tools).toContain(declared);
      }
    }
  });
});

describe('seeded draws', () => {
  it('repeat for the same seed', () => {
    const draws = (seed: string) => {
      const seeded = createSeeded(seed);
      return [seeded.uuid(), seeded.whole(1, 1000), seeded.shuffled([1, 2, 3, 4]), seeded.text('ab', 9)];
    };
    expect(draws('x')).toEqual(draws('x'));
    expect(draws('x')).not.toEqual(draws('y'));
  });

  it('stay within their bounds and reach them', () => {
    const seeded = createSeeded('bounds');
    const drawn = Array.from({ length: 500 }, () => seeded.whole(3, 5));
    expect(new Set(drawn)).toEqual(new Set([3, 4, 5]));
    expect(seeded.shuffled([1, 2, 3]).sort()).toEqual([1, 2, 3]);
    expect(seeded.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(() => seeded.pick([])).toThrow(RangeError);
  });
});
