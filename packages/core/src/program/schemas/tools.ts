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
      definitionSha256: sha256Hex.optional().describe('Pins the tool definitions that were reviewed.'),
      tools: z.record(wireName, z.strictObject({ risk: riskLevel, mutating: z.boolean() })).default({}),
    }),
  ),
});

const price = z.strictObject({
  input: z.number().nonnegative(),
  output: z.number().nonnegative(),
  cacheRead: z.number().nonnegative().optional(),
  cacheWrite: z.number().nonnegative().optional(),
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
