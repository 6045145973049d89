/*
 * Speed of the audit explorer over many entries, one JSON line a case:
 *   npm run bench:explorer -- [--entries 1000000] [--rounds 40] [--quick] [--folder DIR] [--keep DIR] [--json FILE]
 * `--keep DIR` leaves what was loaded in DIR, and measures what DIR holds from an earlier time. The read model is filled without syncing; then the real routes are asked, over the real thread that owns it. Exit 1 when
 * a goal is missed, but not with --quick, which only shows that everything can still be measured.
 */
import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openAudit } from '../../packages/server/src/features/audit/create.ts';
import { casesOf, goals } from './cases.ts';
import { keepLoaded, keptIn, type Loaded, loadModel, markFolder } from './load.ts';
import { measureCase } from './measure.ts';
import { explorerOver } from './server.ts';

const { values } = parseArgs({
  options: {
    entries: { type: 'string' },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    folder: { type: 'string', default: tmpdir() },
    keep: { type: 'string' },
    json: { type: 'string' },
  },
});
const wanted = Number(values.entries ?? 200_000);
const rounds = Number(values.rounds ?? (values.quick ? 10 : 40));
if (!Number.isSafeInteger(wanted) || wanted < 1 || !(rounds >= 1))
  throw new Error('--entries and --rounds are counts');
if (values.json) writeFileSync(values.json, '');

function say(line: object): void {
  const text = `${JSON.stringify(line)}\n`;
  process.stdout.write(text);
  if (values.json) appendFileSync(values.json, text);
}

const round = (value: number) => Number(value.toFixed(2));

async function loadInto(folder: string): Promise<Loaded> {
  markFolder(folder);
  let said = 0;
  return await loadModel(folder, wanted, Date.now(), (done) => {
    if (done - said < 500_000 && done < wanted) return;
    said = done;
    process.stderr.write(`loaded ${done} entries\n`);
  });
}

async function measureAll(folder: string, loaded: Loaded): Promise<number> {
  const bytes = statSync(join(folder, 'metrics.db')).size;
  const seconds = round(loaded.seconds);
  say({
    measured: 'load',
    entries: loaded.entries,
    seconds,
    bytesPerEntry: Math.round(bytes / loaded.entries),
  });
  const audit = await openAudit(folder, (_, message) => process.stderr.write(`${message}\n`));
  const explorer = await explorerOver(audit, loaded.entries, loaded.now);
  let missed = 0;
  try {
    for (const one of casesOf(loaded.entries, loaded.newest, loaded.now)) {
      const { p50, p95, most, rows } = await measureCase(explorer.ask, one, rounds);
      const goalMs = goals[one.group];
      const met = p95 <= goalMs;
      if (!met) missed += 1;
      const taken = { p50Ms: round(p50), p95Ms: round(p95), maxMs: round(most) };
      say({ measured: one.group, case: one.name, n: rounds, rows, ...taken, goalMs, met });
    }
  } finally {
    await explorer.close();
    await audit.close();
  }
  say({ measured: 'summary', entries: loaded.entries, missed });
  return missed;
}

async function measureKept(folder: string): Promise<number> {
  let loaded = keptIn(folder);
  if (loaded === null) {
    loaded = await loadInto(folder);
    keepLoaded(folder, loaded);
  }
  return await measureAll(folder, loaded);
}

async function measureOnce(): Promise<number> {
  const folder = mkdtempSync(join(values.folder, 'fairlead-explorer-'));
  try {
    const data = join(folder, 'data');
    return await measureAll(data, await loadInto(data));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const missed = await (values.keep === undefined ? measureOnce() : measureKept(values.keep));
process.exitCode = missed > 0 && !values.quick ? 1 : 0;
