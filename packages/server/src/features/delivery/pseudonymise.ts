import { type Actor, type Change, type DeliveryFact, signalsOf } from '@fairlead/core/delivery';
import { assistantTrailers, keptTrailer } from '@fairlead/core/tasks';
import type { Pseudonyms } from './store.ts';

/* People leave delivery facts before these are kept: in their place stand random pseudonyms. */

/** The logins and addresses of people in some facts, in lower case; bots keep their names. */
export function peopleIn(facts: readonly DeliveryFact[]): readonly string[] {
  const people = new Set<string>();
  for (const fact of facts) {
    if (fact.type === 'change') {
      addActor(people, fact.author);
      for (const login of fact.drivers ?? []) people.add(login.toLowerCase());
    } else if (fact.type === 'event') {
      addActor(people, fact.by);
      if (fact.reviewer) addActor(people, fact.reviewer);
    } else if (fact.type === 'commit') {
      const author = commitAuthor(fact.author);
      if (author !== null) people.add(author);
    }
  }
  return [...people];
}

/** The same fact with pseudonyms, and of texts only what a definition reads. */
export function withoutPeople(
  fact: DeliveryFact,
  pseudonyms: ReadonlyMap<string, string> & Partial<Pick<Pseudonyms, 'forgotten' | 'machines'>>,
): DeliveryFact {
  const isMachine = (login: string) => pseudonyms.machines?.has(login.toLowerCase()) === true;
  const named = (login: string) =>
    isMachine(login) ? login.toLowerCase() : (pseudonyms.get(login.toLowerCase()) ?? 'p-unknown');
  const actor = ({ login, kind }: Actor): Actor => {
    if (login === null || kind === 'bot') return { login, kind };
    return { login: named(login), kind: isMachine(login) ? 'bot' : kind };
  };
  if (fact.type === 'change') {
    const { title, drivers, ...rest } = fact;
    const author = actor(fact.author);
    return {
      ...rest,
      author,
      ...branchOf(fact, pseudonyms),
      ...(title === undefined ? {} : { title: signalsOf(title) }),
      // Hosts name to whom a change is assigned: an agent's is driven by them, a person's reviewed.
      ...(drivers === undefined || author.kind !== 'bot'
        ? {}
        : { drivers: drivers.filter((login) => !isMachine(login)).map(named) }),
    };
  }
  if (fact.type === 'event') {
    const reviewer = fact.reviewer === undefined ? {} : { reviewer: actor(fact.reviewer) };
    return { ...fact, by: actor(fact.by), ...reviewer };
  }
  if (fact.type === 'commit') {
    const author = commitAuthor(fact.author);
    return {
      ...fact,
      author: author === null ? {} : { login: named(author) },
      message: [signalsOf(fact.message), ...assistantTrailers(fact.message).map(keptTrailer)]
        .filter((line, i) => i === 0 || line !== '')
        .join('\n'),
    };
  }
  return fact;
}

type Known = ReadonlyMap<string, string> & Partial<Pick<Pseudonyms, 'forgotten'>>;

function branchOf(
  { author: { login }, head }: Pick<Change, 'author' | 'head'>,
  pseudonyms: Known,
): { readonly head: string } {
  return { head: branchWithout(head, login, pseudonyms) };
}

/** Branches are often named after whoever works on them; of a person who was forgotten that is a name. */
export function branchWithout(branch: string, login: string | null, pseudonyms: Known): string {
  const name = login?.toLowerCase();
  if (name === undefined || pseudonyms.forgotten?.has(name) !== true) return branch;
  return withoutName(branch, name, pseudonyms.get(name) ?? 'p-unknown');
}

/** A text with something else in the place of a name, however it is written. */
export function withoutName(text: string, name: string, instead: string): string {
  const local = name.includes('@') ? name.slice(0, name.indexOf('@')) : name;
  if (local.length < 2) return text;
  return text.replaceAll(new RegExp(RegExp.escape(local), 'gi'), instead);
}

function addActor(people: Set<string>, { login, kind }: Actor): void {
  if (login !== null && kind !== 'bot') people.add(login.toLowerCase());
}

/** The account, or the address when no account claims the commit. */
function commitAuthor({
  login,
  email,
}: {
  login?: string | undefined;
  email?: string | undefined;
}): string | null {
  const known = login ?? email;
  return known === undefined || known === '' ? null : known.toLowerCase();
}
