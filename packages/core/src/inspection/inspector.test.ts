import { describe, expect, it, vi } from 'vitest';
import type { Hash } from '../ports/index.ts';
import type { TextUnit } from '../wire/types.ts';
import { draw, withChecksum } from './detectors/cases.ts';
import { detectorGroups } from './detectors/index.ts';
import { createInspector } from './inspector.ts';
import { testHash, unit } from './testing/index.ts';

const findingsKey = new Uint8Array(32).fill(7);
const inspector = createInspector({ hash: testHash, findingsKey });
const token = `ghp_${withChecksum(1)}`;
const inspect = (...units: readonly TextUnit[]) => inspector.inspect(units, [], 's');

describe('findings', () => {
  it.each([
    'system',
    'message',
    'tool-call',
    'tool-result',
    'tool-definition',
    'metadata',
    'header',
    'other',
  ] as const)('name the kind of text: %s', (kind) => {
    expect(inspect(unit(`use ${token} now`, kind))).toMatchObject({
      result: 'findings',
      dataClasses: ['secret'],
      findings: [{ detector: 'github-token', class: 'secret', grade: 'A', kind, count: 1 }],
    });
  });

  it('are grouped by value and carry its keyed digest, not the value', () => {
    const other = `ghp_${withChecksum(2)}`;
    const report = inspect(
      unit(`${token} ${token}`),
      unit(`${other} and ${token}`, 'message', '/messages/1/content'),
    );
    expect(report.findings.map(({ count }) => count).sort()).toEqual([1, 3]);
    const digests = report.findings.map(({ digest }) => digest);
    expect(new Set(digests).size).toBe(2);
    for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(report)).not.toContain(token.slice(4));
    const elsewhere = createInspector({ hash: testHash, findingsKey: new Uint8Array(32).fill(8) });
    expect(digests).not.toContain(elsewhere.inspect([unit(token)], [], 's').findings[0]?.digest);
  });

  it('are at most 64 groups, the worst first, and the classes are of all', () => {
    const many = Array.from({ length: 80 }, (_, i) => `ghp_${withChecksum(i + 10)}`).join('\n');
    const report = inspect(unit(`${many}\npassword = "${draw('base62', 16, 3)}"`));
    expect(report.findings.length).toBe(64);
    expect(report.truncated).toBe(true);
    expect(report.findings.every(({ grade }) => grade === 'A')).toBe(true);
    expect(report.dataClasses).toEqual(['credential-suspect', 'secret']);
  });

  it('are none in clean text, and coverage says what ran', () => {
    const report = inspector.inspect(
      [unit('Please rename the variable.')],
      [{ what: 'image', why: 'no OCR' }],
      's',
    );
    expect(report).toEqual({
      result: 'clean',
      findings: [],
      truncated: false,
      dataClasses: [],
      coverage: {
        inspected: detectorGroups.map(({ id }) => id).sort(),
        skipped: [{ what: 'image', why: 'no OCR' }],
        ruleset: inspector.ruleset,
      },
    });
  });
});

describe('adjacent texts', () => {
  const message = (text: string, i: number) => unit(text, 'message', `/messages/${i}/content`);

  it('hold a token split between them, wherever it is cut', () => {
    for (let cut = 1; cut < token.length; cut += 3) {
      const report = inspect(
        message(`first ${token.slice(0, cut)}`, 0),
        unit('role', 'message', '/messages/1/role#key', 'key'),
        unit('user', 'message', '/messages/1/role', 'label'),
        message(`${token.slice(cut)} last`, 1),
      );
      expect(report.dataClasses, `cut at ${cut}`).toContain('secret');
    }
  });

  it('do not make one token two', () => {
    const report = inspect(message(`use ${token}`, 0), message('please', 1));
    expect(report.findings.map(({ detector, count }) => [detector, count])).toEqual([['github-token', 1]]);
  });

  it('are read as key and value of an object', () => {
    const value = draw('base62', 18, 4);
    const member = [
      unit('client_secret', 'tool-call', '/input/client_secret#key', 'key'),
      unit(value, 'tool-call', '/input/client_secret', 'value'),
    ];
    expect(inspect(...member).dataClasses).toEqual(['credential-suspect']);
    expect(inspect(unit(value, 'tool-call', '/input/note')).result).toBe('clean');
  });
});

