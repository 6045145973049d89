// Cost of inspection beside sha256 of the same bytes: `node tools/bench-inspection.ts [--rounds N]`. JSON lines.
//   plain   scan of a 212 KB body of source code, without the cache     goal <= 8 x sha256
//   repeat  100 turns resent with 5 KB new, facts cached                 goal <= 2 x sha256
//   repeats 200 KB of one anchor over and over, the slowest anchor       goal <= 45 x plain
import { createHash, createHmac, hash as digest, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileRuleset, createInspector, detectorGroups, scanText } from '@fairlead/core/inspection';
import type { Hash } from '@fairlead/core/ports';
import type { TextUnit } from '@fairlead/core/wire';

const hash: Hash = {
  sha256: (...parts) => {
    if (parts.length === 1) return digest('sha256', parts[0] as Uint8Array, 'buffer');
    const whole = createHash('sha256');
    for (const part of parts) whole.update(part);
    return whole.digest();
  },
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
};

const at = process.argv.indexOf('--rounds');
const rounds = at < 0 ? 200 : Number(process.argv[at + 1]);

/** Milliseconds of the best of `rounds` runs: other work on the machine only ever adds to it. */
function time(run: () => void, times = rounds): number {
  for (let i = 0; i < Math.ceil(times / 4); i += 1) run();
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i += 1) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

const print = (line: Record<string, unknown>): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};
const round = (value: number): number => Number(value.toFixed(3));
const unit = (text: string, i = 0): TextUnit => ({
  text,
  path: `/messages/${i}/content`,
  role: 'user',
  kind: 'message',
  span: null,
});

/** Ordinary source code, cut to the size of a usual request. */
function sourceCode(bytes: number): string {
  const file = createRequire(import.meta.url).resolve('zod');
  const folder = file.slice(0, file.lastIndexOf('zod/') + 4);
  const names = ['schemas', 'util', 'core', 'checks', 'regexes', 'json-schema-processors', 'to-json-schema'];
  const text = names.map((name) => readFileSync(`${folder}v4/core/${name}.js`, 'utf8')).join('\n');
  return text.repeat(Math.ceil(bytes / text.length)).slice(0, bytes);
}

const findingsKey = randomBytes(32);
const code = sourceCode(212 * 1024);
const bytes = Buffer.from(code);
const sha = time(() => hash.sha256(bytes));
print({ measure: 'sha256', bytes: bytes.length, ms: round(sha) });

const uncached = createInspector({ hash, findingsKey, cacheUnits: 0 });
const plain = time(() => uncached.inspect([unit(code)], [], 's'));
print({ measure: 'plain', bytes: bytes.length, ms: round(plain), timesSha256: round(plain / sha), goal: 8 });

const turns = Array.from({ length: 42 }, (_, i) => unit(code.slice(i * 5120, (i + 1) * 5120), i));
const cached = createInspector({ hash, findingsKey });
cached.inspect(turns, [], 's');
let turn = 0;
const repeat = time(() => {
  turn += 1;
  const last = unit(`${turn} ${code.slice(0, 5120)}`, turns.length);
  cached.inspect([...turns, last], [], 's');
});
print({
  measure: 'repeat',
  bytes: bytes.length,
  ms: round(repeat),
  timesSha256: round(repeat / sha),
  goal: 2,
});

const ruleset = compileRuleset(detectorGroups, hash);
const anchors = [...new Set(ruleset.detectors.flatMap(({ data }) => data.anchors))];
let slowest = { anchor: '', ms: 0 };
for (const anchor of anchors) {
  const text = anchor.repeat(Math.ceil((200 * 1024) / anchor.length));
  const start = performance.now();
  scanText(ruleset, text);
  const ms = performance.now() - start;
  if (ms > slowest.ms) slowest = { anchor, ms };
}
print({
  measure: 'repeats',
  anchors: anchors.length,
  anchor: slowest.anchor,
  ms: round(slowest.ms),
  timesPlain: round(slowest.ms / plain),
  goal: 45,
});
