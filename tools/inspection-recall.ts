// How the detectors do on published test strings: `node tools/inspection-recall.ts [--rows]`. Reads the reference
// data beside the checkout (FAIRLEAD_REFERENCE, default ../shared/data) and prints JSON lines; with --rows also the
// rule and number of each row that was missed or raised an alarm, never its text.
import { createHash, createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  compileRuleset,
  detectorGroups,
  type Grade,
  type Ruleset,
  scanText,
} from '@fairlead/core/inspection';
import type { Hash } from '@fairlead/core/ports';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Where the reference data would be. */
export const referenceDir = resolve(root, process.env.FAIRLEAD_REFERENCE ?? '../shared/data');

const files = ['gitleaks-rule-cases.jsonl', 'secretlint-snapshots.jsonl'];

/** False when the reference data is not there, so that nothing can be said. */
export const hasReference = files.every((name) => existsSync(join(referenceDir, 'secrets', name)));

const hash: Hash = {
  sha256: (...parts) => {
    const whole = createHash('sha256');
    for (const part of parts) whole.update(part);
    return whole.digest();
  },
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
};

interface Row {
  readonly rule: string;
  readonly text: string;
  readonly label: 0 | 1;
}

/**
 * Rows that hold no structured token: passwords in commands and URLs (file shapes find them, grade B), identifiers
 * that are no secrets, binary files. The goal for class A is about the others.
 */
const UNSTRUCTURED =
  /curl-auth|sidekiq-sensitive-url|basicauth|database-connection-string|secp256k1|^gcp-service-account$/;
const IDENTIFIER = /AWS_ACCOUNT_ID|tenant_id|CLIENT_ID=/;
/** How a PKCS #12 file begins. */
const isBinary = (text: string): boolean => text.startsWith('0\ufffd') || text.charCodeAt(1) === 0x82;

function isStructured({ rule, text }: Row): boolean {
  return !UNSTRUCTURED.test(rule) && !IDENTIFIER.test(text) && !isBinary(text);
}

/** Best grade of what is found in a text, or null. */
function bestGrade(ruleset: Ruleset, text: string): Grade | null {
  const grades = scanText(ruleset, text).matches.flatMap(
    ({ detector }) => ruleset.detectors[detector]?.data.grade ?? [],
  );
  return grades.sort()[0] ?? null;
}

/**
 * The detectors were written with this data at hand, and the split into structured and other rows was made after the
 * first run: the counts guard against getting worse, they are no measure on unseen data.
 */
export interface Recall {
  readonly structured: number;
  readonly structuredFound: number;
  readonly other: number;
  readonly otherFound: number;
  readonly negatives: number;
  /** Negatives in which grade A or B was found, or C. */
  readonly blockAlarms: number;
  readonly warnAlarms: number;
  readonly missedRows: readonly string[];
  readonly alarmRows: readonly string[];
}

/** Counts hits and alarms over the reference data. Call it only when `hasReference`. */
export function measureRecall(): Recall {
  const ruleset = compileRuleset(detectorGroups, hash);
  const rows = files.flatMap((name) => {
    const lines = readFileSync(join(referenceDir, 'secrets', name), 'utf8')
      .trim()
      .split('\n');
    return lines.map((line, i) => ({ row: JSON.parse(line) as Row, at: `${name}:${i + 1}` }));
  });
  const graded = rows.map(({ row, at }) => {
    const grade = bestGrade(ruleset, row.text);
    return { row, name: `${at} ${row.rule} ${grade ?? '-'}`, grade };
  });
  const positives = graded.filter(({ row }) => row.label === 1);
  const structured = positives.filter(({ row }) => isStructured(row));
  const other = positives.filter(({ row }) => !isStructured(row));
  const negatives = graded.filter(({ row }) => row.label === 0);
  const blocks = negatives.filter(({ grade }) => grade === 'A' || grade === 'B');
  const warns = negatives.filter(({ grade }) => grade === 'C');
  const missed = [
    ...structured.filter(({ grade }) => grade !== 'A'),
    ...other.filter(({ grade }) => grade === null),
  ];
  return {
    structured: structured.length,
    structuredFound: structured.filter(({ grade }) => grade === 'A').length,
    other: other.length,
    otherFound: other.filter(({ grade }) => grade !== null && grade !== 'D').length,
    negatives: negatives.length,
    blockAlarms: blocks.length,
    warnAlarms: warns.length,
    missedRows: missed.map(({ name }) => name),
    alarmRows: [...blocks, ...warns].map(({ name }) => name),
  };
}

if (import.meta.main) {
  if (!hasReference) {
    process.stderr.write(`SKIPPED: no reference data at ${referenceDir}; set FAIRLEAD_REFERENCE\n`);
    process.exit(0);
  }
  const { missedRows, alarmRows, ...counts } = measureRecall();
  process.stdout.write(`${JSON.stringify(counts)}\n`);
  if (process.argv.includes('--rows')) {
    for (const row of missedRows) process.stdout.write(`${JSON.stringify({ missed: row })}\n`);
    for (const row of alarmRows) process.stdout.write(`${JSON.stringify({ alarm: row })}\n`);
  }
}
