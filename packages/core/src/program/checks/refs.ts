import type { Doc } from '../documents.ts';
import type { Facts } from '../facts.ts';
import { finding } from '../findings.ts';
import { didYouMean } from '../suggest.ts';
import type { ProgramFinding } from '../types.ts';

type Path = readonly PropertyKey[];

/** Says that `name` refers to nothing, with the nearest known name; nothing when it is known. */
export function reference(
  doc: Doc<unknown>,
  path: Path,
  what: string,
  name: string,
  known: Iterable<string>,
  where: string,
): ProgramFinding[] {
  const names = new Set(known);
  if (names.has(name)) return [];
  const message = `There is no ${what} "${name}" in ${where}.${didYouMean(name, names)}`;
  return [finding('program.dangling', doc.file, doc.at(path), message)];
}

/** `reference` for each name of a list. */
export function references(
  doc: Doc<unknown>,
  path: Path,
  what: string,
  names: readonly string[],
  known: Iterable<string>,
  where: string,
): ProgramFinding[] {
  const set = new Set(known);
  return names.flatMap((name, index) => reference(doc, [...path, index], what, name, set, where));
}

/** Says that an owner doesn't exist, or that nobody holds the role. */
export function ownership(
  doc: Doc<unknown>,
  path: Path,
  what: string,
  owner: string | undefined,
  facts: Facts,
): ProgramFinding[] {
  if (owner === undefined) {
    return [finding('program.unowned', doc.file, doc.at(path), `${what} has no owner.`)];
  }
  if (!facts.roles.has(owner) && !facts.members.has(owner)) {
    const hint = didYouMean(owner, [...facts.roles, ...facts.members.keys()]);
    const message = `${what} is owned by "${owner}", which is neither a role nor a person.${hint}`;
    return [finding('program.unowned', doc.file, doc.at(path), message)];
  }
  if (facts.people(owner).length === 0) {
    const message = `${what} is owned by "${owner}", and no person answers for that.`;
    return [finding('program.owner-without-people', doc.file, doc.at(path), message)];
  }
  return [];
}

/** Says that a repository's name has no `host/owner/name` form or isn't in repositories.yaml. */
export function repositoryReferences(
  doc: Doc<unknown>,
  path: Path,
  names: readonly string[],
  facts: Facts,
): ProgramFinding[] {
  return names.flatMap((name, index) => {
    const full = name.split('/').length === 2 ? `${facts.defaultHost}/${name}` : name;
    return reference(doc, [...path, index], 'repository', full, facts.repositories, 'repositories.yaml');
  });
}
