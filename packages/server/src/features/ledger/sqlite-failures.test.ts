import { describe, expect, it } from 'vitest';
import { failureOf, isLasting, withQuota } from './sqlite-failures.ts';

const error = (code: string) => Object.assign(new Error(code), { code });

describe('what an error of SQLite leaves', () => {
  it.each([
    ['SQLITE_FULL', 'undone'],
    ['SQLITE_IOERR_SHMSIZE', 'unsettled'],
    ...[
      ...['SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_DIR_FSYNC', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_READ'],
      ...['SQLITE_IOERR', 'SQLITE_IOERR_TRUNCATE', 'SQLITE_BUSY', 'SQLITE_CORRUPT', 'ENOSPC', 'SQLITE_FULL_'],
    ].map((code) => [code, 'lasting'] as const),
  ] as const)('%s: %s', (code, failure) => {
    expect(failureOf(error(code))).toBe(failure);
  });

  it('is for good when nothing says what it is', () => {
    expect([null, undefined, new Error('x'), { code: 1 }, 'SQLITE_FULL'].map(failureOf)).toEqual(
      Array(5).fill('lasting'),
    );
  });

  it('is a lack of room where the system itself says that a quota is used up, of a write alone', () => {
    const told = (code: string, spent: boolean) =>
      failureOf(withQuota(error(code), { isSpent: () => spent }));
    expect(told('SQLITE_IOERR_WRITE', true)).toBe('undone');
    expect(told('SQLITE_IOERR_WRITE', false)).toBe('lasting');
    for (const code of ['SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_DIR_FSYNC', 'SQLITE_IOERR_READ', 'SQLITE_IOERR'])
      expect(told(code, true), code).toBe('lasting');
    const write = error('SQLITE_IOERR_WRITE');
    expect(withQuota(write, null)).toBe(write);
    expect(isLasting(withQuota(write, { isSpent: () => true }))).toBe(false);
  });

  it('ends pruning alone where no record depends on it', () => {
    const harmless = [
      'SQLITE_FULL',
      'SQLITE_BUSY',
      'SQLITE_BUSY_SNAPSHOT',
      'SQLITE_IOERR_TRUNCATE',
      'ENOENT',
    ];
    expect(harmless.filter((code) => isLasting(error(code)))).toEqual([]);
    const lasting = ['SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_WRITE', 'SQLITE_CORRUPT', 'SQLITE_IOERR_SHMSIZE'];
    expect(lasting.filter((code) => !isLasting(error(code)))).toEqual([]);
  });
});
