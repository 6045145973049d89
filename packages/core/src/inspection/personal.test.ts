import { describe, expect, it } from 'vitest';
import { draw } from './detectors/cases.ts';
import { createInspector } from './inspector.ts';
import { testHash, unit } from './testing/index.ts';
import { isCard } from './validators/card.ts';
import { base62, crc32, hasTrailingChecksum } from './validators/crc32.ts';
import { luhn, modulo, verhoeff } from './validators/digits.ts';
import { isIban } from './validators/iban.ts';
import { nationalIds } from './validators/national-id.ts';
import { isPhone } from './validators/phone.ts';

const inspector = createInspector({ hash: testHash, findingsKey: new Uint8Array(32) });
const inspect = (...texts: readonly string[]) =>
  inspector.inspect(
    texts.map((text, i) => unit(text, 'message', `/messages/${i}/content`)),
    [],
    's',
  );

/** Distinct card numbers with right check digits. */
function cards(count: number, prefix = '4', length = 16): string[] {
  return Array.from({ length: count }, (_, seed) => {
    const start = prefix + draw('digits', length - prefix.length - 1, seed + 1);
    const check = '0123456789'.split('').find((digit) => luhn(start + digit)) as string;
    return start + check;
  });
}

describe('checksums', () => {
  it('agree with published examples', () => {
    expect(luhn('4111111111111111')).toBe(true);
    expect(luhn('4111111111111112')).toBe(false);
    expect(crc32('123456789')).toBe(0xcbf43926);
    expect(verhoeff('2363')).toBe(true);
    expect(verhoeff('2364')).toBe(false);
    expect(modulo('3214282912345698765432161182', 97)).toBe(1);
    expect(isIban('GB82WEST12345698765432')).toBe(true);
    expect(isIban('GB82WEST12345698765433')).toBe(false);
    expect(isIban('XX82WEST12345698765432')).toBe(false);
    const body = draw('base62', 30, 9);
    expect(hasTrailingChecksum(body + base62(crc32(body), 6))).toBe(true);
    expect(hasTrailingChecksum(`${body}000000`)).toBe(false);
  });

  it.each([
    ['br', '529.982.247-25', '529.982.247-26'],
    ['es', '12345678Z', '12345678A'],
    ['es', 'X1234567L', 'X1234567M'],
    ['it', 'RSSMRA85T10A562S', 'RSSMRA85T10A562T'],
    ['fi', '131052-308T', '131052-308U'],
    ['nl', '111222333', '111222334'],
    ['pl', '44051401359', '44051401358'],
    ['gb', '943 476 5919', '943 476 5918'],
    ['de', '86095742719', '86095742718'],
    ['cn', '11010519491231002X', '110105194912310021'],
    ['ca', '046 454 286', '046 454 287'],
    ['se', '811228-9874', '811228-9875'],
    ['tr', '10000000146', '10000000147'],
    ['ch', '756.9217.0769.85', '756.9217.0769.84'],
    ['au', '123 456 782', '123 456 781'],
    ['us', '219-09-9998', '666-09-9998'],
    ['fr', '1 85 05 78 006 084 91', '1 85 05 78 006 084 90'],
    ['be', '85.07.30-033.28', '85.07.30-033.29'],
    ['in', '2341 2341 2346', '2341 2341 2347'],
    ['pt', '123456789', '123456788'],
  ] as const)('of %s: %s is right, %s is not', (country, right, wrong) => {
    expect(nationalIds[country](right)).toBe(true);
    expect(nationalIds[country](wrong)).toBe(false);
  });

  it('of phones need a known country code', () => {
    expect(isPhone('+49 30 901820')).toBe(true);
    expect(isPhone('+1 202 555 0123')).toBe(false);
    expect(isPhone('+999')).toBe(false);
  });
});

