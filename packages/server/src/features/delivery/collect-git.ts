import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  type ChangeHistory,
  type Commit,
  type DeliveryFact,
  type DeliveryFacts,
  withoutIssues,
} from '@fairlead/core/delivery';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { normaliseRepository } from '@fairlead/core/wire';
import { git } from '../../platform/git/index.ts';
import { changesOf, type GitChanges } from './git/changes.ts';
import { headOf, shallowCommits } from './git/place.ts';
import { pullReader } from './git/pulls.ts';
import { readLog } from './git/read-log.ts';

export interface CollectedGit {
  /** `localhost/local/clone` where nothing names it. */
  readonly repository: string;
  readonly facts: DeliveryFacts;
  /** The same, one after the other. */
  readonly all: readonly DeliveryFact[];
  /** When the newest commit was made, in seconds. */
  readonly newest: number;
  /** When the oldest one of its branch was, in seconds. */
  readonly began: number;
  /** Up to when, in seconds, a shallow clone has nothing; null for a whole one. */
  readonly cut: number | null;
  /** What git can't tell of this history, in words. */
  readonly remarks: readonly string[];
}

export interface CollectFlags {
  /** What is collected is kept by the repository's name: without one it would be taken for any other that has none. */
  readonly isNamed?: boolean | undefined;
}

/**
 * The changes in a clone, or in a repository at a URL, of which a bare copy is made for the time being. Reads only.
 * @param name of the repository; that of the clone's remote unless told.
 * @throws FairleadError `git.*`, `delivery.no-facts` for a repository without commits, `delivery.repository-invalid`
 * for one that has to be named and isn't.
 */
export async function collectGit(
  place: string,
  name?: string,
  flags: CollectFlags = {},
): Promise<CollectedGit> {
  const protocol = /^([a-z+]+):\/\/|^[\w.-]+@[\w.-]+:/i.exec(place);
  if (protocol === null) return collect(resolve(place), null, name, flags);
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-clone-'));
  try {
    const args = ['clone', '--quiet', '--bare', '--filter=blob:none', '--', place, 'copy'];
    // By no other: what is fetched from decides nothing of how.
    await git(folder, args, { protocols: [protocol[1]?.toLowerCase() ?? 'ssh'] });
    return await collect(join(folder, 'copy'), place, name, flags);
  } catch (error) {
    throw ofPlace(error, place);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An error of the copy, which is gone, as one of what was named; without a password that was in the URL. */
function ofPlace(error: unknown, place: string): unknown {
  if (!isFairleadError(error)) return error;
  const { code, message, fix, cause } = error;
  const details = { message: withoutPassword(message), place: { file: withoutPassword(place) } };
  return new FairleadError(code, { ...details, fix, cause });
}

const withoutPassword = (text: string) => text.replaceAll(/(\w:\/\/)[^/@\s]*@/g, '$1');

/** @param url of which the folder is a copy; null for a folder that was named itself. */
async function collect(
  folder: string,
  url: string | null,
  told: string | undefined,
  { isNamed = false }: CollectFlags,
): Promise<CollectedGit> {
  const head = await headOf(folder);
  const names = await namesOf(folder, url, told);
  if (isNamed && names.length === 0) throw unnamed(folder);
  const repository = names[0] ?? 'localhost/local/clone';
  const shown = head.branch ?? 'the commit that is checked out';
  const commits = await readLog(folder, head.sha);
  const shallow = await shallowCommits(folder);
  const isPull = pullReader({ branch: head.branch, names });
  const found = changesOf(commits, head.sha, { repository, branch: head.branch ?? 'HEAD', shallow, isPull });
  const remarks = [
    ...(names.length === 0 ? ['nothing says which repository this is: --repository gives it its name'] : []),
    'git knows neither when a change was opened nor who reviewed it: import the host’s data for review figures',
    ...(head.isNamed
      ? []
      : [`HEAD names no commit: this is about ${shown}, the branch that was written last`]),
    ...remarksOn(found, shown),
  ];
  const seconds = (time: string) => Math.floor(Date.parse(time) / 1000);
  const newest = seconds(commits.get(head.sha)!.committedAt);
  const cut = found.cutAt === null ? null : seconds(found.cutAt);
  const all = asTheHostMeans(found.facts);
  const facts = { histories: historiesOf(all), deployments: [], incidents: [] };
  return { repository, facts, all, newest, began: seconds(found.beganAt), cut, remarks };
}

/** GitLab's merges tell it; in what is said there `#12` is an issue and no change. */
function asTheHostMeans(facts: readonly DeliveryFact[]): readonly DeliveryFact[] {
  const ofGitlab = /^See merge request \S*!\d/m;
  if (!facts.some((fact) => fact.type === 'change' && ofGitlab.test(fact.title ?? ''))) return facts;
  return facts.map((fact) => {
    if (fact.type === 'commit') return { ...fact, message: withoutIssues(fact.message) };
    if (fact.type !== 'change' || fact.title === undefined) return fact;
    return { ...fact, title: withoutIssues(fact.title) };
  });
}

/** What the repository is called, the name that counts first; empty where nothing says it. */
async function namesOf(
  folder: string,
  url: string | null,
  told: string | undefined,
): Promise<readonly string[]> {
  const ofUrl = url === null ? null : normaliseRepository(url, { defaultHost: 'localhost' });
  const names = [told ?? null, await remoteName(folder), ofUrl];
  return [...new Set(names.filter((name) => name !== null))];
}

function unnamed(folder: string): FairleadError {
  return new FairleadError('delivery.repository-invalid', {
    message: 'Nothing says which repository this clone is of, and what is kept of it needs a name.',
    place: { file: folder },
    fix: 'Give --repository host/owner/name.',
  });
}

function remarksOn({ facts, direct, pulls, cutAt }: GitChanges, branch: string): readonly string[] {
  const cut = `the clone is shallow: of ${branch} it has nothing up to ${cutAt?.slice(0, 10)}; \`git fetch --unshallow\` gets the rest`;
  const commits = direct === 1 ? '1 commit' : `${direct} commits`;
  const alone =
    facts.length === 0 ? ': no merge, and no title that ends with the number of a change such as (#12)' : '';
  const merges =
    pulls === 1
      ? `1 merge of ${branch} into itself, as a pull makes it, is no change`
      : `${pulls} merges of ${branch} into itself, as a pull makes them, are no changes`;
  return [
    ...(cutAt === null ? [] : [cut]),
    ...(direct === 0 ? [] : [`${commits} came to ${branch} directly, in no change${alone}`]),
    ...(pulls === 0 ? [] : [merges]),
  ];
}

/** The repository that a clone is of, by its remote `origin`; null without one. @throws FairleadError `git.*` */
export async function remoteName(folder: string): Promise<string | null> {
  const urls = await git(folder, ['config', '--get-all', 'remote.origin.url']).catch(() => []);
  return urls[0] === undefined ? null : normaliseRepository(urls[0], { defaultHost: 'localhost' });
}

function historiesOf(facts: GitChanges['facts']): readonly ChangeHistory[] {
  const commits = Map.groupBy(
    facts.filter((fact): fact is Commit => fact.type === 'commit'),
    ({ change }) => change,
  );
  return facts.flatMap((fact) =>
    fact.type === 'change' ? [{ change: fact, events: [], commits: commits.get(fact.id) ?? [] }] : [],
  );
}
