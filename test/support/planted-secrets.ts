import { generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A thing that must not reach a vendor: the text to plant, and the values to look for afterwards. */
export interface Planted {
  readonly name: string;
  readonly text: string;
  /** Strings that may stand in no file, log line or answer. */
  readonly values: readonly string[];
  /** Data class that the entry must name. */
  readonly dataClass: string;
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function letters(length: number, alphabet = base62): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** A GitHub token as GitHub makes them: the last six characters are the CRC32 of the thirty before, in base 62. */
function githubToken(): string {
  const body = letters(30);
  let sum = crc32(body);
  let check = '';
  for (let at = 0; at < 6; at += 1) {
    check = base62[sum % 62] + check;
    sum = Math.floor(sum / 62);
  }
  return `${'gh'}p_${body}${check}`;
}

function privateKey(): { text: string; inner: string } {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const text = key.export({ type: 'pkcs8', format: 'pem' }) as string;
  return { text, inner: text.split('\n')[5] as string };
}

/** Card numbers of a test issuer's shape with a right check digit, different each time. */
function cards(count: number): string[] {
  return Array.from({ length: count }, () => {
    const digits = `4${letters(14, '0123456789')}`;
    const sum = [...digits].reverse().reduce((total, digit, at) => {
      const doubled = at % 2 === 0 ? Number(digit) * 2 : Number(digit);
      return total + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
    return digits + ((10 - (sum % 10)) % 10);
  });
}

/** Fresh secrets of every kind, random in each run, so that no fixture looks like a leaked credential. */
export function plantedSecrets(): readonly Planted[] {
  const token = githubToken();
  const pem = privateKey();
  const numbers = cards(20);
  const password = randomBytes(24).toString('base64url');
  const dotenvSecret = randomBytes(32).toString('hex');
  const dotenv = [
    '# .env',
    'NODE_ENV=production',
    `DATABASE_URL=postgres://app:${password}@db.internal:5432/payments`,
    `SESSION_SECRET=${dotenvSecret}`,
    `DB_PASSWORD=${password}`,
  ].join('\n');
  return [
    { name: 'a live-looking token', text: `use ${token} please`, values: [token], dataClass: 'secret' },
    { name: 'a private key', text: pem.text, values: [pem.inner], dataClass: 'secret' },
    { name: 'a .env file', text: dotenv, values: [password, dotenvSecret], dataClass: 'secret' },
    {
      name: '20 card numbers',
      text: numbers.map((number, at) => `${at};${number};EUR`).join('\n'),
      values: numbers,
      dataClass: 'personal-data',
    },
  ];
}
