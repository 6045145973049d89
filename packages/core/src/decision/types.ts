import type { InspectionReport } from '../inspection/types.ts';
import type { RepositoryEvidence } from '../ledger/entry.ts';
import type { PolicyRequest } from '../policy/types.ts';
import type {
  Program,
  ProgramModel,
  ProgramRepository,
  ProgramStage,
  ProgramVendor,
} from '../program/types.ts';
import type { Capability, Dialect } from '../wire/types.ts';

/** Everything a model call is decided on, for one repository. Content-free: classes and names, never text. */
export interface CallFacts {
  readonly principal: string;
  /** `host/owner/name`. */
  readonly repository: string;
  readonly repositoryEvidence: RepositoryEvidence;
  /** A header or Codex metadata names a repository outside the credential. */
  readonly repositoryMismatch: boolean;
  readonly assistant: string;
  readonly model: string;
  /** Vendor id, null when no vendor lists the model in this dialect. */
  readonly vendor: string | null;
  readonly capability: Capability;
  readonly tools: readonly string[];
  readonly mcpServers: readonly string[];
  readonly serverTools: readonly string[];
  readonly serverState: readonly string[];
  readonly remoteRefs: number;
  readonly serviceTier: string | null;
  readonly dataClasses: readonly string[];
  readonly inspection: InspectionReport['result'];
  /** Every limit that applies has room for the call, and the most it may cost is set aside; true where none applies. */
  readonly budgetReserved: boolean;
  /** The model (in this service tier) has no price, so its cost is unknown. */
  readonly unpriced: boolean;
  /** Policy ids lifted by a live exception. */
  readonly exceptions: readonly string[];
}

/** A question about a call whose credential may cover several repositories. */
export type CallQuestion = Omit<CallFacts, 'repository'> & {
  readonly repositories: readonly string[];
  /** Several vendors list the model and the key names none of them; `vendor` is null then. */
  readonly ambiguousModel: boolean;
  /** The key cost more than was set aside for it, and nobody has looked yet. */
  readonly keyPaused?: boolean;
  /** The budget without room, in words. */
  readonly exhausted?: string | null;
};

/** One policy that refused a call, in words a developer can act on. */
export interface RefusalReason {
  readonly policyId: string;
  readonly title: string;
  readonly advice: string;
  readonly severity: string;
}

export interface CallDecision {
  readonly decision: 'allow' | 'deny';
  /** Deciding policy ids, sorted, unique: the forbids of a deny, the permits of an allow. */
  readonly policyIds: readonly string[];
  /** Why a deny was decided, most severe first; empty on allow. */
  readonly refusals: readonly RefusalReason[];
  /** Data classes let through with a warning, as `data.<class>`. */
  readonly notices: readonly string[];
  /** The repository the answer is about: the only one, or the first that refused; null when several all allow. */
  readonly repository: string | null;
  /** The requests evaluated, one a repository, in order: what `decision_inputs` records. */
  readonly requests: readonly PolicyRequest[];
}

/** A program with its look-up tables; built once per bundle. */
export interface ProgramIndex {
  readonly program: Program;
  readonly stage: ProgramStage;
  readonly repository: (id: string) => ProgramRepository | undefined;
  readonly vendor: (id: string) => ProgramVendor | undefined;
  readonly vendorsOf: (model: string, dialect: Dialect) => readonly ProgramVendor[];
  readonly model: (vendor: string, id: string) => ProgramModel | undefined;
  readonly teamsOf: (principal: string) => readonly string[];
  readonly rolesOf: (principal: string) => readonly string[];
  readonly kindOf: (principal: string) => 'human' | 'service' | null;
  /** Team ids included in the stage in force or an earlier one. */
  readonly includedTeams: ReadonlySet<string>;
  /** Id of the first later stage that brings the team, or null. */
  readonly stageBringing: (team: string) => string | null;
}
