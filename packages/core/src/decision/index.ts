export {
  type AdministrationQuestion,
  type AdministrativeAction,
  administrativeActions,
  buildAdministrationRequest,
  decideAdministration,
  permittedActions,
} from './administration.ts';
export { canonicalRequests } from './canonical-requests.ts';
export { dataClassPolicies, type GeneratedPolicy } from './data-policies.ts';
export { decideCall, refusalReasons } from './decide.ts';
export { unmeasuredAttributes } from './entities.ts';
export { beyondGrants, type Grant, grantedRepositories, grantOf, repositoryIdOf } from './grants.ts';
export { buildPolicyRequest, callAction, sharingRule } from './policy-request.ts';
export { indexProgram } from './program-index.ts';
export type { CallDecision, CallFacts, CallQuestion, ProgramIndex, RefusalReason } from './types.ts';
