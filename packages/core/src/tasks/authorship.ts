import type { Authorship } from './facts.ts';

type Sessions = Authorship['sessions'];

/* Readers of two public formats that say which sessions wrote lines. Both are somebody else's text: what isn't as their
 * standard says gives null, and of what is only session ids, tools and counts of lines are taken. */

const longest = 4 * 1024 * 1024;
const mostSessions = 1_000;
const name = /^[\w.:@/+-]{1,200}$/;
const range = /^[1-9]\d{0,8}(?:-[1-9]\d{0,8})?(?:,[1-9]\d{0,8}(?:-[1-9]\d{0,8})?)*$/;

/**
 * A note of `refs/notes/ai` (authorship/3.x): files, below each an attestation key and its lines, then `---` and a JSON
 * object. Keys are `s_…::t_…` of sessions, `h_…` of people (left out), or, as older ones were, of a prompt. Sessions with the
 * lines they wrote, the most first; null for anything else.
 */
export function readGitAiNote(text: string): Sessions | null {
  if (text.length > longest) return null;
  const lines = text.split('\n');
  const divider = lines.indexOf('---');
  if (divider === -1) return null;
  const metadata = objectOf(parse(lines.slice(divider + 1).join('\n')));
  if (metadata === null || !/^authorship\/3\.\d+\.\d+$/.test(String(metadata.schema_version))) return null;
  const counted = new Map<string, number>();
  for (const line of lines.slice(0, divider)) {
    const [, key, ranges] = /^ {2}(\S+) (\S+)$/.exec(line) ?? [];
    if (key === undefined || ranges === undefined) continue;
    if (!range.test(ranges)) return null;
    const session = key.split('::')[0]!;
    if (!session.startsWith('h_')) counted.set(session, (counted.get(session) ?? 0) + linesIn(ranges));
  }
  const tools = { ...objectOf(metadata.prompts), ...objectOf(metadata.sessions) };
  return sessionsOf(counted, (session) => nameIn(objectOf(objectOf(own(tools, session))?.agent_id)?.tool));
}

/**
 * An Agent Trace record (0.1.x) of a git revision; conversations of AI or mixed contributors count. Null for anything else,
 * records without a revision included: nothing says which commit they are about.
 */
export function readAgentTrace(
  value: unknown,
): { readonly id: string; readonly commit: string; readonly sessions: Sessions } | null {
  const record = objectOf(value);
  const vcs = objectOf(record?.vcs);
  if (record === null || !/^0\.1(?:\.\d+)?$/.test(String(record.version)) || vcs?.type !== 'git') return null;
  const { id } = record;
  const commit = vcs.revision;
  if (
    typeof id !== 'string' ||
    !name.test(id) ||
    typeof commit !== 'string' ||
    !/^[0-9a-f]{7,64}$/.test(commit)
  )
    return null;
  const tool = nameIn(objectOf(record.tool)?.name);
  const counted = new Map<string, number>();
  for (const file of listOf(record.files)) {
    for (const item of listOf(objectOf(file)?.conversations)) addConversation(counted, objectOf(item), id);
  }
  return counted.size === 0 ? null : { id, commit, sessions: sessionsOf(counted, () => tool) };
}

function addConversation(
  counted: Map<string, number>,
  conversation: { readonly [key: string]: unknown } | null,
  fallback: string,
): void {
  const byDefault = objectOf(conversation?.contributor)?.type;
  let lines = 0;
  for (const item of listOf(conversation?.ranges)) {
    const span = objectOf(item);
    const by = objectOf(span?.contributor)?.type ?? byDefault;
    const [from, to] = [span?.start_line, span?.end_line];
    const isLines = Number.isSafeInteger(from) && Number.isSafeInteger(to) && Number(to) >= Number(from);
    if ((by === 'ai' || by === 'mixed') && isLines) lines += Number(to) - Number(from) + 1;
  }
  if (lines === 0) return;
  const session = sessionIn(conversation?.url) ?? fallback;
  counted.set(session, (counted.get(session) ?? 0) + lines);
}

/** The last part of a conversation's address, where it looks like an id; the rest of an address may say more than one wants. */
function sessionIn(url: unknown): string | null {
  if (typeof url !== 'string' || url.length > 2_000) return null;
  return /^[a-z]+:\/\/[^?#]*\/([\w.-]{1,100})\/?(?:[?#].*)?$/.exec(url)?.[1] ?? null;
}

function sessionsOf(
  counted: ReadonlyMap<string, number>,
  toolOf: (session: string) => string | null,
): Sessions {
  return [...counted]
    .filter(([id]) => name.test(id))
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, mostSessions)
    .map(([id, lines]) => ({ id, tool: toolOf(id), lines }));
}

function linesIn(ranges: string): number {
  return ranges.split(',').reduce((sum, part) => {
    const [from, to = from] = part.split('-').map(Number);
    return sum + Math.max(0, to! - from! + 1);
  }, 0);
}

function nameIn(value: unknown): string | null {
  return typeof value === 'string' && name.test(value) ? value : null;
}

function own(object: { readonly [key: string]: unknown }, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function objectOf(value: unknown): { readonly [key: string]: unknown } | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: unknown })
    : null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
