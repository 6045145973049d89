import { z } from 'zod';

const names = z.array(z.string()).readonly();
const natural = z.json();
const attributes = z.record(z.string(), natural);
/** A moment in UTC: `now` of a file, a case, or a row. */
export const moment = z.iso.datetime({ error: 'must be a moment in UTC, such as 2026-03-02T10:00:00Z' });

/** What `set` may change, by the part of the request it stands for. */
export const setFields = z.strictObject({
  context: attributes.optional(),
  principal: attributes.optional(),
  repository: attributes.optional(),
  model: attributes.optional(),
  vendor: attributes.optional(),
  stage: attributes.optional(),
  assistant: attributes.optional(),
});

export const callFields = z.strictObject({
  from: z.string().optional(),
  principal: z.string().optional(),
  repository: z.string().optional(),
  assistant: z.string().optional(),
  model: z.string().optional(),
  vendor: z.string().optional(),
  action: z.enum(['SendPrompt', 'RequestCompletion']).optional(),
  stage: z.string().optional(),
  capability: z.enum(['chat', 'agent', 'mcp']).optional(),
  dataClasses: names.optional(),
  tools: names.optional(),
  mcpServers: names.optional(),
  serverTools: names.optional(),
  serverState: names.optional(),
  remoteRefs: z.int().min(0).optional(),
  serviceTier: z.string().optional(),
  budgetReserved: z.boolean().optional(),
  unpriced: z.boolean().optional(),
  inspection: z.enum(['clean', 'findings', 'uninspectable']).optional(),
  repositoryEvidence: z.enum(['key', 'token', 'header', 'codex', 'claim']).optional(),
  repositoryMismatch: z.boolean().optional(),
  exceptions: names.optional(),
  set: setFields.optional(),
});

export const principalFixture = z.strictObject({
  id: z.string(),
  kind: z.enum(['human', 'service']).optional(),
  teams: names.optional(),
  roles: names.optional(),
  trainingLapsed: names.optional(),
});

export const repositoryFixture = z.strictObject({
  id: z.string(),
  classification: z.enum(['public', 'internal', 'confidential', 'restricted']).optional(),
  allowlisted: z.boolean().optional(),
  owner: z.string().optional(),
  service: z.string().optional(),
});

export const fixtureFile = z.strictObject({
  principals: z.record(z.string(), principalFixture).optional(),
  repositories: z.record(z.string(), repositoryFixture).optional(),
  calls: z.record(z.string(), callFields).optional(),
});

export const expectation = z.strictObject({
  decision: z.enum(['allow', 'deny']).optional(),
  deciding: names.optional(),
  advice: z.string().optional(),
  nearest: names.optional(),
});

const rawRequest = z.strictObject({
  principal: z.string(),
  action: z.string(),
  resource: z.string(),
  context: attributes.optional(),
  entities: z
    .array(
      z.strictObject({
        uid: z.string(),
        attrs: attributes.optional(),
        parents: names.optional(),
        tags: attributes.optional(),
      }),
    )
    .optional(),
});

function testFileWith<Call extends z.ZodType>(call: Call) {
  const testCase = z.strictObject({
    name: z.string().min(1),
    now: moment.optional(),
    call: call.optional(),
    table: z
      .strictObject({ columns: z.array(z.string()).min(1), rows: z.array(z.array(natural)).min(1) })
      .optional(),
    matrix: z.record(z.string(), z.array(natural).min(1)).optional(),
    request: rawRequest.optional(),
    expect: expectation.optional(),
  });
  return z.strictObject({
    suite: z.string().min(1),
    now: moment,
    defaults: call.optional(),
    cases: z.array(testCase).min(1),
  });
}

export const testFile = testFileWith(z.union([z.string(), callFields]));
/** The same with calls written out: what messages about the keys of a call go by. */
export const testFileKeys = testFileWith(callFields);

export type CallFields = z.output<typeof callFields>;
export type SetFields = z.output<typeof setFields>;
export type PrincipalFixture = z.output<typeof principalFixture>;
export type RepositoryFixture = z.output<typeof repositoryFixture>;
export type Expectation = z.output<typeof expectation>;
export type RawRequest = z.output<typeof rawRequest>;
export type TestFileSource = z.output<typeof testFile>;
export type TestCaseSource = TestFileSource['cases'][number];
/** A value as people write it, read by the schema's types. */
export type Natural = z.output<typeof natural>;
