import type { Doc } from '../documents.ts';
import { finding } from '../findings.ts';
import type { SingleData } from '../kinds.ts';
import type { ProgramFinding } from '../types.ts';
import type { ProgramLook } from './look.ts';
import { reference, references, repositoryReferences } from './refs.ts';

type Teams = Doc<SingleData<'teams'>>;

/** teams.yaml: every person once, known roles, real time zones, no cycle of groups. */
export const checkPeople: ProgramLook = ({ single }, facts) => {
  const doc = single.teams;
  if (doc === undefined) return [];
  const findings: ProgramFinding[] = [...repeatedMembers(doc), ...repeatedAccounts(doc), ...teamCycles(doc)];
  for (const [id, team] of Object.entries(doc.data.teams)) {
    const path = ['teams', id];
    findings.push(...repositoryReferences(doc, [...path, 'repositories'], team.repositories, facts));
    if (team.parent !== undefined) {
      findings.push(...reference(doc, [...path, 'parent'], 'team', team.parent, facts.teams, 'teams.yaml'));
    }
    if (!isTimeZone(team.timeZone)) {
      const message = `teams.${id}.timeZone is not a time zone.`;
      findings.push(finding('program.time-zone', doc.file, doc.at([...path, 'timeZone']), message));
    }
    for (const [index, member] of team.members.entries()) {
      const at = [...path, 'members', index, 'roles'];
      findings.push(...references(doc, at, 'role', member.roles, facts.roles, 'operating-model.yaml'));
    }
  }
  return findings;
};

function repeatedMembers(doc: Teams): ProgramFinding[] {
  const seen = new Map<string, string>();
  const findings: ProgramFinding[] = [];
  for (const [team, { members }] of Object.entries(doc.data.teams)) {
    for (const [index, { id }] of members.entries()) {
      const before = seen.get(id);
      if (before !== undefined) {
        const at = doc.at(['teams', team, 'members', index, 'id']);
        const message = `"${id}" already belongs to team "${before}"; everyone belongs to one team.`;
        findings.push(finding('program.duplicate-id', doc.file, at, message));
      }
      seen.set(id, team);
    }
  }
  return findings;
}

/** An account is one person's: delivery would take two people for one. */
function repeatedAccounts(doc: Teams): ProgramFinding[] {
  const seen = new Map<string, string>();
  const findings: ProgramFinding[] = [];
  for (const [team, { members }] of Object.entries(doc.data.teams)) {
    for (const [index, { id, accounts = [] }] of members.entries()) {
      for (const account of new Set([id, ...accounts])) {
        const before = seen.get(account);
        if (before !== undefined && before !== id) {
          const at = doc.at(['teams', team, 'members', index]);
          const message = `The account "${account}" already belongs to "${before}"; an account is of one member.`;
          findings.push(finding('program.duplicate-id', doc.file, at, message));
        }
        seen.set(account, id);
      }
    }
  }
  return findings;
}

function teamCycles(doc: Teams): ProgramFinding[] {
  const { teams } = doc.data;
  const reported = new Set<string>();
  const findings: ProgramFinding[] = [];
  for (const start of Object.keys(teams)) {
    const walked: string[] = [];
    let current: string | undefined = start;
    while (current !== undefined && Object.hasOwn(teams, current) && !walked.includes(current)) {
      walked.push(current);
      current = teams[current]?.parent;
    }
    if (current !== start || reported.has(start)) continue;
    for (const team of walked) reported.add(team);
    const message = `Teams contain each other: ${[...walked, start].join(' → ')}.`;
    findings.push(finding('program.team-cycle', doc.file, doc.at(['teams', start, 'parent']), message));
  }
  return findings;
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
