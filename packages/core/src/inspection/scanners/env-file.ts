import { isStoredSecret } from '../validators/assignment.ts';
import { looksRandom } from '../validators/randomness.ts';
import { LINE_NUMBER, lineAround, nextLineStart } from './line.ts';
import type { Scanner } from './scanner.ts';

const LONGEST_LINE = 400;

/** One line of a dotenv file. Names are upper case: that is what tells the file from code. */
const ASSIGNMENT = new RegExp(
  String.raw`^${LINE_NUMBER}[ \t]{0,4}(?:export[ \t]{1,4}|ENV[ \t]{1,4}|set[ \t]{1,4})?([A-Z][A-Z0-9_]{1,63})=` +
    String.raw`(?:"([^"\r\n]{1,300})"|'([^'\r\n]{1,300})'|([^\s"'#]{1,300}))[ \t]{0,8}(?:#.{0,120})?$`,
);
const NEIGHBOUR = new RegExp(String.raw`^${LINE_NUMBER}[ \t]{0,4}(?:export[ \t]{1,4})?[A-Z][A-Z0-9_]{1,63}=`);
const SECRET_NAME =
  /PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIAL|AUTH_KEY|ENCRYPTION_KEY|SIGNING_KEY|SALT|(?:^|_)(?:KEY|PASS|PWD)$/;
const PUBLIC_NAME =
  /PUBLIC|PUBLISHABLE|_ID$|_URL$|_PATH$|_FILE$|_NAME$|_EXPIR|_TTL|_LENGTH|_TYPE|_HEADER|_LIFETIME/;

function hasNeighbour(text: string, start: number, end: number): boolean {
  const after = text.slice(nextLineStart(text, end), end + 120);
  if (NEIGHBOUR.test(after)) return true;
  if (start === 0) return false;
  const before = lineAround(text, start - (text.charCodeAt(start - 1) === 110 ? 2 : 1), LONGEST_LINE, 2);
  return before !== null && NEIGHBOUR.test(text.slice(before.start, before.end));
}

/**
 * A secret-named line of a .env file. Another line of the same form beside it shows the file's shape; a lone line
 * counts only when its value looks random.
 */
export const scanEnvLine: Scanner = (text, start, end) => {
  const line = lineAround(text, start, 100, LONGEST_LINE);
  if (line === null) return { found: null, resume: end };
  const resume = Math.max(line.end, end);
  const parts = ASSIGNMENT.exec(text.slice(line.start, line.end));
  if (parts === null) return { found: null, resume };
  const name = parts[1] as string;
  const value = parts[2] ?? parts[3] ?? parts[4] ?? '';
  if (!SECRET_NAME.test(name) || PUBLIC_NAME.test(name)) return { found: null, resume };
  if (!isStoredSecret({ value, body: value, user: '', text, start, end: line.end }))
    return { found: null, resume };
  if (!hasNeighbour(text, line.start, line.end) && !looksRandom(value)) return { found: null, resume };
  const at = text.indexOf(value, start);
  return { found: { start: at < 0 ? start : at, end: line.end, value }, resume };
};
