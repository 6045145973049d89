import { auditErrors } from './audit.ts';
import { backupErrors } from './backup.ts';
import { budgetErrors } from './budget.ts';
import { collectionErrors } from './collection.ts';
import { contentErrors } from './content.ts';
import { deliveryErrors } from './delivery.ts';
import { gatewayErrors } from './gateway.ts';
import { gitErrors } from './git.ts';
import { hookErrors } from './hooks.ts';
import { identityErrors } from './identity.ts';
import { inspectionErrors } from './inspection.ts';
import { jsonErrors } from './json.ts';
import { ledgerErrors } from './ledger.ts';
import { policyErrors } from './policy.ts';
import { programErrors } from './program.ts';
import { replicaErrors } from './replica.ts';
import { runErrors } from './run.ts';
import { serverErrors } from './server.ts';
import { streamErrors } from './streams.ts';

/** One row of the catalogue: HTTP status, a wording that is safe to show anyone, and what to do about it. */
export interface CatalogueEntry {
  readonly status: number;
  readonly safeMessage: string;
  readonly fix: string;
}

/** All errors of the product, one file an area. `docs/reference/errors.md` is generated from it. */
export const catalogue = {
  ...budgetErrors,
  ...auditErrors,
  ...deliveryErrors,
  ...backupErrors,
  ...collectionErrors,
  ...contentErrors,
  ...gatewayErrors,
  ...gitErrors,
  ...hookErrors,
  ...identityErrors,
  ...inspectionErrors,
  ...jsonErrors,
  ...ledgerErrors,
  ...policyErrors,
  ...programErrors,
  ...replicaErrors,
  ...runErrors,
  ...serverErrors,
  ...streamErrors,
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;

/** Whether a text is one of our codes, for errors that arrive from another process. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(catalogue, text);
}
