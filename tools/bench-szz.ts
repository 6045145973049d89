/*
 * How well SZZ finds what the developers themselves say introduced a defect. Asks for an oracle and for clones, neither of
 * which comes with Fairlead:
 *   npm run bench:szz -- --oracle bugfix_commits_all.json --clones DIR [--json FILE]
 * The oracle is that of Rosa et al., "Evaluating SZZ Implementations Through a Developer-informed Oracle" (ICSE 2021): a list
 * of {repo_name, fix_commit_hash, bug_commit_hash: [sha]}. Clones are found as DIR/owner+name, DIR/owner/name or with `repo`
 * below. Fixes without a clone are counted as such. Exit 1: nothing could be measured.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { findInducing } from '../packages/server/src/features/delivery/git/szz.ts';

const oracleSchema = z.array(
  z.object({ repo_name: z.string(), fix_commit_hash: z.string(), bug_commit_hash: z.array(z.string()) }),
);

const { values } = parseArgs({
  options: { oracle: { type: 'string' }, clones: { type: 'string' }, json: { type: 'string' } },
});
if (values.oracle === undefined || values.clones === undefined) {
  process.stderr.write('usage: bench:szz -- --oracle FILE --clones DIR [--json FILE]\n');
  process.exit(2);
}
const clones = values.clones;

function cloneOf(repository: string): string | null {
  const folders = [join(clones, repository.replace('/', '+')), join(clones, repository)];
  const places = folders.flatMap((folder) => [join(folder, 'repo', '.git'), join(folder, 'repo'), folder]);
  return places.find((place) => existsSync(place)) ?? null;
}

/** Of the oracle's answers and ours: how many there are, and how many are both. */
const sums = {
  fixes: 0,
  repositories: new Set<string>(),
  said: 0,
  wanted: 0,
  right: 0,
  without: 0,
  failed: 0,
};
const times: number[] = [];
const answers: object[] = [];
for (const { repo_name, fix_commit_hash: fix, bug_commit_hash: bugs } of oracleSchema.parse(
  JSON.parse(readFileSync(values.oracle, 'utf8')),
)) {
  const clone = cloneOf(repo_name);
  if (clone === null) {
    sums.without += 1;
    continue;
  }
  try {
    const { inducing, ms } = await findInducing(clone, fix);
    sums.fixes += 1;
    sums.repositories.add(repo_name);
    sums.said += inducing.length;
    sums.wanted += bugs.length;
    sums.right += inducing.filter((sha) => bugs.includes(sha)).length;
    times.push(ms);
    answers.push({ repository: repo_name, fix, wanted: bugs, said: inducing, ms });
  } catch (error) {
    sums.failed += 1;
    process.stderr.write(`${repo_name} ${fix}: ${(error as Error).message}\n`);
  }
}
if (values.json) writeFileSync(values.json, answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''));

times.sort((a, b) => a - b);
const share = (part: number, whole: number) => (whole === 0 ? null : Number((part / whole).toFixed(3)));
const precision = share(sums.right, sums.said);
const recall = share(sums.right, sums.wanted);
const f1 = share(2 * sums.right, sums.said + sums.wanted);
const at = (p: number) => times[Math.min(times.length - 1, Math.floor(times.length * p))] ?? null;
process.stdout.write(
  `${JSON.stringify({
    measured: 'szz',
    ...sums,
    repositories: sums.repositories.size,
    precision,
    recall,
    f1,
    p50Ms: at(0.5),
    p90Ms: at(0.9),
    load: Number(loadavg()[0]!.toFixed(2)),
  })}\n`,
);
process.exitCode = sums.fixes === 0 ? 1 : 0;
