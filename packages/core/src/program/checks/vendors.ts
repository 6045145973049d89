import type { Doc } from '../documents.ts';
import { finding } from '../findings.ts';
import type { ManyData } from '../kinds.ts';
import type { Day, ProgramFinding } from '../types.ts';
import type { ProgramLook } from './look.ts';
import { reference, references } from './refs.ts';

type Evaluation = Doc<ManyData<'vendor'>>;

/** Vendors, their evaluations, their models and the assistants that use them. */
export const checkVendors: ProgramLook = ({ single, many }, facts, today) => {
  const findings: ProgramFinding[] = [];
  for (const doc of many.vendor) findings.push(...checkEvaluation(doc, facts.vendors, today));
  findings.push(...repeatedEvaluations(many.vendor));
  const { fairlead, models } = single;
  const evaluated = new Set(many.vendor.map(({ data }) => data.vendor));
  for (const vendor of facts.vendors) {
    if (fairlead === undefined || evaluated.has(vendor)) continue;
    const at = fairlead.at(['vendors', vendor], 'key');
    const message = `Vendor "${vendor}" has no evaluation: there is no vendors/${vendor}.yaml for it.`;
    findings.push(finding('program.vendor-unevaluated', fairlead.file, at, message));
  }
  if (models !== undefined)
    findings.push(...checkModels(models, facts.vendors, fairlead?.data.vendors ?? {}));
  return findings;
};

function repeatedEvaluations(docs: readonly Evaluation[]): ProgramFinding[] {
  return docs.flatMap((doc, index) => {
    const before = docs.slice(0, index).find(({ data }) => data.vendor === doc.data.vendor);
    if (before === undefined) return [];
    const message = `Vendor "${doc.data.vendor}" is already evaluated in ${before.file}.`;
    return [finding('program.duplicate-id', doc.file, doc.at(['vendor']), message)];
  });
}

function checkEvaluation(doc: Evaluation, vendors: ReadonlySet<string>, today: Day): ProgramFinding[] {
  const { data, file } = doc;
  const findings = reference(doc, ['vendor'], 'vendor', data.vendor, vendors, 'fairlead.yaml');
  const evidence = new Set(data.evidence.map(({ id }) => id));
  for (const [index, item] of data.evidence.entries()) {
    const path = ['evidence', index];
    if (data.evidence.findIndex(({ id }) => id === item.id) !== index) {
      findings.push(
        finding('program.duplicate-id', file, doc.at([...path, 'id']), `Evidence "${item.id}" stands twice.`),
      );
    }
    if (item.expires < today) {
      const message = `Evidence "${item.id}" expired on ${item.expires}; "${data.vendor}" counts as unverified.`;
      findings.push(finding('program.expired', file, doc.at([...path, 'expires']), message));
    }
    if (item.collected > item.expires) {
      const message = `Evidence "${item.id}" expires before it was collected.`;
      findings.push(finding('program.value', file, doc.at([...path, 'expires']), message));
    }
  }
  let total = 0;
  let core = 0;
  for (const [name, criterion] of Object.entries(data.criteria)) {
    total += criterion.weight;
    if (name === 'auditability' || name === 'data-retention' || name === 'support') core += criterion.weight;
    const path = ['criteria', name, 'evidence'];
    findings.push(...references(doc, path, 'evidence', criterion.evidence, evidence, 'this file'));
    if (criterion.knockOut && criterion.score === 0 && data.approvedFor.length > 0) {
      const message = `"${name}" is a knock-out and scores 0, yet the vendor is approved.`;
      findings.push(finding('program.vendor-approval', file, doc.at(['criteria', name]), message));
    }
  }
  if (total > 0 && core < total / 2) {
    const message = 'Auditability, data-retention and support carry less than half of the weights.';
    findings.push(finding('program.vendor-weights', file, doc.at(['criteria'], 'key'), message));
  }
  const sensitive = data.approvedFor.some((name) => name === 'confidential' || name === 'restricted');
  if (sensitive && (data.processing.trainsOnData || !data.processing.dpaSigned)) {
    const message =
      'Approved above internal although it trains on data or has no signed processing agreement.';
    findings.push(finding('program.vendor-approval', file, doc.at(['approvedFor']), message));
  }
  return findings;
}

type Models = NonNullable<Parameters<ProgramLook>[0]['single']['models']>;

function checkModels(
  doc: Models,
  vendors: ReadonlySet<string>,
  dialects: { readonly [vendor: string]: { readonly dialect: string } },
): ProgramFinding[] {
  const findings: ProgramFinding[] = [];
  const seen = new Map<string, string>();
  for (const [vendor, list] of Object.entries(doc.data.models)) {
    const known = vendors.has(vendor);
    if (!known)
      findings.push(...reference(doc, ['models', vendor], 'vendor', vendor, vendors, 'fairlead.yaml'));
    for (const [model, facts] of Object.entries(list)) {
      const at = doc.at(['models', vendor, model], 'key');
      if (facts.price === undefined) {
        findings.push(
          finding(
            'program.model-unpriced',
            doc.file,
            at,
            `Model "${model}" has no price of yours: the list price of its vendor's address counts, if one is known.`,
          ),
        );
      }
      const wire = `${dialects[vendor]?.dialect ?? ''} ${model}`;
      const before = seen.get(wire);
      if (before !== undefined && known) {
        const message = `Model "${model}" is listed for "${before}" and "${vendor}" in the same dialect.`;
        findings.push(finding('program.model-ambiguous', doc.file, at, message));
      }
      seen.set(wire, vendor);
    }
  }
  return findings;
}
