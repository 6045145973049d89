import { z } from 'zod';
import { capability, id, line, owner, positive, riskLevel, sha256Hex, wireName } from './common.ts';

/** assistants.yaml: the tools developers may use. */
export const assistantsFile = z.strictObject({
  assistants: z.record(
    id,
    z.strictObject({
      name: line,
      versions: z
        .string()
        .regex(/^(\*|(?:>=|<=|>|<|=|\^|~)?\d+(?:\.\d+){0,2}(?:\s+(?:>=|<=|>|<|=)?\d+(?:\.\d+){0,2})*)$/, {
          error: 'must be a range of versions such as ">=2.1.295", or "*"',
        })
        .default('*'),
      capabilities: z.array(capability),
      enforcementPoints: z
        .array(z.enum(['gateway', 'hook', 'editor', 'change-gate']))
        .min(1)
        .describe('The points that must see this assistant.'),
      accounts: z
        .array(line)
        .optional()
        .describe('Logins under which it opens changes by itself; any other bot is automation.'),
      owner: owner.optional(),
    }),
  ),
});

/** mcp.yaml: the MCP servers that assistants may be given. */
export const mcpFile = z.strictObject({
  servers: z.record(
    id,
    z.strictObject({
      name: line,
      sanctioned: z.boolean(),
      risk: riskLevel,
      owner,
      url: z
        .url({ protocol: /^https?$/ })
        .optional()
        .describe('Where it is reached; a project that configures it must name this address.'),
      command: z
        .array(line)
        .min(1)
        .optional()
        .describe('How it is started, program and arguments; a project that configures it must start this.'),
      definitionSha256: sha256Hex.optional().describe('Pins the tool definitions that were reviewed.'),
      tools: z.record(wireName, z.strictObject({ risk: riskLevel, mutating: z.boolean() })).default({}),
    }),
  ),
});

const perMillion = z.number().nonnegative().max(1_000_000);
const prices = {
  input: perMillion,
  output: perMillion,
  cacheRead: perMillion.optional(),
  cacheWrite: perMillion.optional(),
  cacheWriteLong: perMillion
    .optional()
    .describe('Written to the cache for an hour; twice the input if absent.'),
};
const price = z.strictObject({
  ...prices,
  serviceTiers: z
    .record(id, z.number().nonnegative().max(100))
    .optional()
    .describe('Factors of service tiers, such as { priority: 2 }; a tier that is not listed has no price.'),
  longContext: z
    .array(z.strictObject({ above: positive.max(100_000_000), ...prices }))
    .max(8)
    .optional()
    .describe('Prices of the whole call once its input is longer.'),
});

/** models.yaml: the models that may be used, by vendor. */
export const modelsFile = z.strictObject({
  models: z.record(
    id.describe('A vendor of fairlead.yaml.'),
    z.record(
      wireName.describe("The model's name on the wire."),
      z.strictObject({
        capabilities: z.array(z.enum(['chat', 'agent', 'mcp', 'completion', 'embeddings'])).min(1),
        price: price.optional().describe('US dollars per million tokens.'),
        maxOutputTokens: positive.optional(),
      }),
    ),
  ),
});
