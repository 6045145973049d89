/**
 * The policy test format: `tests/*.test.yaml` and shared `fixtures/*.yaml` of a program directory.
 *
 * ## fixtures/*.yaml — names shared by all test files (a name may be defined once only)
 * ```yaml
 * principals:
 *   engineer: { id: dana.moss }                            # a member of teams.yaml, with their teams and roles
 *   lapsed:   { id: dana.moss, trainingLapsed: [safe-use] } # …with facts that the program does not hold
 *   stranger: { id: temp.worker, kind: human, teams: [payments], roles: [engineer] } # not in teams.yaml
 * repositories:
 *   payments: { id: github.com/acme/payments-api }
 *   secretOne: { id: github.com/acme/payments-api, classification: restricted, allowlisted: true }
 * calls:
 *   chat: { principal: engineer, repository: payments, assistant: claude-code, model: claude-sonnet-5 }
 *   agent: { from: chat, capability: agent, tools: [Bash, Read] }
 * ```
 *
 * ## tests/NAME.test.yaml
 * ```yaml
 * suite: Repositories               # shown in reports
 * now: 2026-03-02T10:00:00Z         # the fixed clock of this file (required; a case may have its own)
 * defaults: chat                    # optional: call fixture (or an inline call) every call of this file starts from
 * cases:
 *   # A plain case: `call` names a fixture, or gives fields over `from`/`defaults`.
 *   - name: an allowlisted repository is allowed
 *     call: {}
 *     expect: { decision: allow, deciding: [call.permit] }
 *   - name: a repository that is not on the list is refused
 *     call: { repository: github.com/acme/skunkworks }
 *     expect: { decision: deny, deciding: [repository.allowlist], advice: Ask the owner }
 *
 *   # A table: one case per row; a column is a call field, `now`, `decision`, `deciding`, `advice` or `name`.
 *   - name: classifications
 *     table:
 *       columns: [repository, dataClasses, decision, deciding]
 *       rows:
 *         - [payments, [], allow, [call.permit]]
 *         - [secretOne, [secret], deny, [data.secret]]
 *     expect: { decision: deny }    # optional: for columns that the table does not have
 *
 *   # A matrix: every combination of the listed values, all with the same expectation.
 *   - name: no vendor gets restricted code
 *     matrix: { repository: [secretOne], model: [claude-opus-5-5, gpt-5.5], capability: [chat, agent] }
 *     call: { assistant: claude-code }
 *     expect: { decision: deny, deciding: [vendor.classification] }
 *
 *   # A raw request, for actions that are not calls. Values are written plainly and read by the schema's types:
 *   # entities as `Type::"id"`, datetimes and durations as text. `now` fills a missing `context.now`;
 *   # entities not listed have no attributes and no parents.
 *   - name: nobody accepts their own risk
 *     request:
 *       principal: User::"dana.moss"
 *       action: AcceptRisk
 *       resource: Risk::"r-1"
 *       context: { personal: true, ownRequest: true }
 *       entities:
 *         - { uid: 'User::"dana.moss"', attrs: { trainingLapsed: [] }, parents: ['Role::"engineer"'] }
 *         - { uid: 'Risk::"r-1"', attrs: { category: privacy } }
 *     expect: { decision: deny, deciding: [default.no-permit] }
 * ```
 *
 * ### Fields of a call (all optional but principal, repository, assistant and model, which must come from somewhere)
 * | field | default | |
 * |---|---|---|
 * | `from` | the file's `defaults` | a call fixture to start from |
 * | `principal`, `repository` | | a fixture's name, else an id of the program |
 * | `assistant`, `model` | | ids of the program (an unknown one is a legitimate case: not approved, not listed) |
 * | `vendor` | the model's | vendor id |
 * | `action` | `SendPrompt` | or `RequestCompletion` |
 * | `stage` | the program's `currentStage` | stage id |
 * | `capability` | `mcp` with mcpServers, else `agent` with tools, else `chat` | |
 * | `dataClasses`, `tools`, `mcpServers`, `serverTools`, `serverState`, `exceptions` | `[]` | |
 * | `remoteRefs` | `0` | |
 * | `serviceTier` | none given | |
 * | `budgetReserved`, `unpriced` | `true`, `false` | |
 * | `inspection` | `findings` with dataClasses, else `clean` | `clean`, `findings`, `uninspectable` |
 * | `repositoryEvidence` | `key` | |
 * | `repositoryMismatch` | `false` | |
 * | `set` | | last word, over what the program says: `{ context: {…}, principal: {…}, repository: {…}, model: {…}, vendor: {…}, stage: {…}, assistant: {…} }`, attributes by the schema's names and types, `null` removes one; e.g. `set: { vendor: { evidenceValidUntil: 2026-01-01T00:00:00Z } }` |
 *
 * ### `expect`
 * `decision` (`allow` | `deny`, required), `deciding` (exact set of deciding policy ids, order does not matter),
 * `advice` (must be part of the `@advice` of a deciding policy), `nearest` (ids that must be among the nearest
 * permits of a default deny). An unknown key anywhere is a finding with file:line:col, never ignored.
 */
export type { CaseFile } from './cases/fixtures.ts';
export {
  type PolicyTestInput,
  type PolicyTestResult,
  type PolicyTestRun,
  runPolicyTests,
} from './cases/run.ts';
