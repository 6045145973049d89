import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { describeFull, isDiskFull, openSqlite } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairlead-full-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const saying = (code: string) => Object.assign(new Error('no content'), { code });
const room = () => true;

it('asks the system where SQLite does not say, once for each error', () => {
  const asked: string[] = [];
  const none = (place: string) => {
    asked.push(place);
    return place !== folder;
  };
  openSqlite(join(folder, 'some.db')).close();
  for (const code of ['SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE', 'SQLITE_CANTOPEN']) {
    const error = saying(code);
    expect(isDiskFull(error, none), code).toBe(true);
    // There may be room by now: what was found stays true of that failure.
    expect(isDiskFull(error, room), code).toBe(true);
    expect(describeFull(error, 'a.db')).toMatchObject({
      ...{ code: 'store.full', fix: expect.stringContaining('Make room'), place: { file: 'a.db' } },
    });
    expect(isDiskFull(saying(code), room), code).toBe(false);
  }
  expect(asked.filter((place) => place === folder)).toHaveLength(3);
});

it('takes no other error for a full disk, whatever room there is', () => {
  const others = ['SQLITE_IOERR_FSYNC', 'SQLITE_IOERR_READ', 'SQLITE_CORRUPT', 'SQLITE_BUSY', 'EIO'].map(
    saying,
  );
  for (const error of [...others, null, undefined, 'SQLITE_FULL', new Error('SQLITE_FULL')]) {
    expect(isDiskFull(error, () => false)).toBe(false);
    expect(describeFull(error)).toBe(null);
  }
});

it('claims that nothing was changed only where that is certain', () => {
  expect(describeFull(saying('SQLITE_FULL'))?.message).toMatch(/nothing was changed/);
  const unsettled = saying('SQLITE_IOERR_SHMSIZE');
  isDiskFull(unsettled, () => false);
  expect(describeFull(unsettled)?.message).toMatch(/a restart shows/);
});
