import { isStoredSecret } from '../validators/assignment.ts';
import { decodeLatin1 } from '../validators/base64-text.ts';
import type { Scanner } from './scanner.ts';

const REACH = 4_096;
const MOST_ENTRIES = 64;

const SECTION = /(?:^|\n|,|\{)[ \t]{0,16}"?(data|stringData)"?:[ \t]{0,4}(\{|\r?\n)/g;
const YAML_ENTRY = /^[ \t]{1,16}"?[\w.-]{1,80}"?:[ \t]{1,4}["']?([^\s"']{4,2000})["']?[ \t]{0,4}$/;
const JSON_ENTRY = /"[\w.-]{1,80}"[ \t\r\n]{0,8}:[ \t]{0,4}"([^"\s]{4,2000})"/g;

const candidate = (value: string) => ({
  value,
  body: value,
  user: '',
  text: value,
  start: 0,
  end: value.length,
});

function isSecretValue(section: string, raw: string): boolean {
  if (section === 'stringData') return isStoredSecret(candidate(raw));
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(raw)) return false;
  return isStoredSecret(candidate(decodeLatin1(raw)));
}

function firstSecret(manifest: string): string | null {
  SECTION.lastIndex = 0;
  for (let section = SECTION.exec(manifest); section !== null; section = SECTION.exec(manifest)) {
    const kind = section[1] as string;
    const entries = manifest.slice(SECTION.lastIndex);
    const values: string[] = [];
    if (section[2] === '{') {
      const close = entries.indexOf('}');
      for (const entry of entries.slice(0, close < 0 ? REACH : close).matchAll(JSON_ENTRY)) {
        values.push(entry[1] as string);
      }
    } else {
      for (const line of entries.split('\n', MOST_ENTRIES)) {
        if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
        const entry = YAML_ENTRY.exec(line.replace('\r', ''));
        if (entry === null) break;
        values.push(entry[1] as string);
      }
    }
    const secret = values.find((value) => isSecretValue(kind, value));
    if (secret !== undefined) return secret;
  }
  return null;
}

/** A Kubernetes Secret manifest, YAML or JSON, with a value that is not a stand-in. */
export const scanKubernetesSecret: Scanner = (text, start, end, from) => {
  const before = text.slice(Math.max(from, start - REACH), start);
  const separator = before.lastIndexOf('\n---');
  const after = text.slice(start, end + REACH);
  const next = after.indexOf('\n---');
  const head = separator < 0 ? before : before.slice(separator);
  const tail = next < 0 ? after : after.slice(0, next);
  const resume = start + tail.length;
  const value = firstSecret(head + tail);
  return { found: value === null ? null : { start, end: resume, value }, resume };
};
