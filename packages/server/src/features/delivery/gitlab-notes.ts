import type { Actor, ChangeEvent } from '@fairlead/core/delivery';
import { z } from 'zod';
import { gitlabActor, gitlabTime, gitlabUser } from './gitlab-types.ts';

/*
 * What notes of merge requests say. Those that GitLab writes itself tell of drafts, approvals and requests for a
 * review, in English whatever the language of the people.
 */

export const gitlabNote = z.looseObject({
  id: z.int(),
  body: z.string(),
  author: gitlabUser,
  created_at: gitlabTime,
  system: z.boolean().optional(),
  type: z.string().nullish(),
  noteable_type: z.string().optional(),
  noteable_iid: z.int().nullish(),
});
export type GitlabNote = z.output<typeof gitlabNote>;

/** Without the change it belongs to. */
export type PlainEvent = Omit<ChangeEvent, 'type' | 'change'>;

/** The approvals and their ends, of one person on one change. */
interface Approvals {
  readonly given: Map<string, string>;
  readonly ended: Map<string, PlainEvent>;
}

/**
 * Reads notes in whatever order they come. An approval that is taken back says not which one it was: the last before
 * it, which may stand later in the file; then the ending is told again.
 */
export function createNoteReader(): (note: GitlabNote, change: string) => readonly PlainEvent[] {
  const approvals = new Map<string, Approvals>();
  const of = (change: string, login: string | null): Approvals => {
    const key = `${change} ${login?.toLowerCase() ?? ''}`;
    const found = approvals.get(key) ?? { given: new Map(), ended: new Map() };
    approvals.set(key, found);
    return found;
  };
  const ended = ({ given, ended: all }: Approvals): readonly PlainEvent[] =>
    [...all.values()].map((event) => ({ ...event, of: lastBefore(given, event.at) }));
  return (note, change) => {
    const base = { id: `note-${note.id}`, at: note.created_at, by: gitlabActor(note.author) };
    if (note.system !== true)
      return [{ ...base, kind: note.type === 'DiffNote' ? 'inline_comment' : 'comment' }];
    const body = note.body.trim();
    const kind = togglesOf(body) ?? states[body];
    if (kind !== undefined) return [{ ...base, kind }];
    if (body === 'approved this merge request') {
      const known = of(change, base.by.login);
      known.given.set(base.id, base.at);
      return [{ ...base, kind: 'review', state: 'approved' }, ...ended(known)];
    }
    if (body === 'requested changes') return [{ ...base, kind: 'review', state: 'changes_requested' }];
    const lost = body === 'unapproved this merge request' ? [base.by.login] : resetOf(body);
    if (lost.length > 0) {
      return lost.flatMap((login) => {
        const known = of(change, login);
        known.ended.set(base.id, { ...base, id: partId(base.id, lost, login), kind: 'dismissed' });
        return ended(known);
      });
    }
    const asked = askedOf(body);
    return asked.map((login) => ({
      ...base,
      id: partId(base.id, asked, login),
      kind: 'review_requested',
      reviewer: gitlabActor({ username: login }) satisfies Actor,
    }));
  };
}

/** One note may be about several people, and each of them makes an event. */
function partId(id: string, all: readonly (string | null)[], login: string | null): string {
  return all.length === 1 ? id : `${id}-${all.indexOf(login)}`;
}

function lastBefore(given: ReadonlyMap<string, string>, at: string): string | undefined {
  const end = Date.parse(at);
  let last: readonly [string, number] | undefined;
  for (const [id, time] of given) {
    const then = Date.parse(time);
    if (then <= end && (last === undefined || then >= last[1])) last = [id, then];
  }
  return last?.[0];
}

/** Older versions tell states by notes; newer ones by events of their own, at the same second. */
const states: { readonly [body: string]: string } = {
  closed: 'closed',
  reopened: 'reopened',
  merged: 'merged',
};

function togglesOf(body: string): 'draft' | 'ready' | undefined {
  const marked = /^marked this merge request as \*\*(draft|ready)\*\*/.exec(body)?.[1];
  if (marked !== undefined) return marked as 'draft' | 'ready';
  const older = /^(un)?marked (?:this merge request )?as a \*\*Work In Progress\*\*/i.exec(body);
  if (older !== null) return older[1] === undefined ? 'draft' : 'ready';
  const titles = /^changed title from \*\*(.*)\*\* to \*\*(.*)\*\*$/s.exec(body);
  if (titles === null) return undefined;
  const [was, is] = [isDraftTitle(titles[1]!), isDraftTitle(titles[2]!)];
  return was === is ? undefined : is ? 'draft' : 'ready';
}

/** `Draft:`, `[Draft]`, `(Draft)`, and `WIP` in their places; notes mark what changed with `{+ +}` and `{- -}`. */
export function isDraftTitle(title: string): boolean {
  return /^\s*(?:\[(?:draft|wip)\]|\((?:draft|wip)\)|(?:draft|wip):)/i.test(
    title.replaceAll(/\{[+-]|[+-]\}/g, ''),
  );
}

const mention = /@([\w.-]*\w)/g;

function mentionsIn(text: string): readonly string[] {
  return [...new Set([...text.matchAll(mention)].map(([, login]) => login!))];
}

/** `requested review from @a and @b, and removed review request for @c` */
function askedOf(body: string): readonly string[] {
  const asked = /requested review from ((?:(?:, | and |, and )?@[\w.-]+)+)/.exec(body)?.[1];
  return asked === undefined ? [] : mentionsIn(asked);
}

/** `reset approvals from @a and @b by pushing to the branch` */
function resetOf(body: string): readonly string[] {
  return /^reset approvals from /.test(body) ? mentionsIn(body) : [];
}
