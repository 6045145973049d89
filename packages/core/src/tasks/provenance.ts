import { type ChangeHistory, secondsOf, weekName, weekOf } from '../delivery/index.ts';
import type { Enrolment, MatchedEdits, SessionAtBranch, TaskFact } from './facts.ts';
import { branchKey, type Life, stayOf, unitOf } from './lives.ts';
import { assistantOfBranch, assistantTrailers } from './trailers.ts';

/**
 * How a change was made. A and B are work of assistants; C may be; N is not; U is not known, and never N. `automation` is a
 * bot that no program lists as an assistant, outside all of these.
 */
export type ProvenanceClass = 'A' | 'B' | 'C' | 'N' | 'U' | 'automation';

export interface Provenance {
  readonly class: ProvenanceClass;
  /** Of B: `weak` when only a trailer or the branch's name says so. */
  readonly strength: 'strong' | 'weak' | null;
  /** What says so, each `kind:id`; sorted. */
  readonly evidence: readonly string[];
  /** The least share of machines seen in the weeks of the change, 0 to 1; null where nobody says. */
  readonly coverage: number | null;
}

export interface ProvenanceSources {
  readonly facts: readonly TaskFact[];
  /** Logins, or their pseudonyms, of the assistants' own accounts; lower case. */
  readonly agentAccounts: ReadonlySet<string>;
  readonly enrolments: readonly Enrolment[];
  /** Weeks in which a person used an assistant. */
  readonly activeWeeks: ReadonlyMap<string, ReadonlySet<number>>;
}

/** N needs so much of a repository's machines to be seen. */
export const leastCoverage = 0.95;
/** Class A needs so much of the added lines to be edits that hooks recorded. */
const leastMatched = 0.5;

interface Index {
  readonly sessions: ReadonlyMap<string, readonly SessionAtBranch[]>;
  /** Evidence of authorship notes by repository and commit. */
  readonly authorship: ReadonlyMap<string, readonly string[]>;
  readonly attestations: ReadonlyMap<string, readonly string[]>;
  readonly edits: ReadonlyMap<string, readonly MatchedEdits[]>;
  readonly coverage: ReadonlyMap<string, readonly { from: number; to: number; share: number }[]>;
  readonly enrolments: ReadonlyMap<string, readonly Enrolment[]>;
}

/** The provenance of every change, by its id; the first class that fits. */
export function provenancesOf(
  histories: readonly ChangeHistory[],
  sources: ProvenanceSources,
  lives: ReadonlyMap<string, Life>,
): ReadonlyMap<string, Provenance> {
  const index = indexOf(sources);
  return new Map(
    histories.map((history) => [
      history.change.id,
      provenanceOf(history, lives.get(history.change.id)!, sources, index),
    ]),
  );
}

function provenanceOf(
  history: ChangeHistory,
  life: Life,
  sources: ProvenanceSources,
  index: Index,
): Provenance {
  const coverage = coverageOf(history, life, index);
  const found = (
    of: ProvenanceClass,
    evidence: readonly string[],
    strength: Provenance['strength'] = null,
  ): Provenance => ({ class: of, strength, evidence: [...new Set(evidence)].sort(), coverage });
  const sure = classAEvidence(history, sources, index);
  if (sure.length > 0) return found('A', sure);
  if (history.change.author.kind === 'bot')
    return found('automation', [`account:${history.change.author.login}`]);
  const strong = sessionEvidence(history, life, index);
  if (strong.length > 0) return found('B', strong, 'strong');
  const weak = weakEvidence(history);
  if (weak.length > 0) return found('B', weak, 'weak');
  const author = history.change.author.login;
  if (author === null) return found('U', []);
  const enrolled = (index.enrolments.get(author) ?? []).some(
    ({ from, until }) => from <= life.end && (until === null || until >= life.created),
  );
  if (!enrolled) return coverage !== null && coverage >= leastCoverage ? found('N', []) : found('U', []);
  const weeks = sources.activeWeeks.get(author);
  // Which weeks, not who: a change's provenance names nobody.
  const active = weeksOf(life).filter((week) => weeks?.has(week));
  return active.length > 0
    ? found(
        'C',
        active.map((week) => `usage:${weekName(week)}`),
      )
    : found('U', []);
}

