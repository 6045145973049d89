import { fullName, isRepositoryName } from '../facts.ts';
import { finding } from '../findings.ts';
import type { ProgramFinding } from '../types.ts';
import type { ProgramLook } from './look.ts';
import { reference, references } from './refs.ts';

/** repositories.yaml: full names, known owner teams and scanners, and no name that means two repositories. */
export const checkRepositories: ProgramLook = ({ single }, facts) => {
  const doc = single.repositories;
  if (doc === undefined) return [];
  const findings: ProgramFinding[] = [];
  const seen = new Map<string, string>();
  const claim = (name: string, path: readonly PropertyKey[], what: 'key' | 'value') => {
    const full = fullName(name, facts.defaultHost);
    const at = doc.at(path, what);
    if (!isRepositoryName(full)) {
      findings.push(
        finding('program.repository-name', doc.file, at, 'A repository is written host/owner/name.'),
      );
    }
    const before = seen.get(full);
    if (before !== undefined) {
      const message = `"${full}" already stands for "${before}".`;
      findings.push(finding('program.duplicate-id', doc.file, at, message));
    }
    seen.set(full, full);
  };
  for (const [name, repository] of Object.entries(doc.data.repositories)) {
    const path = ['repositories', name];
    claim(name, path, 'key');
    for (const [index, alias] of repository.aliases.entries())
      claim(alias, [...path, 'aliases', index], 'value');
    findings.push(...reference(doc, [...path, 'team'], 'team', repository.team, facts.teams, 'teams.yaml'));
    if (single.scanning !== undefined) {
      const at = [...path, 'scanners'];
      findings.push(...references(doc, at, 'scanner', repository.scanners, facts.scanners, 'scanning.yaml'));
    }
  }
  return findings;
};
