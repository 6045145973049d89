import type { Scanner } from './scanner.ts';

/** No private key in use is longer: RSA 16384 in PEM has 12,700 characters. */
const LONGEST_BODY = 24_576;
/** The shortest PKCS #8 key, Ed25519, has 64 base64 characters. */
const SHORTEST_BODY = 60;
const MOST_OTHER_WORDS = 24;

const LABEL = /-{4,5} ?BEGIN ((?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?) ?-{4,5}/y;
const LINE_NUMBER = /^\d{1,6}(?:\u2192|[:|])/;
const WRAPPING = /^["'`(,;[>#*/|]+|["'`),;\]\\]+$/g;
const BASE64 = /^[A-Za-z0-9+/=]+$/;

/**
 * The base64 characters of a key's body. Lines may be real or written as `\n`, quoted, joined with `+` or `,`,
 * indented, quoted as mail, or numbered as an assistant's file reader does.
 */
function bodyOf(block: string): string {
  let body = '';
  let others = 0;
  for (const word of block.split(/\s+|\\+[nrt]/)) {
    if (word === '') continue;
    const bare = word.replace(LINE_NUMBER, '').replace(WRAPPING, '');
    if (BASE64.test(bare)) body += bare;
    else {
      others += 1;
      if (others > MOST_OTHER_WORDS) break;
    }
  }
  return body;
}

function isKeyBody(body: string): boolean {
  return body.length >= SHORTEST_BODY && new Set(body).size >= 16 && /\d/.test(body);
}

/** PEM, OpenSSH, SSH2 and OpenPGP private keys; also cut off before their end line. */
export const scanPrivateKey: Scanner = (text, start, end) => {
  LABEL.lastIndex = start;
  const label = LABEL.exec(text);
  if (label === null) return { found: null, resume: end };
  const from = LABEL.lastIndex;
  const rest = text.slice(from, from + LONGEST_BODY);
  const stop = rest.indexOf('----');
  const block = stop < 0 ? rest : rest.slice(0, stop);
  const body = bodyOf(block);
  const last = from + block.length;
  if (!isKeyBody(body)) return { found: null, resume: last };
  return { found: { start, end: last, value: `${label[1]}:${body}` }, resume: last };
};

/** PuTTY's `.ppk`: the part after `Private-Lines:`. */
export const scanPuttyKey: Scanner = (text, start, end) => {
  const rest = text.slice(end, end + LONGEST_BODY);
  const next = rest.indexOf('PuTTY-User-Key-File-');
  const file = next < 0 ? rest : rest.slice(0, next);
  const resume = end + file.length;
  const lines = /Private-Lines: {0,2}\d{1,4}/.exec(file);
  if (lines === null) return { found: null, resume };
  const after = file.slice(lines.index + lines[0].length);
  const mac = after.indexOf('Private-M');
  const body = bodyOf(mac < 0 ? after : after.slice(0, mac));
  if (!isKeyBody(body)) return { found: null, resume };
  return { found: { start, end: resume, value: `putty:${body}` }, resume };
};
