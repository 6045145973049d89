import { FairleadError } from '../errors/index.ts';
import type { Program, ProgramStage, ProgramVendor } from '../program/types.ts';
import type { Dialect } from '../wire/types.ts';
import type { ProgramIndex } from './types.ts';

interface Membership {
  readonly kind: 'human' | 'service';
  readonly teams: string[];
  readonly roles: Set<string>;
}

function membershipOf(program: Program): Map<string, Membership> {
  const members = new Map<string, Membership>();
  for (const team of program.teams) {
    for (const member of team.members) {
      const known = members.get(member.id) ?? { kind: member.kind, teams: [], roles: new Set() };
      known.teams.push(team.id);
      for (const role of member.roles) known.roles.add(role);
      members.set(member.id, known);
    }
  }
  return members;
}

function stageInForce(program: Program): ProgramStage {
  const stage = program.stages.find((candidate) => candidate.id === program.currentStage);
  if (stage) return stage;
  throw new FairleadError('program.invalid', {
    message: `The stage in force, ${program.currentStage}, is not one of the program's stages.`,
  });
}

/**
 * Builds the look-up tables of a program. Teams of earlier stages stay included in later ones.
 * @throws FairleadError program.invalid when the stage in force does not exist.
 */
export function indexProgram(program: Program): ProgramIndex {
  const members = membershipOf(program);
  const repositories = new Map<string, Program['repositories'][number]>();
  for (const repository of program.repositories) {
    for (const name of [repository.id, ...repository.aliases]) repositories.set(name, repository);
  }
  const vendors = new Map(program.vendors.map((vendor) => [vendor.id, vendor]));
  const models = new Map(program.models.map((model) => [`${model.vendor}\n${model.id}`, model]));
  const stage = stageInForce(program);
  const byRank = [...program.stages].sort((a, b) => a.rank - b.rank);
  const includedTeams = new Set(byRank.filter((s) => s.rank <= stage.rank).flatMap((s) => s.teams));

  return {
    program,
    stage,
    includedTeams,
    repository: (id) => repositories.get(id),
    vendor: (id) => vendors.get(id),
    vendorsOf: (model, dialect) => vendorsListing(program, vendors, model, dialect),
    model: (vendor, id) => models.get(`${vendor}\n${id}`),
    teamsOf: (principal) => members.get(principal)?.teams ?? [],
    rolesOf: (principal) => [...(members.get(principal)?.roles ?? [])].sort(),
    kindOf: (principal) => members.get(principal)?.kind ?? null,
    stageBringing: (team) =>
      byRank.find((later) => later.rank > stage.rank && later.teams.includes(team))?.id ?? null,
  };
}

function vendorsListing(
  program: Program,
  vendors: ReadonlyMap<string, ProgramVendor>,
  model: string,
  dialect: Dialect,
): ProgramVendor[] {
  const found: ProgramVendor[] = [];
  for (const listed of program.models) {
    if (listed.id !== model) continue;
    const vendor = vendors.get(listed.vendor);
    if (vendor?.dialect === dialect) found.push(vendor);
  }
  return found;
}