describe('the cache', () => {
  const long = `${'const answer = compute(input, options);\n'.repeat(40)}`;

  /** A hash that counts how many digests of findings were made: scans happen when it grows. */
  function counting(): { hash: Hash; scans: () => number } {
    const hmacSha256 = vi.fn(testHash.hmacSha256);
    return { hash: { ...testHash, hmacSha256 }, scans: () => hmacSha256.mock.calls.length };
  }

  it('holds facts: a text seen again is not scanned again, and the report is the same', () => {
    const { hash, scans } = counting();
    const cached = createInspector({ hash, findingsKey });
    const first = cached.inspect([unit(long + token)], [], 's');
    expect(scans()).toBe(1);
    expect(cached.inspect([unit(long + token)], [], 's')).toEqual(first);
    expect(scans()).toBe(1);
  });

  it('is partitioned by session and kind, and minds the text before', () => {
    const { hash, scans } = counting();
    const cached = createInspector({ hash, findingsKey });
    cached.inspect([unit(long + token)], [], 'a');
    cached.inspect([unit(long + token)], [], 'b');
    expect(scans()).toBe(2);
    cached.inspect([unit(long + token, 'system')], [], 'a');
    expect(scans()).toBe(3);
    cached.inspect([unit('before', 'message', '/messages/9/content'), unit(long + token)], [], 'a');
    expect(scans()).toBe(4);
  });

  it('is bounded, and forgets what was used longest ago', () => {
    const { hash, scans } = counting();
    const cached = createInspector({ hash, findingsKey, cacheUnits: 2 });
    const texts = [1, 2, 3].map((n) => unit(`${n}${long}${token}`));
    for (const text of texts) cached.inspect([text], [], 's');
    cached.inspect([texts[2]!], [], 's');
    expect(scans()).toBe(3);
    cached.inspect([texts[0]!], [], 's');
    expect(scans()).toBe(4);
  });

  it('does not keep what could not be inspected in full', () => {
    const flood = '://'.repeat(70_000);
    for (let turn = 0; turn < 2; turn += 1) {
      const report = inspect(unit(flood));
      expect(report.result).toBe('uninspectable');
      expect(report.coverage.skipped.some(({ why }) => why.includes('url-credentials'))).toBe(true);
    }
  });
});

describe('the budget', () => {
  it('makes larger requests uninspectable, and says that nothing ran', () => {
    const small = createInspector({ hash: testHash, findingsKey, budget: 100 });
    const report = small.inspect([unit('x'.repeat(60)), unit('y'.repeat(60))], [], 's');
    expect(report).toMatchObject({ result: 'uninspectable', findings: [], coverage: { inspected: [] } });
    expect(report.coverage.skipped).toEqual([{ what: 'body', why: 'more than 100 characters of text' }]);
  });
});

describe('the seam for decoded texts', () => {
  it('scans what is derived, and takes a derivation that gave up for not inspected', () => {
    const reversed = (text: string) => [...text].reverse().join('');
    const derive = (text: string) => ({ texts: [text, reversed(text)], exceeded: null });
    const hidden = unit(reversed(token));
    expect(inspect(hidden).dataClasses).not.toContain('secret');
    const laddered = createInspector({ hash: testHash, findingsKey, derive });
    expect(laddered.inspect([hidden], [], 's').dataClasses).toContain('secret');
    const spent = createInspector({
      hash: testHash,
      findingsKey,
      derive: (text) => ({ texts: [text], exceeded: 'too deep' }),
    });
    expect(spent.inspect([unit('x')], [], 's').result).toBe('uninspectable');
  });
});
