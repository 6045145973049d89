import { describe, expect, it } from 'vitest';
import {
  activeFilters,
  dayField,
  entriesQueryOf,
  instantOfDay,
  readAuditSearch,
  withFilter,
} from './search.ts';

describe('the filters in the address', () => {
  it('are read by name, everything else left out', () => {
    expect(readAuditSearch({ decision: 'deny', q: 'codex', cursor: 'c', window: '7d', kind: '' })).toEqual({
      q: 'codex',
      decision: 'deny',
      cursor: 'c',
    });
  });

  it('are texts: a number is one, anything else is not', () => {
    expect(readAuditSearch({ q: 12, repository: { a: 1 }, model: ['x'], vendor: null, actor: true })).toEqual(
      {
        q: '12',
      },
    );
  });

  it('name a decision and a kind that there are', () => {
    expect(readAuditSearch({ decision: 'maybe', kind: 'nonsense' })).toEqual({});
    expect(readAuditSearch({ kind: 'admin' })).toEqual({ kind: 'admin' });
  });

  it('are cut to a bearable length', () => {
    expect(readAuditSearch({ q: 'x'.repeat(1000) }).q).toHaveLength(200);
  });

  it('are listed without the cursor, and sent with it', () => {
    const search = { decision: 'deny', cursor: '41' } as const;
    expect(activeFilters(search)).toEqual([['decision', 'deny']]);
    expect(entriesQueryOf(search)).toEqual({ decision: 'deny', cursor: '41', limit: 50 });
  });

  it('go back to the newest entries when one is set or removed', () => {
    expect(withFilter({ q: 'a', cursor: '41' }, 'model', 'm')).toEqual({ q: 'a', model: 'm' });
    expect(withFilter({ q: 'a', model: 'm', cursor: '41' }, 'model', '')).toEqual({ q: 'a' });
  });
});

describe('days', () => {
  it('become the first and the last instant of the reader’s day, and back', () => {
    const from = instantOfDay('2030-02-03', 'first');
    const to = instantOfDay('2030-02-03', 'last');
    expect(Date.parse(to) - Date.parse(from)).toBe(86_399_999);
    expect([dayField(from), dayField(to)]).toEqual(['2030-02-03', '2030-02-03']);
  });

  it.each(['', '2030-2-3', '2030-13-40', 'tomorrow'])('are not read from %j', (field) => {
    expect(instantOfDay(field, 'first')).toBe('');
  });

  it.each([undefined, '', 'never'])('are not shown for %j', (iso) => {
    expect(dayField(iso)).toBe('');
  });
});
