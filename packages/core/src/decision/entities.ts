import type { CedarJson, EntityJson, EntityRef } from '../policy/types.ts';
import type { ProgramVendor } from '../program/types.ts';
import type { CallFacts, ProgramIndex } from './types.ts';

/** Id of the vendor entity that stands for "no vendor lists this model". */
export const unknownVendor = 'unlisted';

// Members stand in the order of their canonical JSON, so that nothing has to be sorted for it.
export const ref = (type: string, id: string): EntityRef => ({ id, type });
export const refValue = (type: string, id: string): CedarJson => ({ __entity: { id, type } });
export const datetime = (iso: string): CedarJson => ({ __extn: { arg: iso, fn: 'datetime' } });

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

export function principalRef(index: ProgramIndex, principal: string): EntityRef {
  return ref(index.kindOf(principal) === 'service' ? 'ServiceAccount' : 'User', principal);
}

/** Attributes that nothing measures yet: they always hold a value that no policy objects to. */
export const unmeasuredAttributes: readonly string[] = ['trainingLapsed'];

export function principalEntity(index: ProgramIndex, principal: string): EntityJson {
  const parents = [
    ...index.teamsOf(principal).map((team) => ref('Team', team)),
    ...index.rolesOf(principal).map((role) => ref('Role', role)),
  ];
  // Training results come with the training feature; until then no module can have lapsed.
  return { uid: principalRef(index, principal), attrs: { trainingLapsed: [] }, parents };
}

export function vendorEntity(vendor: ProgramVendor | undefined): EntityJson {
  if (!vendor) {
    // Nothing but `model.listed` should refuse a model without a vendor: the other facts stay neutral.
    const attrs = { dialect: 'none', evaluated: true, trainsOnData: false, dpaSigned: true, regions: [] };
    const approvedFor = ['confidential', 'internal', 'public', 'restricted'];
    return { uid: ref('Vendor', unknownVendor), attrs: { ...attrs, approvedFor }, parents: [] };
  }
  const attrs: Record<string, CedarJson> = {
    dialect: vendor.dialect,
    evaluated: vendor.evaluated,
    trainsOnData: vendor.trainsOnData,
    dpaSigned: vendor.dpaSigned,
    regions: sorted(vendor.regions),
    approvedFor: sorted(vendor.approvedFor),
  };
  if (vendor.evidenceValidUntil) attrs.evidenceValidUntil = datetime(vendor.evidenceValidUntil);
  if (vendor.retentionDays !== null) attrs.retentionDays = vendor.retentionDays;
  return { uid: ref('Vendor', vendor.id), attrs, parents: [] };
}

export function modelEntity(index: ProgramIndex, facts: CallFacts): EntityJson {
  const vendor = facts.vendor ?? unknownVendor;
  const listed = facts.vendor === null ? undefined : index.model(facts.vendor, facts.model);
  return {
    uid: ref('Model', facts.model),
    attrs: {
      vendor: refValue('Vendor', vendor),
      listed: listed !== undefined,
      capabilities: sorted(listed?.capabilities ?? []),
    },
    parents: [ref('Vendor', vendor)],
  };
}

export function repositoryEntity(index: ProgramIndex, id: string): EntityJson {
  const repository = index.repository(id);
  if (!repository) {
    // Unlisted: of unknown classification, so the strictest one.
    return {
      uid: ref('Repository', id),
      attrs: { classification: 'restricted', allowlisted: false },
      parents: [],
    };
  }
  const attrs: Record<string, CedarJson> = {
    classification: repository.classification,
    allowlisted: repository.allowlisted,
    owner: refValue('Team', repository.team),
  };
  if (repository.service) attrs.service = repository.service;
  return { uid: ref('Repository', id), attrs, parents: [ref('Team', repository.team)] };
}

export function stageEntity(index: ProgramIndex): EntityJson {
  const { stage } = index;
  return {
    uid: ref('Stage', stage.id),
    attrs: {
      rank: stage.rank,
      capabilities: sorted(stage.capabilities),
      allowedModels: sorted(stage.models).map((model) => refValue('Model', model)),
    },
    parents: [],
  };
}

export function assistantEntity(index: ProgramIndex, id: string): EntityJson {
  const assistant = index.program.assistants.find((candidate) => candidate.id === id);
  return {
    uid: ref('Assistant', id),
    attrs: { approved: assistant !== undefined, capabilities: sorted(assistant?.capabilities ?? []) },
    parents: [],
  };
}
