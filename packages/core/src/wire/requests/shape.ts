import { asInteger, asString, elements, type JsonNode, member, type ObjectNode } from '../../json/index.ts';
import { type Facts, noteUrl, type ToolElements } from '../facts.ts';
import { type Opaque, plain, type Region } from '../region.ts';
import { textOf } from './text-of.ts';

/** What the view needs to know of one endpoint's requests. Each endpoint is one file that provides this. */
export interface RequestShape {
  readonly root: Region;
  /** Adds what the top of the body declares: tools, state, references. */
  readonly declare: (body: ObjectNode, facts: Facts, elements: ToolElements | null) => void;
  readonly maxTokens: (body: ObjectNode) => number | null;
  readonly firstUserText: (body: ObjectNode) => string | null;
  readonly bodySession: (body: ObjectNode) => string | null;
}

/** Text that identifies the caller or groups calls. */
export const metadata: Region = { kind: 'metadata' };

/** Declared tools; nothing in them is opaque. */
export const toolDefinitions: Region = { kind: 'tool-definition' };

const WHY_MEDIA = 'binary content is not inspected';

/** An image, a sound or a document, of any size that a body may have. */
export function media(what: string, binary = true): Opaque {
  return { what, why: WHY_MEDIA, longest: Number.MAX_SAFE_INTEGER, binary };
}

/** The same behind a URL: only `data:` URLs carry their content. */
export function mediaUrl(what: string): Opaque {
  return { ...media(what), dataUrl: true };
}

/** A ciphertext or signature that only the vendor can read. */
export function sealed(what: string, longest: number): Opaque {
  return { what, why: 'sealed by the vendor, cannot be read', longest, binary: true };
}

/** The larger of the token bounds in `keys`, null when none is a non-negative integer. */
export function largestBound(body: ObjectNode, keys: readonly string[]): number | null {
  let largest: number | null = null;
  for (const key of keys) {
    const value = asInteger(member(body, key));
    if (value !== null && value >= 0 && (largest === null || value > largest)) largest = value;
  }
  return largest;
}

/** The text of the first message of the user in a list of messages. */
export function firstUserTextIn(messages: JsonNode | undefined): string | null {
  for (const message of elements(messages)) {
    if (asString(member(message, 'role')) !== 'user') continue;
    const text = textOf(member(message, 'content'));
    if (text !== null) return text;
  }
  return null;
}

const SESSION = /^[A-Za-z0-9_.:-]{1,128}$/;

/** A session id as sent, or null when the text can't be one. */
export function sessionId(text: string | null): string | null {
  return text !== null && SESSION.test(text) ? text : null;
}

/** Notes a file that the vendor holds, and a URL that it would fetch, in an OpenAI content part. */
function notePart(part: ObjectNode, facts: Facts): void {
  for (const key of ['image_url', 'file_url', 'audio_url', 'video_url', 'url']) {
    const value = member(part, key);
    noteUrl(facts, value?.kind === 'object' ? member(value, 'url') : value);
  }
  for (const holder of [part, member(part, 'file')]) {
    if (asString(member(holder, 'file_id')) !== null) facts.serverState.add('file');
  }
}

const imageUrl: Region = { opaque: (key) => (key === 'url' ? mediaUrl('image') : null) };
const inputAudio: Region = { opaque: (key) => (key === 'data' ? media('audio') : null) };
const file: Region = { opaque: (key) => (key === 'file_data' ? media('file') : null) };

const partFields = new Map([
  ['image_url', imageUrl],
  ['input_audio', inputAudio],
  ['file', file],
  ['text', plain],
]);

/** Content parts of both OpenAI dialects: `image_url` is an object in chat and a string in responses. */
export const contentParts: Region = {
  fields: partFields,
  note: notePart,
  opaque(key, _, part) {
    const type = asString(member(part, 'type'));
    if (key === 'image_url' && (type === 'input_image' || type === 'computer_screenshot'))
      return media('image');
    return key === 'file_data' && type === 'input_file' ? media('file') : null;
  },
};