function classAEvidence(
  { change, commits }: ChangeHistory,
  { agentAccounts }: ProvenanceSources,
  { attestations, edits }: Index,
): readonly string[] {
  const login = change.author.login?.toLowerCase() ?? '';
  const account = agentAccounts.has(login) ? [`account:${login}`] : [];
  const heads = [headOf(commits), change.mergeCommit].filter((sha) => sha !== undefined);
  const attested = heads.flatMap((sha) => attestations.get(`${change.repository} ${sha}`) ?? []);
  const matched = (edits.get(`${change.repository}#${change.number}`) ?? [])
    .filter(({ matchedLines, addedLines }) => addedLines > 0 && matchedLines >= leastMatched * addedLines)
    .map(({ id }) => `edits:${id}`);
  return [...account, ...attested, ...matched];
}

function headOf(commits: ChangeHistory['commits']): string | undefined {
  const byTime = [...commits].sort(
    (a, b) => (secondsOf(a.committedAt) ?? 0) - (secondsOf(b.committedAt) ?? 0),
  );
  return byTime.at(-1)?.sha;
}

function sessionEvidence({ change, commits }: ChangeHistory, life: Life, index: Index): readonly string[] {
  const stays = index.sessions.get(unitOf(change)) ?? [];
  const sessions = stays
    .filter((fact) => {
      const { from, until } = stayOf(fact);
      return from <= life.end && until >= life.start;
    })
    .map(({ id }) => `session:${id}`);
  const shas = [change.mergeCommit, ...commits.map(({ sha }) => sha)].filter((sha) => sha !== undefined);
  return [...sessions, ...shas.flatMap((sha) => index.authorship.get(`${change.repository} ${sha}`) ?? [])];
}

function weakEvidence({ change, commits }: ChangeHistory): readonly string[] {
  const signed = commits.flatMap(({ sha, message }) =>
    assistantTrailers(message).map((assistant) => `trailer:${assistant}@${sha}`),
  );
  const branch = assistantOfBranch(change.head);
  return branch === null ? signed : [...signed, `branch:${branch}`];
}

function weeksOf({ created, end }: Life): readonly number[] {
  const [first, last] = [weekOf(created), weekOf(end)];
  return Array.from({ length: Math.max(1, last - first + 1) }, (_, i) => first + i);
}

/** The least share over the weeks that a change lived in; null as soon as nobody says of one of them. */
function coverageOf({ change }: ChangeHistory, life: Life, { coverage }: Index): number | null {
  const known = coverage.get(change.repository) ?? [];
  let least = 1;
  for (const week of weeksOf(life)) {
    const shares = known.filter(({ from, to }) => weekOf(from) <= week && weekOf(to - 1) >= week);
    if (shares.length === 0) return null;
    least = Math.min(least, ...shares.map(({ share }) => share));
  }
  return least;
}

function indexOf({ facts, enrolments }: ProvenanceSources): Index {
  const sessions = new Map<string, SessionAtBranch[]>();
  const authorship = new Map<string, string[]>();
  const attestations = new Map<string, string[]>();
  const edits = new Map<string, MatchedEdits[]>();
  const coverage = new Map<string, { from: number; to: number; share: number }[]>();
  for (const fact of facts) {
    if (fact.type === 'session') add(sessions, branchKey(fact.repository, fact.branch), fact);
    else if (fact.type === 'authorship' && fact.sessions.length > 0)
      add(authorship, `${fact.repository} ${fact.commit}`, `${fact.format}:${fact.id}`);
    else if (fact.type === 'attestation')
      add(attestations, `${fact.repository} ${fact.commit}`, `attestation:${fact.id}`);
    else if (fact.type === 'edits') add(edits, `${fact.repository}#${fact.number}`, fact);
    else if (fact.type === 'coverage') {
      const [from, to] = [secondsOf(fact.from) ?? 0, secondsOf(fact.to) ?? 0];
      add(coverage, fact.repository, { from, to, share: fact.share });
    }
  }
  return {
    sessions,
    authorship,
    attestations,
    edits,
    coverage,
    enrolments: Map.groupBy(enrolments, ({ person }) => person),
  };
}

function add<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
