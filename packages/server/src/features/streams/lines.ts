import type { Entry } from '@fairlead/core/ledger';
import type { StoredEntry } from '../ledger/reading/api.ts';
import { ocsfOf } from './ocsf.ts';
import type { LineOf } from './types.ts';

/** The stored bytes as they are, so that the leaf hash can be recomputed from `entry`. */
export const jsonLine: LineOf = (origin, entry) => {
  const text = textOf(entry);
  const head = `{"log":${JSON.stringify(origin)},"index":${entry.index},"leaf":"${hex(entry.leaf)}"`;
  // Bytes that are no JSON object on one line (a log that `verify` rejects) must not break the lines of others.
  return text === null
    ? `${head},"bytes":"${Buffer.from(entry.bytes).toString('base64')}"}`
    : `${head},"entry":${text}}`;
};

export function ocsfLine(version: string): LineOf {
  return (origin, entry) => {
    const text = textOf(entry);
    const read = text === null ? null : (JSON.parse(text) as Entry);
    return JSON.stringify(
      ocsfOf({ log: origin, version, stored: entry, leaf: hex(entry.leaf), entry: read }),
    );
  };
}

/** The index that a line of either format carries; null where it is no such line. */
export function indexOfLine(line: string): number | null {
  try {
    const read = JSON.parse(line) as { index?: unknown; metadata?: { sequence?: unknown } };
    const index = read.index ?? read.metadata?.sequence;
    return typeof index === 'number' && Number.isSafeInteger(index) ? index : null;
  } catch {
    return null;
  }
}

function textOf({ bytes }: StoredEntry): string | null {
  const text = Buffer.from(bytes).toString('utf8');
  if (!text.startsWith('{') || /[\n\r]/.test(text)) return null;
  try {
    JSON.parse(text);
    return text;
  } catch {
    return null;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
