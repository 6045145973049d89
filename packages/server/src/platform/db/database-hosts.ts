import { FairleadError } from '@fairlead/core/errors';

/**
 * The servers that one database URL names, in its order. `postgresql://a:5432,b:5432/name` names two, as libpq reads
 * it; so does `?host=a,b&port=5432`.
 */
export interface DatabaseHosts {
  /** One URL for each, without what concerns all of them. */
  readonly urls: readonly string[];
  /** `target_session_attrs=any`: who only reads may do so on a standby. */
  readonly any: boolean;
  /** Where the next session is looked for first: the host that had the primary last. */
  current(): number;
  /** A host is away, or no primary: the next session is looked for at the one after it, unless somebody moved on already. */
  failed(host: number): void;
  /** How often the place to look was changed. */
  moves(): number;
}

const shape = /^(postgres(?:ql)?:\/\/)(?:([^/?#]*)@)?([^/?#@]*)(\/[^?#]*)?(?:\?([^#]*))?$/;

/** All of a process look where one of them found the primary. */
const known = new Map<string, DatabaseHosts>();

/** The URL itself is never shown: it holds a password. @throws FairleadError `store.unreadable` */
export function hostsOf(url: string): DatabaseHosts {
  const before = known.get(url);
  if (before !== undefined) return before;
  const hosts = lookingAt(readUrl(url));
  known.set(url, hosts);
  return hosts;
}

/** @throws FairleadError `store.unreadable` */
export function checkDatabaseUrl(url: string): void {
  hostsOf(url);
}

function lookingAt({ urls, any }: Pick<DatabaseHosts, 'urls' | 'any'>): DatabaseHosts {
  let current = 0;
  let moves = 0;
  return {
    urls,
    any,
    current: () => current,
    failed(host) {
      if (host !== current || urls.length === 1) return;
      current = (host + 1) % urls.length;
      moves += 1;
    },
    moves: () => moves,
  };
}

function readUrl(url: string): Pick<DatabaseHosts, 'urls' | 'any'> {
  const [, scheme, account, authority = '', path = '', query = ''] = shape.exec(url) ?? [];
  if (scheme === undefined) throw unreadable();
  const options = new URLSearchParams(query);
  const any = wantsAny(options.get('target_session_attrs'));
  // Sessions have names of their own, by which what is left of one is found and ended.
  for (const name of ['target_session_attrs', 'application_name']) options.delete(name);
  const hosts = options.get('host')?.includes(',')
    ? listed(options, options.get('host') ?? '')
    : authority.split(',').map((host) => ({ host, options }));
  const urls = hosts.map(({ host, options: own }) => {
    const search = own.size === 0 ? '' : `?${own}`;
    return `${scheme}${account === undefined ? '' : `${account}@`}${host}${path}${search}`;
  });
  const isBroken = (one: string, i: number) =>
    !URL.canParse(one) || (urls.length > 1 && hosts[i]?.host === '' && !hosts[i]?.options.get('host'));
  if (urls.some(isBroken)) throw unreadable();
  return { urls, any };
}

/** Hosts and ports as two lists; one port is that of all. */
function listed(options: URLSearchParams, list: string): { host: string; options: URLSearchParams }[] {
  const hosts = list.split(',');
  const ports = options.get('port')?.split(',') ?? [];
  if (ports.length > 1 && ports.length !== hosts.length) throw unreadable();
  return hosts.map((host, i) => {
    const own = new URLSearchParams(options);
    own.set('host', host);
    const port = ports[ports.length === 1 ? 0 : i];
    if (port) own.set('port', port);
    else own.delete('port');
    return { host: '', options: own };
  });
}

/** Who writes needs the primary whatever is asked for. */
function wantsAny(wanted: string | null): boolean {
  if (wanted === 'any') return true;
  if (wanted === null || wanted === 'read-write' || wanted === 'primary') return false;
  throw new FairleadError('store.unreadable', {
    message:
      'The database’s URL asks for sessions of another kind (target_session_attrs) than are of use here.',
    fix: 'Say target_session_attrs=read-write, or leave it out; any lets commands that only read use a standby.',
  });
}

function unreadable(): FairleadError {
  return new FairleadError('store.unreadable', {
    message: 'The database has no URL of the form postgres://USER:PASSWORD@HOST:PORT[,HOST:PORT…]/NAME.',
    fix: 'Correct --database or FAIRLEAD_DATABASE.',
  });
}
