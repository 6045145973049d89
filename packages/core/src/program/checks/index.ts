import type { Documents } from '../documents.ts';
import type { Facts } from '../facts.ts';
import type { Day, ProgramFinding } from '../types.ts';
import { checkBudgets } from './budgets.ts';
import { checkContent } from './content.ts';
import { checkData } from './data.ts';
import { checkEnablement } from './enablement.ts';
import type { ProgramLook } from './look.ts';
import { checkOwnership } from './ownership.ts';
import { checkPartsOff } from './parts-off.ts';
import { checkPeople } from './people.ts';
import { checkPolicies } from './policies.ts';
import { checkRepositories } from './repositories.ts';
import { checkRetention } from './retention.ts';
import { checkRisks } from './risks.ts';
import { checkRollout } from './rollout.ts';
import { checkVendors } from './vendors.ts';

const looks: readonly ProgramLook[] = [
  checkPeople,
  checkOwnership,
  checkRepositories,
  checkVendors,
  checkBudgets,
  checkData,
  checkContent,
  checkRetention,
  checkRollout,
  checkRisks,
  checkEnablement,
  checkPolicies,
  checkPartsOff,
];

/** Every check that needs more than one file. */
export function checkProgram(documents: Documents, facts: Facts, today: Day): ProgramFinding[] {
  return looks.flatMap((look) => look(documents, facts, today));
}
