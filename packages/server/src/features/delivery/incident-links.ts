import type { IncidentLink } from '@fairlead/core/delivery';
import { normaliseRepository, type RepositoryNames } from '@fairlead/core/wire';

/* How people write which change or deployment an incident came from, in issues and in tables. */

/** Texts longer than this are read up to here. */
const longest = 64 * 1024;
const mostLinks = 100;
const line = /^[ \t]*(?:[-*][ \t]+)?\**(caused|fixed)[ _-]by\**:?\**[ \t]+(\S.*)$/gim;

/** What an incident was caused or fixed by. */
export type Reference = Pick<IncidentLink, 'change' | 'deployment'>;

/** Where short references such as `#12` belong. */
export interface LinkContext {
  /** Null: nowhere, so that they have to name their repository. */
  readonly repository: string | null;
  readonly names: RepositoryNames;
}

/** The links that the lines `Caused by …` and `Fixed by …` of a text name. */
export function linksIn(text: string, context: LinkContext): readonly IncidentLink[] {
  const links = [...text.slice(0, longest).matchAll(line)].flatMap(([, verb = '', rest = '']) => {
    const rel = verb.toLowerCase() === 'caused' ? 'caused_by' : 'fixed_by';
    return referencesIn(rest, context).map((reference) => ({ rel, ...reference }) as const);
  });
  const unique = new Map(links.map((link) => [JSON.stringify(link), link]));
  return [...unique.values()].slice(0, mostLinks);
}

/** Bounded everywhere: whoever can open an issue writes what this reads. */
const reference =
  /deployment[ :]{1,3}(\S{1,200}?)(?=[,;.]?(?:\s|$))|https?:\/\/([\w.-]{1,100}\/[\w./~+-]{1,200}?)\/(?:-\/)?(?:pull|merge_requests)\/(\d{1,9})|([\w./~+-]{0,200})[#!](\d{1,9})/gi;
const longestLine = 1_000;

/**
 * The changes and deployments that a text names: `#12`, `!12`, `owner/name#12`, `host/owner/name#12`, the address of a
 * pull or merge request, `deployment 31`. What is none of them is passed over.
 */
export function referencesIn(text: string, context: LinkContext): readonly Reference[] {
  const found = [...text.slice(0, longestLine).matchAll(reference)];
  return found.flatMap(([, deployment, place, ofPlace, name, number]): readonly Reference[] => {
    if (deployment !== undefined) return [{ deployment: deploymentName(deployment, context) }];
    const written = place ?? name ?? '';
    const repository = written === '' ? context.repository : normaliseRepository(written, context.names);
    return repository === null ? [] : [{ change: `${repository}#${ofPlace ?? number}` }];
  });
}

/** Hosts number deployments within a repository; other systems give them names of their own. */
function deploymentName(text: string, { repository }: LinkContext): string {
  return /^\d+$/.test(text) && repository !== null ? `${repository} deployment ${text}` : text;
}
