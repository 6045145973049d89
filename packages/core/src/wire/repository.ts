import { asString, member, readStrictJson } from '../json/index.ts';
import { encodeUtf8 } from '../text/index.ts';

export interface RepositoryNames {
  /** Host of short `owner/name` forms, such as `github.com`. */
  readonly defaultHost: string;
  /** Repositories that were renamed: from the old id to the new one. */
  readonly aliases?: Readonly<Record<string, string>>;
}

const LONGEST = 300;
// Printable ASCII without what has a meaning in URLs, shells or patterns: those have no place in a repository's name.
const ALLOWED = /^[A-Za-z0-9._~@:/+-]+$/;
const SCHEME = /^(ssh|git\+ssh|https?|git|git\+https):\/\//i;
const HOST = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const SEGMENT = /^[a-z0-9_~.+-]+$/;

interface Parts {
  readonly host: string;
  readonly path: string;
}

/** The part after the last `@` of an authority: whoever the URL names is no part of the repository. */
function withoutUser(authority: string): string {
  return authority.slice(authority.lastIndexOf('@') + 1);
}

/** Host without its port; null when the port is no number. */
function withoutPort(authority: string): string | null {
  const colon = authority.indexOf(':');
  if (colon < 0) return authority;
  return /^\d{1,5}$/.test(authority.slice(colon + 1)) ? authority.slice(0, colon) : null;
}

function splitUrl(rest: string): Parts | null {
  const slash = rest.indexOf('/');
  if (slash < 0) return null;
  const host = withoutPort(withoutUser(rest.slice(0, slash)));
  return host === null ? null : { host, path: rest.slice(slash + 1) };
}

/** The scp-like form `user@host:path`, the id form `host/owner/name`, and the short form `owner/name`. */
function splitPlain(text: string, defaultHost: string): Parts | null {
  const colon = text.indexOf(':');
  const slash = text.indexOf('/');
  if (colon >= 0 && (slash < 0 || colon < slash)) {
    return { host: withoutUser(text.slice(0, colon)), path: text.slice(colon + 1).replace(/^\//, '') };
  }
  if (text.includes('@')) return null;
  if (text.split('/').filter((part) => part !== '').length === 2) return { host: defaultHost, path: text };
  return { host: text.slice(0, slash), path: text.slice(slash + 1) };
}

/** Lower-case path without `.git` and trailing slashes; null unless every segment is an ordinary name. */
function cleanPath(path: string): string | null {
  const clean = path
    .toLowerCase()
    .replace(/\/+$/, '')
    .replace(/(\.git)+$/, '');
  const segments = clean.split('/');
  // Two at least (owner, name); more where groups nest. A name made of dots only would climb or be hidden.
  const ordinary = segments.every(
    (segment) => SEGMENT.test(segment) && !segment.includes('..') && !/^\.+$/.test(segment),
  );
  return segments.length >= 2 && segments.length <= 12 && ordinary ? clean : null;
}

/** The id in force after renames; a chain is followed, a circle is left after a few steps. */
function renamed(id: string, aliases: Readonly<Record<string, string>>): string {
  let current = id;
  for (let step = 0; step < 8 && Object.hasOwn(aliases, current); step += 1)
    current = aliases[current] as string;
  return current;
}

/**
 * The id `host/owner/name` of a repository, from any spelling of its remote: ssh, https, scp-like, with or without
 * `.git`, an id, or a short `owner/name` through the default host. Lower-case ASCII, without user, password or port.
 * Null when the text is no such spelling: `..`, `%`, control characters and anything beyond plain names are refused
 * rather than repaired, so that two spellings cannot be taken for different repositories.
 */
export function normaliseRepository(text: string, names: RepositoryNames): string | null {
  if (text.length > LONGEST || !ALLOWED.test(text)) return null;
  const scheme = SCHEME.exec(text);
  const parts =
    scheme === null ? splitPlain(text, names.defaultHost) : splitUrl(text.slice(scheme[0].length));
  if (parts === null) return null;
  const host = parts.host.toLowerCase();
  const path = cleanPath(parts.path);
  if (path === null || !HOST.test(host)) return null;
  return renamed(`${host}/${path}`, names.aliases ?? {});
}

/** What Codex says of the repositories it works in. */
export interface CodexRepositories {
  /** Remote URLs as sent, of every workspace and every remote; unique, in order, not normalised. */
  readonly remotes: readonly string[];
  /** Workspaces without any remote: nothing is known of whose code they hold. */
  readonly withoutRemote: number;
}

/**
 * Reads Codex's `x-codex-turn-metadata` (JSON text; seen with 0.169: `workspaces` maps each folder to
 * `associated_remote_urls`, a map from the remote's name to its URL). Null when the text is no JSON object or its
 * `workspaces` have another shape, which a caller must treat as evidence that cannot be read, not as no evidence.
 */
export function codexRepositories(turnMetadata: string): CodexRepositories | null {
  let root: ReturnType<typeof readStrictJson>['root'];
  try {
    root = readStrictJson(encodeUtf8(turnMetadata), { maxValues: 10_000 }).root;
  } catch {
    return null;
  }
  if (root.kind !== 'object') return null;
  const workspaces = member(root, 'workspaces');
  if (workspaces === undefined || workspaces.kind === 'null') return { remotes: [], withoutRemote: 0 };
  if (workspaces.kind !== 'object') return null;
  const remotes = new Set<string>();
  let withoutRemote = 0;
  for (const workspace of workspaces.members) {
    if (workspace.value.kind !== 'object') return null;
    const urls = member(workspace.value, 'associated_remote_urls');
    if (urls === undefined || urls.kind === 'null') {
      withoutRemote += 1;
      continue;
    }
    if (urls.kind !== 'object') return null;
    if (urls.members.length === 0) withoutRemote += 1;
    for (const remote of urls.members) {
      const url = asString(remote.value);
      if (url === null) return null;
      remotes.add(url);
    }
  }
  return { remotes: [...remotes], withoutRemote };
}
