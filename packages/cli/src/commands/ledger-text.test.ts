import { describe, expect, it } from 'vitest';
import { entryRow, listHeader } from './ledger-text.ts';

const envelope = {
  v: 1,
  id: '0198c1f2-7b3c-7000-8000-000000000001',
  op: '0198c1f2-7b3c-7000-8000-000000000001',
  ts: '2026-03-01T10:20:30.400Z',
  origin: 'live',
  instance: { id: 'a', incarnation: 'b' },
};

const decision = {
  ...envelope,
  kind: 'decision',
  decision: 'deny',
  repository: 'github.com/acme/skunkworks',
  policyIds: ['repository.allowlist'],
  model: 'gpt-5.5',
  findings: [{ detector: 'github-token', count: 2 }],
};

describe('the table of ledger list', () => {
  it('lines up under its heading', () => {
    const row = entryRow(42, JSON.stringify(decision));
    expect(row).toBe(
      '     42  2026-03-01 10:20:30.400  decision   deny                github.com/acme/skunkworks              repository.allowlist gpt-5.5 found: github-token×2',
    );
    expect(listHeader.indexOf('reasons')).toBe(row.indexOf('repository.allowlist'));
    expect(listHeader.indexOf('repository')).toBe(row.indexOf('github.com'));
  });

  it('says what the other kinds mean', () => {
    const text = (entry: object) => entryRow(1, JSON.stringify({ ...envelope, ...entry }));
    expect(text({ kind: 'outcome', outcome: 'completed', status: 200, latencyMs: 12 })).toMatch(
      /200, 12 ms$/,
    );
    expect(text({ kind: 'outcome', outcome: 'vendor-unreachable', status: null, latencyMs: 3 })).toMatch(
      /no answer/,
    );
    expect(text({ kind: 'recovery', outcome: 'unknown' })).toMatch(/before the outcome was recorded$/);
    expect(text({ kind: 'repeat', op: null, of: envelope.op, count: 7 })).toMatch(/× 7 +op 0198c1f2/);
    expect(text({ kind: 'config', what: 'bundle', details: { unsigned: true } })).toMatch(
      /bundle .*unsigned=true$/,
    );
    expect(text({ kind: 'something-newer' })).toMatch(/something-newer$/);
  });

  it('does not let a name move the cursor or colour the terminal', () => {
    const row = entryRow(1, JSON.stringify({ ...decision, repository: 'evil\u001b[2Jname\u202e\n' }));
    expect(row).toContain('evil�[2Jname��');
    expect(row).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});
