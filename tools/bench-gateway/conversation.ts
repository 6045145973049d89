import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Content stands in blocks of this many bytes, escaped for JSON. */
const BLOCK = 128;
/** Each text begins with words of its own, so that no two are the same. */
const OPENING = 32;
/** The last message of a warm turn: at most so much is new. */
const MOST_NEW = 5_120;

const zod = ['schemas', 'util', 'core', 'checks', 'regexes', 'json-schema-processors', 'to-json-schema'];
const undici = ['client', 'pool', 'agent', 'client-h1', 'client-h2', 'dispatcher-base', 'pool-base'];

/** Ordinary source code that the repository's own dependencies ship, as JSON string content in even blocks. */
export function readCorpus(): Buffer {
  const require = createRequire(import.meta.url);
  const zodFolder = join(dirname(require.resolve('zod')), 'v4', 'core');
  const undiciFolder = join(dirname(require.resolve('undici')), 'lib', 'dispatcher');
  const files = [
    ...zod.map((name) => join(zodFolder, `${name}.js`)),
    ...undici.map((name) => join(undiciFolder, `${name}.js`)),
  ];
  return inBlocks(files.map((file) => readFileSync(file, 'utf8')).join('\n'));
}

/** Escapes a text and pads it, so that a cut between two blocks never divides an escape. */
function inBlocks(text: string): Buffer {
  const blocks: string[] = [];
  let block = '';
  for (const char of text) {
    // Other characters come in by `fill`, whose bytes are counted.
    if (char.charCodeAt(0) > 0x7e) continue;
    const escaped = JSON.stringify(char).slice(1, -1);
    if (block.length + escaped.length > BLOCK) {
      blocks.push(block.padEnd(BLOCK));
      block = '';
    }
    block += escaped;
  }
  return Buffer.from(blocks.join(''), 'latin1');
}

/** A small generator of numbers, so that the same seed gives the same conversation on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Region {
  readonly offset: number;
  readonly length: number;
}

/** One developer's conversation as a request body whose texts can be changed in place. */
export interface Conversation {
  /** The body to send; the same buffer every turn. */
  readonly body: Buffer;
  /** Changes the last message only, as when a conversation is resent with a little new. */
  nextTurn(): void;
  /** Changes every text, so that nothing of it was seen before. */
  startAnew(): void;
}

interface Draft {
  readonly parts: string[];
  readonly regions: Region[];
  size: number;
}

function addText(draft: Draft, text: string): void {
  draft.parts.push(text);
  draft.size += Buffer.byteLength(text);
}

function addRegion(draft: Draft, length: number): void {
  const whole = OPENING + Math.max(1, Math.round((length - OPENING) / BLOCK)) * BLOCK;
  draft.regions.push({ offset: draft.size, length: whole });
  addText(draft, ' '.repeat(whole));
}

const tool = (name: string) =>
  `{"type":"function","function":{"name":"${name}","description":"Works on the files of the workspace; paths are ` +
  'relative to its root. Returns what it read, or what it changed, and says so when it could not.","parameters":' +
  '{"type":"object","properties":{"path":{"type":"string","description":"Path of the file"},"lines":{"type":"array",' +
  '"items":{"type":"integer"},"description":"First and last line"},"text":{"type":"string"}},"required":["path"]}}}';

/** A step of an agent at work: what it says, the tool it calls, and what that returns (most of any real body). */
function addStep(draft: Draft, step: number): void {
  addText(draft, ',{"role":"assistant","content":"');
  addRegion(draft, 160);
  addText(draft, `","tool_calls":[{"id":"call_${step}","type":"function","function":{"name":"read_file",`);
  addText(draft, `"arguments":"{\\"path\\":\\"src/part-${step}.ts\\",\\"lines\\":[1,120]}"}}]}`);
  addText(draft, `,{"role":"tool","tool_call_id":"call_${step}","content":"`);
  addRegion(draft, 5_120);
  addText(draft, '"}');
}

/** Lays out a body of about `bytes`; the regions are filled later. */
function layOut(bytes: number, stream: boolean): Draft {
  const draft: Draft = { parts: [], regions: [], size: 0 };
  const streaming = stream ? ',"stream":true,"stream_options":{"include_usage":true}' : '';
  const small = bytes < 8_192;
  const newest = Math.min(MOST_NEW, Math.max(256, Math.round(bytes / 40)));
  addText(draft, `{"model":"gpt-5.5"${streaming},"messages":[{"role":"system","content":"`);
  addRegion(draft, small ? 384 : 6_144);
  addText(draft, '"},{"role":"user","content":"');
  addRegion(draft, small ? Math.max(512, bytes - 384 - newest - 250) : 512);
  addText(draft, '"}');
  for (let step = 0; !small && draft.size < bytes - newest - 5_000; step += 1) addStep(draft, step);
  addText(draft, ',{"role":"user","content":"');
  addRegion(draft, newest);
  addText(draft, '"}]');
  const names = ['read_file', 'write_file', 'apply_patch', 'list_files', 'search', 'run_tests'];
  if (!small) addText(draft, `,"tools":[${names.map(tool).join(',')}]`);
  addText(draft, '}');
  return draft;
}

/** Opening words without digits or marks, so that no detector has anything to look at. */
function writeOpening(body: Buffer, at: number, random: () => number, withSign: boolean): void {
  let words = withSign ? '\u2192 ' : 'see ';
  while (Buffer.byteLength(words) < OPENING - 1) {
    words += words.length % 6 === 5 ? ' ' : String.fromCharCode(97 + Math.floor(random() * 26));
  }
  body.write(`${words} `, at, 'utf8');
}

function fill(body: Buffer, region: Region, corpus: Buffer, random: () => number, withSign: boolean): void {
  writeOpening(body, region.offset, random, withSign);
  const length = region.length - OPENING;
  const blocks = (corpus.length - length) / BLOCK;
  const from = Math.floor(random() * blocks) * BLOCK;
  corpus.copy(body, region.offset + OPENING, from, from + length);
}

/** A conversation of about `bytes` in the Chat Completions format. Every eighth text holds a character beyond ASCII. */
export function createConversation(
  corpus: Buffer,
  bytes: number,
  stream: boolean,
  seed: number,
): Conversation {
  const random = randomFrom(seed);
  const { parts, regions } = layOut(bytes, stream);
  const body = Buffer.from(parts.join(''), 'utf8');
  const fillAt = (index: number) => fill(body, regions[index] as Region, corpus, random, index % 8 === 0);
  const startAnew = () => {
    for (const index of regions.keys()) fillAt(index);
  };
  startAnew();
  return { body, startAnew, nextTurn: () => fillAt(regions.length - 1) };
}
