import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { seededRandom } from '@fairlead/core/statistics';
import { findInducing, measureBaseline } from '../../packages/server/src/features/delivery/cli.ts';

const files = 60;
const linesPerFile = 120;

/** Makes a repository of about `commits` commits: branches of one or two commits, each merged by number. Their fixes. */
export function makeRepository(folder: string, commits: number): readonly string[] {
  mkdirSync(folder, { recursive: true });
  run(folder, ['init', '--quiet', '--bare', '--initial-branch=main']);
  run(folder, ['fast-import', '--quiet', '--force', '--export-marks=marks'], script(commits));
  const log = run(folder, ['log', '--format=%H', '--grep=^Fix', '-n', '60', 'main']);
  return log.split('\n').filter((sha) => sha !== '');
}

function run(folder: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync('git', args, {
    ...{ cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 },
    ...(input === undefined ? {} : { input }),
  });
  if (status !== 0) throw new Error(`git ${args[0]} ended with ${status}: ${stderr}`);
  return stdout;
}

/** What `git fast-import` reads. */
function script(commits: number): string {
  const random = seededRandom('repository');
  const contents = Array.from({ length: files }, (_, file) =>
    Array.from({ length: linesPerFile }, (_, line) => `const value${line} = ${file * 1000 + line};`),
  );
  const out: string[] = [];
  let mark = 0;
  let at = Date.UTC(2024, 0, 1) / 1000;
  const commit = (message: string, ref: string, parents: readonly number[], changed: readonly number[]) => {
    mark += 1;
    at += 1800;
    const who = `Dev ${mark % 12} <dev${mark % 12}@example.com> ${at} +0000`;
    const [from, merged] = parents;
    out.push(`commit ${ref}\nmark :${mark}\nauthor ${who}\ncommitter ${who}`);
    out.push(`data ${Buffer.byteLength(message)}\n${message}`);
    if (from !== undefined) out.push(`from :${from}`);
    if (merged !== undefined) out.push(`merge :${merged}`);
    for (const file of changed) {
      const text = `${contents[file]!.join('\n')}\n`;
      out.push(`M 100644 inline src/file${file}.ts\ndata ${Buffer.byteLength(text)}\n${text}`);
    }
    return mark;
  };
  let main = commit('Begin', 'refs/heads/main', [], [...contents.keys()]);
  for (let number = 1; mark < commits; number++) {
    let tip = main;
    const changed = new Set<number>();
    for (let i = 0; i < 1 + (number % 2); i++) {
      const file = Math.floor(random() * files);
      const line = Math.floor(random() * linesPerFile);
      contents[file]![line] = `const value${line} = compute(${number}, ${i}, ${Math.floor(random() * 1e6)});`;
      changed.add(file);
      const isFix = number % 25 === 0 && i === 0;
      tip = commit(isFix ? `Fix value ${line}` : `Change value ${line}`, 'refs/heads/topic', [tip], [file]);
    }
    const message = `Merge pull request #${number} from dev/topic-${number}`;
    main = commit(message, 'refs/heads/main', [main, tip], [...changed]);
  }
  return `${out.join('\n')}\ndone\n`;
}

/** Seconds that `fairlead baseline --git` takes. */
export async function measureBaselineOf(folder: string): Promise<{ seconds: number; changes: number }> {
  const begin = performance.now();
  const { changes } = await measureBaseline({ git: folder });
  return { seconds: (performance.now() - begin) / 1000, changes };
}

/** Milliseconds a fix that SZZ takes. */
export async function measureSzz(folder: string, fixes: readonly string[]) {
  const taken: number[] = [];
  let found = 0;
  for (const fix of fixes) {
    const begin = performance.now();
    const { inducing } = await findInducing(folder, fix);
    taken.push(performance.now() - begin);
    found += inducing.length;
  }
  taken.sort((a, b) => a - b);
  const at = (p: number) => taken[Math.min(taken.length - 1, Math.floor(taken.length * p))] ?? 0;
  return { fixes: fixes.length, found, medianMs: at(0.5), p95Ms: at(0.95) };
}
