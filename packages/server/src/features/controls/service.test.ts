import { indexProgram } from '@fairlead/core/decision';
import { beforeAll, describe, expect, it } from 'vitest';
import { examplePolicies } from '../../../../../test/setup/control-plane.ts';
import type { AuditFilter, AuditRow } from '../audit/api.ts';
import { type ControlDeps, measureControls } from './service.ts';
import type { MeasuredControl } from './types.ts';

const activatedAt = Date.parse('2026-11-01T09:00:00Z');
let base: ControlDeps;
beforeAll(async () => {
  const { loaded, engine } = await examplePolicies();
  const index = indexProgram(loaded.program);
  base = {
    bundle: () => ({ index, engine }),
    activatedAt,
    audit: { entries: async () => ({ rows: [], next: null }) },
    ledger: { state: () => ({ size: 7, signedSize: 5, healthy: true, witness: 'none' }) },
    gatewayActions: ['SendPrompt'],
    apiActions: () => ['ReadAudit', 'IssueKey'],
  };
});

async function measured(more: Partial<ControlDeps> = {}): Promise<ReadonlyMap<string, MeasuredControl>> {
  return new Map((await measureControls({ ...base, ...more })).map((one) => [one.control.id, one]));
}

describe('the state of a control', () => {
  it('is enforced where a point asks its policies, and says which do not count', async () => {
    const controls = await measured();
    expect(controls.get('repository-allowlist')).toMatchObject({
      state: 'enforced',
      where: ['gateway'],
      since: activatedAt,
      entryId: null,
    });
    expect(controls.get('repository-allowlist')?.how).toContain(
      'Nothing asks tool.repository-allowlist yet.',
    );
    expect(controls.get('data-handling')).toMatchObject({ state: 'enforced', where: ['gateway'] });
    expect(controls.get('administration')).toMatchObject({ state: 'enforced', where: ['api'] });
  });

  it('is off where nobody asks, however many policies stand for it', async () => {
    expect((await measured()).get('separation-of-duties')).toMatchObject({
      state: 'off',
      where: [],
      since: null,
    });
    const silent = await measured({ gatewayActions: [], apiActions: () => [] });
    for (const id of ['repository-allowlist', 'data-handling', 'administration', 'agent-limits']) {
      expect(silent.get(id), id).toMatchObject({ state: 'off', where: [], entryId: null });
    }
  });

  it('is unknown where the facts are not measured, or nobody reports', async () => {
    const controls = await measured();
    expect(controls.get('training')).toMatchObject({ state: 'unknown', where: [] });
    for (const id of ['security-scanning', 'human-review', 'managed-settings']) {
      expect(controls.get(id), id).toMatchObject({ state: 'unknown', where: [], since: null });
    }
  });

  it('does not follow from what the program says of itself', async () => {
    const { index, engine } = base.bundle();
    const made = {
      id: 'made-up',
      title: 'T',
      owner: 'security',
      measuredBy: 'policy' as const,
      frameworks: [],
    };
    const program = {
      ...index.program,
      controls: [made, { ...made, id: 'also', measuredBy: 'ledger' as const }],
    };
    const controls = await measured({ bundle: () => ({ index: { ...index, program }, engine }) });
    expect([...controls.values()].map(({ state }) => state)).toEqual(['unknown', 'unknown']);
  });

  it('names the newest entry that one of its policies decided', async () => {
    const at = (index: number, id: string) => ({ index, id }) as AuditRow;
    const found: { readonly [policyId: string]: AuditRow } = {
      'repository.mismatch': at(4, 'older'),
      'repository.unowned': at(9, 'newer'),
      'tool.repository-allowlist': at(20, 'not of the gateway'),
    };
    const entries = async ({ policyId = '' }: AuditFilter) => {
      const row = found[policyId];
      return { rows: row ? [row] : [], next: null };
    };
    expect((await measured({ audit: { entries } })).get('repository-allowlist')?.entryId).toBe('newer');
  });

  it('of the record says whether entries can be written', async () => {
    expect((await measured()).get('audit-ledger')).toMatchObject({
      state: 'enforced',
      how: expect.stringContaining('7 entries, 5 of them signed'),
    });
    const broken = await measured({
      ledger: { state: () => ({ size: 7, signedSize: 5, healthy: false, witness: 'none' }) },
    });
    expect(broken.get('audit-ledger')?.how).toContain('no call is forwarded');
  });

  it('is there for every control of the program, once', async () => {
    const controls = await measureControls(base);
    expect(controls.map(({ control }) => control.id)).toEqual(
      (base.bundle().index.program.controls ?? []).map(({ id }) => id),
    );
    expect(controls.length).toBeGreaterThan(10);
    expect(controls.every(({ how }) => /^[\w].*\.$/.test(how))).toBe(true);
  });
});
