import { isWordUnit } from '../validators/alphabet.ts';
import type { Run, Sweep } from './sweep.ts';

/** Generic top-level domains that mail is seen under. Every two-letter one counts too, but for file extensions. */
const TOP_LEVEL = new Set(
  'com org net edu gov mil int info biz name pro app dev cloud online site tech store shop email agency consulting group company digital solutions systems software services health bank finance insurance museum mobi jobs travel works world global life live today tools team space agency network media design studio expert care clinic dental law legal tax school academy university'.split(
    ' ',
  ),
);
const EXTENSIONS = new Set('js ts py rb md sh cs pl hs ml vb rs jl mm cc hh'.split(' '));

/** Domains kept for examples, and addresses that no person reads. */
const EXAMPLE_DOMAIN =
  /(?:^|\.)(?:example|test|invalid|localhost|local|internal)$|(?:^|\.)(?:example|acme|contoso|fabrikam|domain|yourdomain|yourcompany|company|foo|bar|email|mail|site|host|test)\.[a-z]+$|noreply|(?:^|\.)in-addr\.arpa$/i;
const ROLE =
  /^(?:git|hg|svn|no-?reply|do-?not-?reply|support|info|admin|administrator|root|user|username|name|email|mail|test|tests?|foo|bar|me|you|someone|nobody|postmaster|webmaster|security|abuse|contact|hello|help|sales|billing|press|legal|privacy|team|dev|opensource|oss|bot|.*\[bot\]|actions|dependabot|renovate)$/i;

/** Lines that name authors, not customers. */
const AUTHOR_LINE =
  /author|signed-off|committe[dr]|copyright|\(c\)|\u00a9|maintain|contributor|(?:reviewed|acked|reported|tested|suggested)-by|^from:? |mailto:.*license|license/i;

/** Lists of people in package manifests. */
const AUTHOR_LIST = /["'](?:authors|contributors|maintainers|people|collaborators)["']\s{0,3}[:=]\s{0,3}\[/g;

/** Where such lists stand in a text. */
function authorLists(text: string): readonly Run[] {
  return [...text.matchAll(AUTHOR_LIST)].map(({ index }) => {
    const end = text.indexOf(']', index);
    return { start: index, end: end < 0 ? text.length : end };
  });
}

/** So a list of some hundred addresses still counts as dense. */
const LISTED = 0.02;

function isLocal(unit: number): boolean {
  return isWordUnit(unit) || unit === 46 || unit === 95 || unit === 37 || unit === 43 || unit === 45;
}

function isDomain(unit: number): boolean {
  return isWordUnit(unit) || unit === 46 || unit === 45;
}

function domainEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && end - from < 253 && isDomain(text.charCodeAt(end))) end += 1;
  while (end > from && !isWordUnit(text.charCodeAt(end - 1))) end -= 1;
  return end;
}

function isMailDomain(domain: string): boolean {
  const labels = domain.toLowerCase().split('.');
  const top = labels.at(-1) as string;
  if (labels.length < 2 || labels.some((label) => label === '' || label.length > 63)) return false;
  return TOP_LEVEL.has(top) || (/^[a-z]{2}$/.test(top) && !EXTENSIONS.has(top));
}

/** True for the user part of a URL: `//user@` or `//user:password@`. */
function isUserInfo(text: string, start: number): boolean {
  const before = text.charCodeAt(start - 1);
  if (before === 47) return true;
  return before === 58 && /\/\/[^\s/]{0,64}:$/.test(text.slice(Math.max(0, start - 68), start));
}

/** 0 for authors' addresses in logs and licences, little for `Name <address>` and lists of contributors, else 1. */
function weightOf(text: string, start: number, end: number, lists: readonly Run[]): number {
  const before = text.slice(Math.max(0, start - 160), start);
  if (AUTHOR_LINE.test(before.slice(before.lastIndexOf('\n') + 1))) return 0;
  if (lists.some((list) => start > list.start && start < list.end)) return LISTED;
  return text.charCodeAt(start - 1) === 60 && text.charCodeAt(end) === 62 ? LISTED : 1;
}

/** Mail addresses of people. Examples, role addresses, `user@host` and package versions are not. */
export const sweepEmails: Sweep = ({ text }) => {
  const found: { start: number; end: number; value: string; weight: number }[] = [];
  let done = 0;
  let lists: readonly Run[] | null = null;
  for (let at = text.indexOf('@', 1); at >= 0; at = text.indexOf('@', at + 1)) {
    if (!isLocal(text.charCodeAt(at - 1)) || !isWordUnit(text.charCodeAt(at + 1))) continue;
    let start = at;
    while (start > done && at - start < 64 && isLocal(text.charCodeAt(start - 1))) start -= 1;
    while (start < at && !isWordUnit(text.charCodeAt(start))) start += 1;
    const end = domainEnd(text, at + 1);
    done = end;
    const local = text.slice(start, at);
    const domain = text.slice(at + 1, end);
    if (start === at || isUserInfo(text, start) || !isMailDomain(domain)) continue;
    if (ROLE.test(local) || EXAMPLE_DOMAIN.test(domain)) continue;
    const value = `${local}@${domain}`.toLowerCase();
    lists ??= authorLists(text).slice(0, 16);
    found.push({ start, end, value, weight: weightOf(text, start, end, lists) });
  }
  return found;
};
