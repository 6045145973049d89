import { finding } from '../findings.ts';
import { builtInDataClasses } from '../schemas/data.ts';
import type { ProgramFinding } from '../types.ts';
import type { ProgramLook } from './look.ts';
import { reference, references, repositoryReferences } from './refs.ts';

/** data-handling.yaml, legal.yaml: every class declared, every cell decided, every clearance still good. */
export const checkData: ProgramLook = (documents, facts, today) => [
  ...checkMatrix(documents, facts, today),
  ...checkLegal(documents, facts, today),
];

const checkMatrix: ProgramLook = ({ single }, facts) => {
  const doc = single['data-handling'];
  if (doc === undefined) return [];
  const findings: ProgramFinding[] = [];
  for (const name of builtInDataClasses) {
    if (facts.dataClasses.has(name)) continue;
    const message = `Inspection finds "${name}", and data-handling.yaml does not say what it is.`;
    findings.push(finding('program.data-class-missing', doc.file, doc.at(['classes'], 'key'), message));
  }
  for (const [name, row] of Object.entries(doc.data.sharing)) {
    const path = ['sharing', name];
    findings.push(...reference(doc, path, 'data class', name, facts.dataClasses, 'data-handling.yaml'));
    for (const vendor of Object.keys(row)) {
      if (vendor === '*') continue;
      findings.push(...reference(doc, [...path, vendor], 'vendor', vendor, facts.vendors, 'fairlead.yaml'));
    }
  }
  for (const name of facts.dataClasses) {
    const row = doc.data.sharing[name];
    if (row !== undefined && Object.hasOwn(row, '*')) continue;
    const open = [...facts.vendors].filter((vendor) => row === undefined || !Object.hasOwn(row, vendor));
    if (open.length === 0) continue;
    const message = `Nothing is decided for "${name}" at ${open.join(', ')}.`;
    findings.push(finding('program.sharing-undecided', doc.file, doc.at(['sharing', name], 'key'), message));
  }
  return findings;
};

const checkLegal: ProgramLook = ({ single }, facts, today) => {
  const doc = single.legal;
  if (doc === undefined) return [];
  const findings: ProgramFinding[] = [];
  const { dataClasses, vendors } = facts;
  for (const [index, basis] of doc.data.basis.entries()) {
    const path = ['basis', index, 'appliesTo'];
    findings.push(...references(doc, path, 'data class', basis.appliesTo, dataClasses, 'data-handling.yaml'));
  }
  for (const [index, review] of doc.data.reviewWhen.entries()) {
    const path = ['reviewWhen', index];
    const at = [...path, 'dataClass'];
    findings.push(...reference(doc, at, 'data class', review.dataClass, dataClasses, 'data-handling.yaml'));
    findings.push(
      ...references(doc, [...path, 'vendors'], 'vendor', review.vendors, vendors, 'fairlead.yaml'),
    );
  }
  for (const [index, clearance] of doc.data.clearances.entries()) {
    const path = ['clearances', index];
    const at = [...path, 'dataClass'];
    findings.push(
      ...reference(doc, at, 'data class', clearance.dataClass, dataClasses, 'data-handling.yaml'),
    );
    findings.push(
      ...reference(doc, [...path, 'vendor'], 'vendor', clearance.vendor, vendors, 'fairlead.yaml'),
    );
    findings.push(...repositoryReferences(doc, [...path, 'repositories'], clearance.repositories, facts));
    if (clearance.expires < today) {
      const message = `Clearance "${clearance.id}" expired on ${clearance.expires}.`;
      findings.push(finding('program.expired', doc.file, doc.at([...path, 'expires']), message));
    }
  }
  return findings;
};
