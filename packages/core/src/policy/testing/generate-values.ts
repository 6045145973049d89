import type { TypeModel } from '../schema-model.ts';
import type { CedarJson, EntityRef } from '../types.ts';
import type { RandomSource } from './random.ts';

const maxSafe = Number.MAX_SAFE_INTEGER;
const longs = [0, 1, -1, 2, 3, 7, 10, 1023, 1024, 1025, -1024, 4096, 2 ** 31, 2 ** 32, maxSafe, -maxSafe];
const texts = [
  '',
  'a',
  'b',
  'ab',
  'aab',
  'a*b',
  '*',
  'é',
  '😀',
  'a😀b',
  'Ab',
  '1',
  '__proto__',
  'constructor',
];
const decimals = ['0.0', '-0.0', '1.0', '1.0000', '1.5', '-1.5', '01.50', '12.3456', '922337203685477.5807'];
const badDecimals = [
  '1',
  '1.',
  '.5',
  '1.23456',
  '+1.0',
  '1e3',
  '922337203685477.5808',
  ' 1.0',
  '1.0\n',
  '٣.٣',
];
const datetimes = [
  '1970-01-01',
  '2024-02-29',
  '0000-01-01',
  '9999-12-31',
  '2024-02-29T12:34:56Z',
  '2024-02-29T12:34:56.789Z',
  '2024-02-29T00:00:00+0130',
  '1969-12-31T23:59:59.999Z',
  '2024-03-01T00:30:00.000-2359',
];
const badDatetimes = [
  '2023-02-29',
  '2024-13-01',
  '2024-00-10',
  '2024-1-1',
  '1900-02-29',
  '2024-01-01T24:00:00Z',
  '2024-01-01T00:60:00Z',
  '2024-01-01T23:59:60Z',
  '2024-01-01T00:00:00',
  '2024-01-01T00:00:00.1Z',
  '2024-01-01T00:00:00+2400',
  '2024-01-01T00:00:00+01:00',
  '2024-01-01t00:00:00z',
  '2024-01-01Z',
  '',
];
const durations = [
  '0ms',
  '-0d',
  '1d',
  '24h',
  '1d2h3m4s5ms',
  '-1s500ms',
  '90m',
  '5400s',
  '9223372036854775807ms',
  '-9223372036854775808ms',
  '106751991167d7h12m55s807ms',
];
const badDurations = [
  '',
  '-',
  '1',
  'd',
  '1h1d',
  '1.5h',
  '+1d',
  '1d ',
  '9223372036854775808ms',
  '1ms1s',
  '--1d',
];
const ips = [
  '10.0.0.1',
  '10.0.0.1/32',
  '10.0.0.1/8',
  '10.255.0.0/9',
  '0.0.0.0/0',
  '127.0.0.1',
  '127.0.0.1/7',
  '127.1.2.3/8',
  '224.0.0.1/4',
  '224.0.0.1/3',
  '239.255.255.255',
  '::',
  '::1',
  '::1/127',
  '::/0',
  '1:2:3:4:5:6:7:8',
  '1:2:3:4:5:6:7::',
  'ff00::/8',
  'ff00::/7',
  'FE80::abCD/64',
  '::ffff:a00:1',
];
const badIps = [
  '10.0.0',
  '10.0.0.01',
  '10.0.0.256',
  '10.0.0.1/33',
  '10.0.0.1/08',
  '10.0.0.1/',
  '10.0.0.1/+8',
  '::ffff:10.0.0.1',
  '1:2:3:4:5:6:7:8::',
  ':1',
  '1::2::3',
  '12345::',
  'fe80::1%eth0',
  '::1/129',
  '::1/064',
  '',
  'g::',
];

type ExtensionName = 'decimal' | 'datetime' | 'duration' | 'ipaddr';
export const extensionTexts: { readonly [name in ExtensionName]: readonly [good: string[], bad: string[]] } =
  {
    decimal: [decimals, badDecimals],
    datetime: [datetimes, badDatetimes],
    duration: [durations, badDurations],
    ipaddr: [ips, badIps],
  };

export const entityIds: { readonly [type: string]: readonly string[] } = {
  Plan: ['free', 'paid'],
  Group: ['g0', 'g1', 'g2', 'g3', 'g4'],
  User: ['u0', 'u1', 'u2', 'u3', 'u4', 'u5', 'gone'],
  Bot: ['b0', 'b1', 'gone'],
  Folder: ['f0', 'f1', 'f2'],
  Doc: ['d0', 'd1', 'd2', 'gone'],
};

export function randomLong(random: RandomSource): number {
  return random.chance(0.7) ? random.below(21) - 10 : random.pick(longs);
}

export function randomText(random: RandomSource): string {
  return random.pick(texts);
}

/** The text of an extension value; now and then one that must be refused. */
export function extensionText(name: ExtensionName, random: RandomSource, badOnes: number): string {
  const [good, bad] = extensionTexts[name];
  return random.pick(random.chance(badOnes) ? bad : good);
}

export function randomUid(random: RandomSource, type = random.pick(Object.keys(entityIds))): EntityRef {
  return { type, id: random.pick(entityIds[type]!) };
}

/** A value of the type, in Cedar's explicit JSON form. */
export function jsonOf(type: TypeModel, random: RandomSource): CedarJson {
  switch (type.kind) {
    case 'bool':
      return random.chance(0.5);
    case 'long':
      return randomLong(random);
    case 'string':
      return randomText(random);
    case 'entity':
      return { __entity: { ...randomUid(random, type.name) } };
    case 'extension': {
      const fn = type.name === 'ipaddr' ? 'ip' : type.name;
      return { __extn: { fn, arg: extensionText(type.name, random, 0) } };
    }
    case 'set':
      return random.some(random.chance(0.1) ? 20 : 3, () => jsonOf(type.element, random));
    case 'record': {
      const given = type.attributes.filter((attribute) => attribute.required || random.chance(0.5));
      return Object.fromEntries(given.map(({ name, type: of }) => [name, jsonOf(of, random)]));
    }
  }
}
