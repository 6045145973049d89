/*
 * Speed of delivery's figures, JSON lines, the goals last:
 *   npm run bench:delivery -- [--changes 1000000] [--facts 20480] [--commits 10000] [--quick] [--folder DIR]
 * `--facts` changes are measured from their facts; the others are put into the snapshot as measuring would have. Each
 * part runs in a process of its own. Exits 0 when everything was measured, whatever it came to.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureCollect } from './collect.ts';
import { measureArrivals, measureCold, measureFirst, measureWarm } from './figures.ts';
import { goalsOf, type Measured } from './goals.ts';
import { measureImport } from './import.ts';
import { loadColumns, loadFacts } from './load.ts';
import { makeRepository, measureBaselineOf, measureSzz } from './repository.ts';
import {
  loadTasks,
  measureFirstTasks,
  measureTaskArrivals,
  measureTasksCold,
  measureTasksWarm,
} from './tasks.ts';

const { values } = parseArgs({
  options: {
    changes: { type: 'string' },
    facts: { type: 'string' },
    commits: { type: 'string' },
    quick: { type: 'boolean', default: false },
    folder: { type: 'string', default: tmpdir() },
    part: { type: 'string' },
  },
});
const count = (text: string | undefined, usual: number, quick: number) => {
  const value = text === undefined ? (values.quick ? quick : usual) : Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  process.stderr.write(
    'usage: bench-delivery [--changes N] [--facts N] [--commits N] [--quick] [--folder DIR]\n',
  );
  process.exit(2);
};
const facts = count(values.facts, 20_480, 2_048);
const changes = Math.max(facts, count(values.changes, 1_000_000, 20_000));
const commits = count(values.commits, 10_000, 300);

type Part = (folder: string) => Promise<Measured> | Measured;

const parts: { readonly [name: string]: Part } = {
  import: (folder) => measureImport(folder, facts),
  collect: (folder) => measureCollect(folder, values.quick ? 300 : facts),
  load: async (folder) => ({ changes: facts, seconds: await loadFacts(folder, facts) }),
  first: async (folder) => ({ changes: facts, ...(await measureFirst(folder)) }),
  tasksFirst: async (folder) => ({ changes: facts, ...(await measureFirstTasks(folder, facts)) }),
  columns: async (folder) => ({ changes, seconds: await loadColumns(folder, changes, facts) }),
  cold: async (folder) => ({ changes, ...(await measureCold(folder)) }),
  warm: async (folder) => ({ changes, ...(await measureWarm(folder, values.quick ? 3 : 7)) }),
  arrivals: async (folder) => ({
    changes,
    ...(await measureArrivals(folder, facts, values.quick ? 20 : 200)),
  }),
  tasksLoad: async (folder) => ({ changes, ...(await loadTasks(folder, changes, facts)) }),
  tasksCold: async (folder) => ({ changes, ...(await measureTasksCold(folder)) }),
  tasksColdAgain: async (folder) => ({ changes, ...(await measureTasksCold(folder)) }),
  tasksWarm: async (folder) => ({ changes, ...(await measureTasksWarm(folder, values.quick ? 3 : 7)) }),
  tasksArrivals: async (folder) => ({
    changes,
    ...(await measureTaskArrivals(folder, facts, values.quick ? 9 : 60)),
  }),
  git: async (folder) => {
    const repository = join(folder, 'repository.git');
    const fixes = makeRepository(repository, commits);
    const baseline = await measureBaselineOf(repository);
    const szz = await measureSzz(repository, fixes.slice(0, values.quick ? 5 : 40));
    return { commits, baselineSeconds: baseline.seconds, baselineChanges: baseline.changes, ...szz };
  },
};

function say(line: object): void {
  process.stdout.write(
    `${JSON.stringify(line, (_, value) => (typeof value === 'number' ? Number(value.toFixed(3)) : value))}\n`,
  );
}

function sayMachine(): void {
  say({ measured: 'machine', cores: availableParallelism(), load: loadavg(), node: process.versions.node });
}

/** As the threads have it in which a server reads figures: a third of its young generation. */
const youngGeneration = (part: string) => `--max-semi-space-size=${part.startsWith('tasks') ? 4 : 16}`;

/** What a part came to in a process of its own. @throws Error when it failed */
function measureApart(part: string, folder: string): Measured {
  const own = ['--part', part, '--folder', folder, ...(values.quick ? ['--quick'] : [])];
  const sizes = [`--changes=${changes}`, `--facts=${facts}`, `--commits=${commits}`];
  const command = [youngGeneration(part), import.meta.filename, ...own, ...sizes];
  const { status, stdout } = spawnSync(process.execPath, command, {
    ...{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 24 },
  });
  if (status !== 0) throw new Error(`${part} ended with ${status}`);
  return JSON.parse(stdout) as Measured;
}

if (values.part !== undefined) {
  process.stdout.write(JSON.stringify(await parts[values.part]!(values.folder)));
} else {
  const folder = mkdtempSync(join(values.folder, 'fairlead-bench-'));
  const measured: { [part: string]: Measured } = {};
  try {
    sayMachine();
    for (const part of Object.keys(parts)) {
      measured[part] = measureApart(part, folder);
      say({ measured: part, ...measured[part] });
    }
    sayMachine();
    say({ goals: goalsOf(measured) });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  }
}
