/**
 * The Cedar schema of every Fairlead policy set. Mandatory: without one, Cedar answers `false` silently where an
 * action group or attribute is misspelt. Text form; converted and validated by the oracle when a set is compiled.
 */
export const policySchema = `
entity Team;
entity Role;
entity User in [Team, Role] { trainingLapsed: Set<String> };
entity ServiceAccount in [Team, Role] { trainingLapsed: Set<String> };
entity Vendor {
  dialect: String,
  evaluated: Bool,
  evidenceValidUntil?: datetime,
  trainsOnData: Bool,
  dpaSigned: Bool,
  retentionDays?: Long,
  regions: Set<String>,
  approvedFor: Set<String>,
};
entity Model in [Vendor] { vendor: Vendor, listed: Bool, capabilities: Set<String> };
entity Repository in [Team] {
  classification: String,
  allowlisted: Bool,
  owner?: Team,
  service?: String,
};
entity Stage { rank: Long, capabilities: Set<String>, allowedModels: Set<Model> };
entity Assistant { approved: Bool, capabilities: Set<String> };
entity Tool { risk: String, mutating: Bool, sanctioned: Bool };
entity McpServer { risk: String, sanctioned: Bool };
entity Change { repository: Repository };
entity Risk { category: String };
entity Gate { stage: Stage };
entity Organisation;

type Sharing = {
  denied: Set<String>,
  legalReview: Set<String>,
  redact: Set<String>,
  warn: Set<String>,
  record: Set<String>,
};
type CallContext = {
  now: datetime,
  assistant: Assistant,
  model: Model,
  vendor: Vendor,
  stage: Stage,
  stageIncluded: Bool,
  repositoryInStage: Bool,
  capability: String,
  repositoryEvidence: String,
  repositoryMismatch: Bool,
  dataClasses: Set<String>,
  sharing: Sharing,
  inspection: String,
  tools: Set<String>,
  mcpServers: Set<String>,
  unsanctionedMcp: Set<String>,
  serverTools: Set<String>,
  serverState: Set<String>,
  remoteRefs: Long,
  serviceTier: String,
  budgetReserved: Bool,
  unpriced: Bool,
  exceptions: Set<String>,
};
type ToolContext = {
  now: datetime,
  assistant: Assistant,
  repository: Repository,
  stage: Stage,
  stageIncluded: Bool,
  dataClasses: Set<String>,
  exceptions: Set<String>,
};
type AdminContext = { now: datetime, personal: Bool, ownRequest: Bool };

action SendPrompt, RequestCompletion appliesTo {
  principal: [User, ServiceAccount], resource: Repository, context: CallContext
};
action UseTool appliesTo { principal: [User, ServiceAccount], resource: Tool, context: ToolContext };
action CallMcp appliesTo { principal: [User, ServiceAccount], resource: McpServer, context: ToolContext };
action ReadFile appliesTo { principal: [User, ServiceAccount], resource: Repository, context: ToolContext };
action MergeChange appliesTo { principal: [User, ServiceAccount], resource: Change, context: AdminContext };
action PromoteStage appliesTo { principal: User, resource: Gate, context: AdminContext };
action AcceptRisk appliesTo { principal: User, resource: Risk, context: AdminContext };
action GrantException, ActivateBundle,
  IssueKey, RevokeKey, ResumeKey, IssueToken, RevokeToken,
  ReadOverview, ReadAudit, ReadConfiguration, ReadBudgets,
  ReadRetention, PlaceHold, ReleaseHold, PruneLedger, ReportIncident appliesTo {
  principal: [User, ServiceAccount], resource: Organisation, context: AdminContext
};
`;
