import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importInto } from '../../packages/server/src/features/delivery/cli.ts';
import { importInto as importTasks } from '../../packages/server/src/features/tasks/cli.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-source-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const data = () => join(folder, 'data');
function file(text: string): string {
  const path = join(folder, 'bad.txt');
  writeFileSync(path, text);
  return path;
}

describe('a line that is refused', () => {
  it('is named with its file, and with what describes its own format', async () => {
    const bad = file('{"x":1}\n');
    const told = {
      jsonl: 'schema delivery-import',
      github: 'GitHub’s REST API',
      gitlab: 'GitLab’s REST API',
      'incidents-csv': 'names the columns',
    } as const;
    for (const [format, fix] of Object.entries(told)) {
      const taken = importInto(data(), format as keyof typeof told, bad, () => undefined);
      await expect(taken).rejects.toMatchObject({
        code: 'delivery.line-invalid',
        place: { file: bad, line: 1 },
        fix: expect.stringContaining(fix),
      });
    }
    const ofTasks = {
      tasks: 'schema task-import',
      seats: 'pricePerMonth',
      'copilot-usage': 'usage report',
    } as const;
    for (const [format, fix] of Object.entries(ofTasks)) {
      await expect(importTasks(data(), format as keyof typeof ofTasks, bad)).rejects.toMatchObject({
        place: { file: bad, line: 1 },
        fix: expect.stringContaining(fix),
      });
    }
  });

  it('is not one for a byte order mark before it', async () => {
    const mark = '\ufeff';
    const seats = `${mark}vendor,plan,from,to,seats,active,pricePerMonth\nacme,pro,2026-01-01,2026-02-01,5,,10\n`;
    expect(await importTasks(data(), 'seats', file(seats))).toMatchObject({ added: 1 });
    const connection = { type: 'connection', id: 'c1', source: 'gates', since: '2026-01-05' };
    const tasks = `${mark}${JSON.stringify(connection)}\n`;
    expect(await importTasks(data(), 'tasks', file(tasks))).toMatchObject({ added: 1 });
  });
});