describe('density', () => {
  const numbers = cards(20);

  it.each([
    ['one a line', numbers.join('\n')],
    ['in one line', numbers.join(' ')],
    ['as CSV', numbers.map((n, i) => `${i};${n};EUR`).join('\n')],
    ['in groups of four', numbers.map((n) => n.replace(/(.{4})(?=.)/g, '$1 ')).join(', ')],
    ['with hyphens', numbers.map((n) => n.replace(/(.{4})(?=.)/g, '$1-')).join('\n')],
    ['as JSON', JSON.stringify(numbers.map((pan) => ({ pan })))],
    ['in escaped JSON', JSON.stringify(JSON.stringify(numbers.map((pan) => ({ pan }))))],
  ])('20 cards %s are personal data', (_name, text) => {
    const report = inspect(text);
    expect(report.dataClasses).toEqual(['personal-data']);
    expect(report.findings).toEqual([
      {
        detector: 'payment-card',
        class: 'personal-data',
        grade: null,
        kind: 'message',
        count: 20,
        digest: null,
      },
    ]);
  });

  it('counts over all messages of a request, and the same card once', () => {
    expect(inspect(...numbers).dataClasses).toEqual(['personal-data']);
    const one = inspect(...Array.from({ length: 20 }, () => numbers[0] as string));
    expect(one.dataClasses).toEqual(['personal-mention']);
    expect(one.findings[0]?.count).toBe(1);
  });

  it('begins at ten distinct items', () => {
    expect(inspect(numbers.slice(0, 9).join('\n')).dataClasses).toEqual(['personal-mention']);
    expect(inspect(numbers.slice(0, 10).join('\n')).dataClasses).toEqual(['personal-data']);
  });

  it('knows the issuers', () => {
    for (const [prefix, length] of [
      ['51', 16],
      ['2221', 16],
      ['34', 15],
      ['6011', 16],
      ['36', 14],
      ['62', 19],
    ] as const) {
      expect(cards(3, prefix, length).every(isCard), prefix).toBe(true);
    }
    expect(cards(3, '9', 16).some(isCard)).toBe(false);
  });

  it('does not mistake long numbers for cards', () => {
    const ids = Array.from(
      { length: 200 },
      (_, seed) => `{"id": ${4}${draw('digits', 15, seed + 500)}}`,
    ).join('\n');
    expect(inspect(ids).dataClasses).not.toContain('personal-data');
    expect(inspect(numbers.map((n) => `x${n}`).join('\n')).result).toBe('clean');
    expect(inspect(numbers.map((n) => `0.${n}`).join('\n')).result).toBe('clean');
  });

  it('takes authors in logs and licences for what they are', () => {
    const people = Array.from({ length: 40 }, (_, i) => `p${i}.dev@northwind-${i}.io`);
    const log = people.map((mail) => `commit 1\nAuthor: P <${mail}>\n\n    fix\n`).join('');
    expect(inspect(log).dataClasses).toEqual(['personal-mention']);
    expect(inspect(people.map((mail) => `* P <${mail}>`).join('\n')).dataClasses).toEqual([
      'personal-mention',
    ]);
    expect(inspect(people.map((mail, i) => `${i},customer,${mail}`).join('\n')).dataClasses).toEqual([
      'personal-data',
    ]);
    expect(inspect(people.map((_, i) => `u${i}@example.com`).join('\n')).result).toBe('clean');
  });
});

describe('tables', () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, i) => `${i},Ana${i},Ruiz,19${70 + i}-02-03`).join('\n');

  it('with personal columns are personal data, whatever stands in them', () => {
    expect(inspect(`id,first_name,last_name,date_of_birth\n${rows(6)}\n`).dataClasses).toEqual([
      'personal-data',
    ]);
    expect(
      inspect(`id,first_name,last_name,date_of_birth\\n${rows(6).replaceAll('\n', '\\n')}\\n`).dataClasses,
    ).toEqual(['personal-data']);
  });

  it('need rows, and personal columns', () => {
    expect(inspect(`id,first_name,last_name,date_of_birth\n${rows(2)}\n`).result).toBe('clean');
    expect(inspect(`id,total,items,day\n${rows(6)}\n`).result).toBe('clean');
    expect(inspect('create table t (first_name text, last_name text, date_of_birth date);').result).toBe(
      'clean',
    );
  });
});
