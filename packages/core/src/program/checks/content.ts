import type { ProgramFinding } from '../types.ts';
import type { ProgramLook } from './look.ts';
import { references, repositoryReferences } from './refs.ts';

/** `content` of fairlead.yaml: whose content is kept must be something that there is. */
export const checkContent: ProgramLook = ({ single }, facts): ProgramFinding[] => {
  const doc = single.fairlead;
  const keep = doc?.data.content?.keep ?? [];
  if (doc === undefined) return [];
  return keep.flatMap(({ repositories, dataClasses }, index) => {
    const path = ['content', 'keep', index];
    const named = repositories.includes('*') ? [] : repositories;
    const classes = dataClasses.includes('*') ? [] : dataClasses;
    return [
      ...repositoryReferences(doc, [...path, 'repositories'], named, facts),
      ...references(
        doc,
        [...path, 'dataClasses'],
        'data class',
        classes,
        facts.dataClasses,
        'data-handling.yaml',
      ),
    ];
  });
};
