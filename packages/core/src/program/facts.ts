import type { Documents } from './documents.ts';

/** A person or service account and the teams it belongs to. */
export interface KnownMember {
  readonly id: string;
  readonly kind: 'human' | 'service';
  readonly roles: readonly string[];
  readonly team: string;
}

/** The names that other files refer to. */
export interface Facts {
  readonly roles: ReadonlySet<string>;
  readonly members: ReadonlyMap<string, KnownMember>;
  readonly teams: ReadonlySet<string>;
  /** Full names (`host/owner/name`). */
  readonly repositories: ReadonlySet<string>;
  readonly vendors: ReadonlySet<string>;
  readonly models: ReadonlySet<string>;
  readonly assistants: ReadonlySet<string>;
  readonly controls: ReadonlySet<string>;
  readonly dataClasses: ReadonlySet<string>;
  readonly kpis: ReadonlySet<string>;
  readonly scanners: ReadonlySet<string>;
  readonly defaultHost: string;
  /** The people who may answer for an owner: holders of the role, or the person named. Service accounts never. */
  people(owner: string): readonly string[];
}

/** Collects the names a program declares. Missing files count as empty. */
export function collectFacts({ single }: Documents): Facts {
  const roles = new Set(Object.keys(single['operating-model']?.data.roles ?? {}));
  const members = new Map<string, KnownMember>();
  const teams = single.teams?.data.teams ?? {};
  for (const [team, { members: list }] of Object.entries(teams)) {
    for (const member of list) members.set(member.id, { ...member, team });
  }
  const defaultHost = single.fairlead?.data.organisation.defaultHost ?? 'github.com';
  const models = new Set<string>();
  for (const list of Object.values(single.models?.data.models ?? {})) {
    for (const model of Object.keys(list)) models.add(model);
  }
  const scanners = new Set<string>();
  for (const list of Object.values(single.scanning?.data.required ?? {})) {
    for (const scanner of list ?? []) scanners.add(scanner.id);
  }
  return {
    roles,
    members,
    teams: new Set(Object.keys(teams)),
    repositories: new Set(
      Object.keys(single.repositories?.data.repositories ?? {}).map((name) => fullName(name, defaultHost)),
    ),
    vendors: new Set(Object.keys(single.fairlead?.data.vendors ?? {})),
    models,
    assistants: new Set(Object.keys(single.assistants?.data.assistants ?? {})),
    controls: new Set(Object.keys(single.controls?.data.controls ?? {})),
    dataClasses: new Set(Object.keys(single['data-handling']?.data.classes ?? {})),
    kpis: new Set(Object.keys(single.kpis?.data.kpis ?? {})),
    scanners,
    defaultHost,
    people: (owner) => peopleOf(owner, roles, members),
  };
}

function peopleOf(
  owner: string,
  roles: ReadonlySet<string>,
  members: ReadonlyMap<string, KnownMember>,
): string[] {
  if (roles.has(owner)) {
    return [...members.values()]
      .filter((member) => member.kind === 'human' && member.roles.includes(owner))
      .map((member) => member.id)
      .sort();
  }
  return members.get(owner)?.kind === 'human' ? [owner] : [];
}

/** `owner/name` becomes `defaultHost/owner/name`; anything else stays as it is. */
export function fullName(name: string, defaultHost: string): string {
  return name.split('/').length === 2 ? `${defaultHost}/${name}` : name;
}

/** True for `host/owner/name`, with further folders allowed (GitLab groups), and no step that is empty or `.`. */
export function isRepositoryName(name: string): boolean {
  const steps = name.split('/');
  return (
    steps.length >= 3 &&
    /^[a-z0-9.-]+$/.test(steps[0] ?? '') &&
    steps.every((step) => step !== '' && step !== '.' && !step.endsWith('.git'))
  );
}
