import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ProgramBudget } from '../program/types.ts';
import type { Usage } from '../wire/types.ts';
import {
  accountKey,
  accountName,
  accountsFor,
  accountText,
  boundOf,
  type CallSize,
  costOf,
  type Exchange,
  microUsd,
  modelPrice,
  namedAccounts,
  openSheet,
  periodEnd,
  periodStart,
  priceBook,
  readPriceBook,
  settlementOf,
  usdText,
} from './index.ts';

const hash = {
  sha256: (...parts: readonly Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest(),
  hmacSha256: () => new Uint8Array(),
};

describe('amounts', () => {
  it.each([
    [0, '0.00'],
    [1, '0.000001'],
    [12_500_000, '12.50'],
    [999_990, '0.99999'],
    [60_000_000_000, '60000.00'],
    [-1_500_000, '-1.50'],
  ])('%i micro-dollars read %s', (amount, text) => {
    expect(usdText(amount)).toBe(text);
  });

  it('takes dollars to the nearest micro-dollar', () => {
    expect(microUsd(0.1 + 0.2)).toBe(300_000);
    expect(microUsd(1e9)).toBe(1e15);
  });
});

describe('periods, in UTC', () => {
  it.each([
    ['day', '2026-11-01T23:59:59.999Z', '2026-11-01', '2026-11-02'],
    ['day', '2026-11-02T00:00:00Z', '2026-11-02', '2026-11-03'],
    ['week', '2026-11-01T12:00:00Z', '2026-10-26', '2026-11-02'],
    ['week', '2026-11-02T00:00:00Z', '2026-11-02', '2026-11-09'],
    ['week', '2027-01-01T00:00:00Z', '2026-12-28', '2027-01-04'],
    ['month', '2026-12-31T23:59:59.999Z', '2026-12-01', '2027-01-01'],
    ['month', '2028-02-29T00:00:00Z', '2028-02-01', '2028-03-01'],
    ['week', '1969-12-31T00:00:00Z', '1969-12-29', '1970-01-05'],
  ] as const)('the %s of %s begins %s and ends %s', (period, now, start, end) => {
    expect(periodStart(period, Date.parse(now))).toBe(start);
    expect(periodEnd(period, start)).toBe(end);
  });

  it('a total has neither, and nonsense has no end', () => {
    expect(periodStart('total', 0)).toBe('');
    expect(periodEnd('total', '')).toBeNull();
    expect(periodEnd('day', 'x')).toBeNull();
  });
});

const plain = modelPrice({ input: 2, output: 14, cacheRead: 0.2 }, 'program');
const caching = modelPrice({ input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 }, 'program');
const long = modelPrice(
  {
    input: 5,
    output: 30,
    cacheRead: 0.5,
    longContext: [{ above: 1000, input: 10, output: 45, cacheRead: 1 }],
    serviceTiers: { priority: 2.5, flex: 0.5 },
  },
  'program',
);

const use = (inputTokens: number, outputTokens: number, more: Partial<Usage> = {}): Usage => ({
  inputTokens,
  outputTokens,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  ...more,
});

describe('cost', () => {
  it('is rates times tokens, rounded up once', () => {
    expect(costOf(use(10, 5), plain, 'responses', null)).toBe(90);
    expect(costOf(use(0, 0), plain, 'responses', null)).toBe(0);
    const third = modelPrice({ input: 0.333333, output: 0 }, 'program');
    expect(costOf(use(1, 0), third, 'embeddings', null)).toBe(1);
    expect(costOf(use(3_000_000, 0), third, 'embeddings', null)).toBe(999_999);
  });

  it('counts cached tokens within the input of OpenAI and beside that of Anthropic', () => {
    const cached = { cacheReadTokens: 800, cacheWriteTokens: 0 };
    expect(costOf(use(1000, 0, cached), plain, 'chat-completions', null)).toBe(200 * 2 + 800 * 0.2);
    const both = { cacheReadTokens: 800, cacheWriteTokens: 400, cacheWriteLongTokens: 100 };
    expect(costOf(use(1000, 0, both), caching, 'messages', null)).toBe(
      1000 * 3 + 800 * 0.3 + 300 * 3.75 + 100 * 6,
    );
  });

  it('never goes below what was used when a vendor says it cached more than there was', () => {
    expect(costOf(use(10, 0, { cacheReadTokens: 100 }), plain, 'responses', null)).toBe(20);
    const lie = { cacheWriteTokens: 5, cacheWriteLongTokens: 50 };
    expect(costOf(use(0, 0, lie), caching, 'messages', null)).toBe(30);
  });

  it('takes the dearer rates of a long call for all of it', () => {
    expect(costOf(use(1000, 10), long, 'responses', null)).toBe(5000 + 300);
    expect(costOf(use(1001, 10), long, 'responses', null)).toBe(10_010 + 450);
    expect(costOf(use(1, 0, { cacheReadTokens: 1000 }), long, 'messages', null)).toBe(10 + 1000);
  });

  it('takes the tier that the vendor served, else the one asked for; none without a price', () => {
    expect(costOf(use(10, 0), long, 'responses', 'priority')).toBe(125);
    expect(costOf(use(10, 0, { serviceTier: 'flex' }), long, 'responses', 'priority')).toBe(25);
    expect(costOf(use(10, 0), long, 'responses', 'auto')).toBe(50);
    expect(costOf(use(10, 0), plain, 'responses', 'flex')).toBe(20);
    expect(costOf(use(10, 0), plain, 'responses', 'priority')).toBe('unpriced');
    expect(costOf(use(10, 0, { serviceTier: 'scale' }), long, 'responses', null)).toBe('unpriced');
    expect(costOf(use(10, 0), plain, 'responses', 'toString')).toBe('unpriced');
  });

  it('stays exact and finite for the largest counts that are believed', () => {
    const dear = modelPrice({ input: 1_000_000, output: 1_000_000 }, 'program');
    expect(costOf(use(1e9, 1e9), dear, 'responses', null)).toBe(2e15);
    expect(boundOf(size({ maxTokens: Number.MAX_SAFE_INTEGER, choices: 9 }), dear, null)).toMatchObject({
      amount: Number.MAX_SAFE_INTEGER,
    });
  });
});

function size(changes: Partial<CallSize> = {}): CallSize {
  return {
    endpoint: 'responses',
    bytes: 1000,
    images: 0,
    imageBytes: 0,
    remoteRefs: 0,
    vendorText: false,
    tools: false,
    maxTokens: 100,
    choices: 1,
    serviceTier: null,
    ...changes,
  };
}

describe('bound', () => {
  it.each([
    ['half a token a byte, and the output asked for', {}, plain, 500 * 2 + 1400],
    ['an odd byte counts', { bytes: 1001 }, plain, 501 * 2 + 1400],
    ['the dearest of reading and writing a cache', {}, caching, 500 * 6 + 1500],
    [
      'images by number, not by bytes',
      { bytes: 900_400, imageBytes: 900_000, images: 2 },
      plain,
      20_200 * 2 + 1400,
    ],
    ['what the vendor fetches', { remoteRefs: 1 }, plain, 10_500 * 2 + 1400],
    ['what vendors add where tools are declared', { tools: true }, plain, 1500 * 2 + 1400],
    ['each answer asked for', { choices: 3 }, plain, 1000 + 4200],
    ['the model’s own bound where none is asked for', { maxTokens: null }, plain, 1000 + 2000 * 14],
    ['no output of embeddings', { endpoint: 'embeddings', maxTokens: null }, plain, 1000],
    ['dearer rates that may apply', { bytes: 2002 }, long, 1001 * 10 + 4500],
    ['no dearer rates that cannot apply', { bytes: 2000 }, long, 1000 * 5 + 3000],
    ['the service tier', { serviceTier: 'priority' }, long, (500 * 5 + 3000) * 2.5],
    ['a cheaper tier that has no price of its own', { serviceTier: 'flex' }, plain, 500 * 2 + 1400],
    ['nothing for counting tokens', { endpoint: 'count-tokens' }, plain, 0],
  ] as const)('covers %s', (_, changes, price, amount) => {
    expect(boundOf(size(changes), price, 2000)).toMatchObject({ amount });
  });

  it('covers what the vendor kept by the model’s context, or a million tokens', () => {
    const stored = size({ vendorText: true });
    expect(boundOf(stored, plain, null)).toMatchObject({ amount: 1_000_500 * 2 + 1400 });
    const known = modelPrice({ input: 2, output: 14 }, 'list', 8000);
    expect(boundOf(stored, known, null)).toMatchObject({ amount: 8500 * 2 + 1400 });
  });

  it('covers a model without a bound of its own by 128,000 tokens', () => {
    expect(boundOf(size({ maxTokens: null }), plain, null)).toEqual({
      outputTokens: 128_000,
      amount: 1000 + 128_000 * 14,
    });
  });

  it('is none in a tier without a price', () => {
    expect(boundOf(size({ serviceTier: 'priority' }), plain, null)).toBe('unpriced');
  });
});

describe('settlement', () => {
  const reserved = { amount: 5000, outputTokens: 100, serviceTier: null };
  const exchange = (changes: Partial<Exchange>): Exchange => ({
    endpoint: 'messages',
    usage: null,
    status: 200,
    sent: true,
    ...changes,
  });
  it.each([
    ['what the vendor reported', { usage: use(10, 5) }, 105, 'usage'],
    ['nothing reported', {}, 5000, 'reservation'],
    ['no answer at all', { status: null }, 5000, 'reservation'],
    ['an answer that broke off', { usage: use(10, 1, { final: false }) }, 30 + 1500, 'partial'],
    [
      'one that had more output than was asked for',
      { usage: use(10, 200, { final: false }) },
      3030,
      'partial',
    ],
    ['a refusal by the vendor', { status: 429 }, 0, 'refused'],
    ['a failure of the vendor', { status: 529 }, 0, 'refused'],
    ['a failure that reports its use all the same', { status: 500, usage: use(10, 0) }, 30, 'usage'],
    ['a vendor that was not reached', { status: null, sent: false }, 0, 'refused'],
    ['an unpriced tier', { usage: use(1, 1, { serviceTier: 'priority' }) }, 'unpriced', 'usage'],
  ] as const)('of %s', (_, changes, cost, basis) => {
    expect(settlementOf(exchange(changes), caching, reserved)).toEqual({ cost, basis });
  });

  it('of a model without a price is unpriced, never nothing', () => {
    expect(settlementOf(exchange({ usage: use(1, 1) }), null, null)).toEqual({
      cost: 'unpriced',
      basis: 'usage',
    });
    expect(settlementOf(exchange({}), null, null)).toEqual({ cost: 'unpriced', basis: 'reservation' });
  });

  it('of counting tokens is nothing, whatever its price', () => {
    expect(settlementOf(exchange({ endpoint: 'count-tokens', usage: use(0, 0) }), null, null).cost).toBe(0);
  });
});

describe('a price book', () => {
  const rows = [
    { vendor: 'a', model: 'm', price: plain },
    { vendor: 'b', model: 'm', price: caching },
  ];
  it('has one version for the same prices, whatever their order, and another for others', () => {
    const { version } = priceBook(hash, rows);
    expect(version).toMatch(/^[0-9a-f]{64}$/);
    expect(priceBook(hash, [...rows].reverse()).version).toBe(version);
    expect(priceBook(hash, rows.slice(1)).version).not.toBe(version);
    const dearer = { ...plain, rates: { ...plain.rates, input: plain.rates.input + 1 } };
    expect(priceBook(hash, [{ ...rows[0]!, price: dearer }, rows[1]!]).version).not.toBe(version);
  });

  it('prices by vendor and model, and the same when it is read again', () => {
    const book = priceBook(hash, rows);
    const again = readPriceBook(book.version, book.json);
    for (const either of [book, again]) {
      expect(either.price('a', 'm')).toEqual(plain);
      expect(either.price('b', 'm')).toEqual(caching);
      expect(either.price('a', 'other')).toBeNull();
      expect(either.price('a\nm', '')).toBeNull();
    }
  });

  it('never makes a price nothing by rounding', () => {
    expect(modelPrice({ input: 1e-9, output: 0 }, 'program').rates).toMatchObject({ input: 1, output: 0 });
  });
});

describe('limits', () => {
  const limit = (
    scope: ProgramBudget['scope'],
    subject: string,
    period: ProgramBudget['period'],
    amount: number,
  ) => ({ scope, subject, period, limit: amount }) as ProgramBudget;
  const now = Date.parse('2026-11-05T10:00:00Z');
  const spender = {
    organisation: ['acme'],
    stage: ['pilot'],
    team: ['payments', 'search'],
    repository: ['h/o/a', 'h/o/b'],
    key: ['k-1'],
    session: ['s'],
  };

  it('apply to each whom they name, and those of * to everybody else for the same period', () => {
    const limits = [
      limit('team', '*', 'month', 10),
      limit('team', 'payments', 'month', 20),
      limit('team', 'payments', 'day', 2),
      limit('repository', '*', 'total', 5),
      limit('stage', 'other', 'total', 1),
      limit('key', '*', 'week', 3),
    ];
    expect(accountsFor(limits, spender, now)).toEqual([
      { key: 'key|week|2026-11-02|k-1', limit: 3 },
      { key: 'repository|total||h/o/a', limit: 5 },
      { key: 'repository|total||h/o/b', limit: 5 },
      { key: 'team|day|2026-11-05|payments', limit: 2 },
      { key: 'team|month|2026-11-01|payments', limit: 20 },
      { key: 'team|month|2026-11-01|search', limit: 10 },
    ]);
    expect(accountsFor([], spender, now)).toEqual([]);
  });

  it('that name somebody have an account before any call, and so has the organisation', () => {
    const limits = [
      limit('organisation', '*', 'month', 100),
      limit('team', 'payments', 'month', 20),
      limit('team', '*', 'month', 10),
      limit('key', '*', 'day', 1),
    ];
    expect(namedAccounts(limits, 'acme', now).map(({ key }) => key)).toEqual([
      'organisation|month|2026-11-01|acme',
      'team|month|2026-11-01|payments',
    ]);
  });

  it('have keys that can be read back, and words', () => {
    const name = { scope: 'session', id: 'h:a|b', period: 'total', start: '' } as const;
    expect(accountName(accountKey(name))).toEqual(name);
    expect(accountText(accountKey(name))).toBe('the whole budget of this session');
    expect(accountText('team|month|2026-11-01|payments')).toBe(
      "the month's budget of team payments (the next month begins 2026-12-01 UTC)",
    );
  });
});

describe('a sheet', () => {
  const [a, b] = [
    { key: 'key|day|2026-11-05|a', limit: 100 },
    { key: 'team|day|2026-11-05|b', limit: 50 },
  ];
  it('reserves in all accounts or in none', () => {
    const sheet = openSheet();
    expect(sheet.reserve('1', [a!, b!], 30)).toBeNull();
    expect(sheet.reserve('2', [a!, b!], 30)).toMatchObject({ key: b!.key, reserved: 30, limit: 50 });
    expect(sheet.account(a!.key)).toMatchObject({ reserved: 30 });
    expect(sheet.reserve('3', [a!], 70)).toBeNull();
    expect(sheet.reserve('4', [a!], 1)).toMatchObject({ key: a!.key });
    expect(sheet.reserve('4', [a!], 0)).toBeNull();
  });

  it('settles once, releases what is over, and keeps an overrun apart', () => {
    const sheet = openSheet();
    sheet.reserve('1', [a!], 30);
    sheet.reserve('1', [a!], 30);
    sheet.settle('1', 10);
    sheet.settle('1', 10);
    expect(sheet.account(a!.key)).toMatchObject({ reserved: 0, settled: 10, overrun: 0 });
    sheet.reserve('2', [a!], 40);
    sheet.settle('2', 100);
    expect(sheet.account(a!.key)).toMatchObject({ reserved: 0, settled: 50, overrun: 60 });
    expect(sheet.reserve('3', [a!], 1)).toMatchObject({ overrun: 60 });
    sheet.settle('nobody', 5);
    sheet.reserve('4', [b!], 20);
    sheet.settle('4', 'released');
    sheet.reserve('5', [b!], 20);
    sheet.settle('5', 'reserved');
    expect(sheet.account(b!.key)).toMatchObject({ reserved: 0, settled: 20, overrun: 0 });
  });

  it('takes a changed limit from now on', () => {
    const sheet = openSheet();
    sheet.reserve('1', [a!], 60);
    expect(sheet.reserve('2', [{ ...a!, limit: 50 }], 1)).toMatchObject({ limit: 50, reserved: 60 });
    sheet.declare([{ ...a!, limit: 200 }]);
    expect(sheet.account(a!.key)).toMatchObject({ limit: 200, reserved: 60 });
    expect(sheet.reserve('2', [{ ...a!, limit: 200 }], 140)).toBeNull();
  });

  it('forgets what is old, unless it holds something', () => {
    const sheet = openSheet();
    sheet.reserve('1', [a!], 10);
    sheet.declare([b!]);
    sheet.forget(() => true);
    expect(sheet.accounts().map(({ key }) => key)).toEqual([a!.key]);
  });
});
