import { luhn, modulo, verhoeff, weighted } from './digits.ts';

const digitsOf = (text: string): string => text.replace(/\D/g, '');
const at = (digits: string, index: number): number => digits.charCodeAt(index) - 48;
const varied = (digits: string): boolean => new Set(digits).size > 2;

/** ISO 7064 MOD 11,10, as in Germany's tax id. */
function mod1110(digits: string): boolean {
  let product = 10;
  for (let i = 0; i < digits.length - 1; i += 1) {
    const sum = (at(digits, i) + product) % 10;
    product = ((sum === 0 ? 10 : sum) * 2) % 11;
  }
  return (11 - product) % 10 === at(digits, digits.length - 1);
}

function brazil(digits: string): boolean {
  const first = (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11;
  const second = (weighted(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10) % 11;
  return first % 10 === at(digits, 9) && second % 10 === at(digits, 10);
}

function norway(digits: string): boolean {
  const first = weighted(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]);
  const second = weighted(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]);
  return first % 11 === 0 && second % 11 === 0;
}

function france(text: string): boolean {
  const compact = text.replace(/[ .-]/g, '').toUpperCase().replace('2A', '19').replace('2B', '18');
  return Number(compact.slice(13, 15)) === 97 - modulo(compact.slice(0, 13), 97);
}

const SPAIN = 'TRWAGMYFPDXBNJZSQVHLCKE';
function spain(text: string): boolean {
  const compact = text.replace(/[ .-]/g, '').toUpperCase();
  const number = compact.slice(0, -1).replace('X', '0').replace('Y', '1').replace('Z', '2');
  return SPAIN.charAt(Number(number) % 23) === compact.slice(-1);
}

const ITALY_ODD = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];
function italy(text: string): boolean {
  const code = text.toUpperCase();
  let sum = 0;
  for (let i = 0; i < 15; i += 1) {
    const unit = code.charCodeAt(i);
    const value = unit < 58 ? unit - 48 : unit - 65;
    sum += i % 2 === 0 ? (ITALY_ODD[value] as number) : value;
  }
  return String.fromCharCode(65 + (sum % 26)) === code.charAt(15);
}

const FINLAND = '0123456789ABCDEFHJKLMNPRSTUVWXY';
function finland(text: string): boolean {
  const digits = digitsOf(text.slice(0, 6)) + text.slice(7, 10);
  return FINLAND.charAt(Number(digits) % 31) === text.slice(10).toUpperCase();
}

function belgium(digits: string): boolean {
  const check = Number(digits.slice(9));
  const number = digits.slice(0, 9);
  return 97 - modulo(number, 97) === check || 97 - modulo(`2${number}`, 97) === check;
}

function china(text: string): boolean {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  return '10X98765432'.charAt(weighted(text, weights) % 11) === text.slice(17).toUpperCase();
}

function turkey(digits: string): boolean {
  const odd = [0, 2, 4, 6, 8].reduce((sum, i) => sum + at(digits, i), 0);
  const even = [1, 3, 5, 7].reduce((sum, i) => sum + at(digits, i), 0);
  const tenth = (((odd * 7 - even) % 10) + 10) % 10;
  return tenth === at(digits, 9) && (odd + even + tenth) % 10 === at(digits, 10);
}

/** No checksum exists; the ranges never issued are excluded (Social Security Administration). */
function unitedStates(text: string): boolean {
  const digits = digitsOf(text);
  const area = digits.slice(0, 3);
  if (area === '000' || area === '666' || area.startsWith('9')) return false;
  return (
    digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000' && digits !== '123456789' && varied(digits)
  );
}

const ofDigits =
  (check: (digits: string) => boolean) =>
  (text: string): boolean => {
    const digits = digitsOf(text);
    return varied(digits) && check(digits);
  };

/** Checks of national identity numbers, by the validator id's ending. Each takes the number as written. */
export const nationalIds = {
  br: ofDigits(brazil),
  es: spain,
  fr: france,
  it: italy,
  fi: finland,
  us: unitedStates,
  cn: china,
  be: ofDigits(belgium),
  no: ofDigits(norway),
  tr: ofDigits(turkey),
  de: ofDigits(mod1110),
  in: ofDigits(verhoeff),
  se: ofDigits((digits) => luhn(digits.slice(-10))),
  ca: ofDigits(luhn),
  nl: ofDigits((digits) => weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0),
  pl: ofDigits((digits) => weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0),
  pt: ofDigits((digits) => {
    const rest = weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    return at(digits, 8) === (rest < 2 ? 0 : 11 - rest);
  }),
  gb: ofDigits((digits) => {
    const check = 11 - (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
    return (check === 11 ? 0 : check) === at(digits, 9);
  }),
  au: ofDigits((digits) => weighted(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0),
  ch: ofDigits((digits) => weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0),
} as const satisfies Record<string, (text: string) => boolean>;

export type Country = keyof typeof nationalIds;
