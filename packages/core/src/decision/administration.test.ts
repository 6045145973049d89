import { describe, expect, it } from 'vitest';
import {
  administrativeActions,
  buildAdministrationRequest,
  decideAdministration,
  permittedActions,
} from './administration.ts';
import { indexProgram } from './program-index.ts';
import { allow, deny, engineOf, now, program } from './testing/fixtures.ts';

const index = indexProgram(program);
const [{ members }] = program.teams as [(typeof program.teams)[number]];
const principal = members[0]!.id;
const question = { principal, action: 'ReadAudit', personal: true, ownRequest: false } as const;

describe('an administrative act', () => {
  it('is asked of the organisation, with roles, time and whether it is personal, and nothing else', () => {
    const asked = buildAdministrationRequest(index, { ...question, personal: false, ownRequest: true }, now);
    expect(asked).toMatchObject({
      principal: { type: 'User', id: principal },
      action: { type: 'Action', id: 'ReadAudit' },
      resource: { type: 'Organisation', id: program.organisation.id },
      context: {
        now: { __extn: { fn: 'datetime', arg: '2026-03-02T10:00:00.000Z' } },
        personal: false,
        ownRequest: true,
      },
    });
    expect(asked.entities.map(({ uid }) => uid.id)).toEqual([principal]);
  });

  it('is what the engine says', () => {
    expect(decideAdministration(index, engineOf(allow('a')), question, now).decision).toBe('allow');
    expect(decideAdministration(index, engineOf(deny('engine.error')), question, now)).toMatchObject({
      decision: 'deny',
      reasons: ['engine.error'],
    });
  });

  it('is denied when the engine throws', () => {
    const broken = engineOf(() => {
      throw new Error('out of stack');
    });
    expect(decideAdministration(index, broken, question, now)).toMatchObject({
      decision: 'deny',
      reasons: ['engine.error'],
    });
    expect(permittedActions(index, broken, principal, now)).toEqual([]);
  });

  it('is denied to whoever the program does not list, without asking', () => {
    const engine = engineOf(() => {
      throw new Error('not to be asked');
    });
    for (const nobody of ['nobody', '', 'PLATFORM', '__proto__']) {
      const verdict = decideAdministration(index, engine, { ...question, principal: nobody }, now);
      expect(verdict).toMatchObject({ decision: 'deny', reasons: ['default.no-permit'] });
    }
  });
});

describe('permitted actions', () => {
  it('are those the engine allows, each asked in person', () => {
    const engine = engineOf((request) => {
      expect(request.context).toMatchObject({ personal: true, ownRequest: false });
      return request.action.id === 'IssueKey' || request.action.id === 'ReadOverview' ? allow('p') : deny();
    });
    expect(permittedActions(index, engine, principal, now)).toEqual(['ReadOverview', 'IssueKey']);
    expect(permittedActions(index, engine, 'nobody', now)).toEqual([]);
    expect(permittedActions(index, engineOf(allow('p')), principal, now)).toEqual(administrativeActions);
  });
});
