import { createHash } from 'node:crypto';
import { BadAsk, type JsonObject, textOf } from './sample-types.ts';

const openaiModels = ['gpt-5.5', 'gpt-5.5-codex', 'gpt-5.4', 'text-embedding-3-small'];
const anthropicModels = ['claude-opus-5-5', 'claude-sonnet-5', 'claude-haiku-4-5'];
const released = 1_767_225_600;

/** The vendor's model list in its dialect. */
export function modelList(dialect: 'openai' | 'anthropic'): JsonObject {
  if (dialect === 'openai') {
    const data = openaiModels.map((id) => ({
      id,
      object: 'model',
      created: released,
      owned_by: 'fairlead-sample',
    }));
    return { object: 'list', data };
  }
  const created = new Date(released * 1000).toISOString();
  const data = anthropicModels.map((id) => ({
    type: 'model',
    id,
    display_name: `${id} (Fairlead sample vendor)`,
    created_at: created,
  }));
  return { data, has_more: false, first_id: anthropicModels[0], last_id: anthropicModels.at(-1) };
}

const defaultDimensions = 64;
const mostDimensions = 3072;
const mostInputs = 2048;

/** Embeddings that depend only on the input: the same text always lies at the same place. */
export function embed(body: JsonObject, inputTokens: number): JsonObject {
  const { input, encoding_format: format } = body;
  const dimensions = body.dimensions ?? defaultDimensions;
  if (typeof dimensions !== 'number' || !Number.isInteger(dimensions) || dimensions < 1) {
    throw new BadAsk("Invalid value for 'dimensions': it must be a positive integer.");
  }
  if (dimensions > mostDimensions) throw new BadAsk(`'dimensions' must be at most ${mostDimensions}.`);
  const inputs = readInputs(input);
  const data = inputs.map((item, index) => {
    const vector = vectorOf(JSON.stringify(item), dimensions);
    const embedding = format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector];
    return { object: 'embedding', index, embedding };
  });
  const usage = { prompt_tokens: inputTokens, total_tokens: inputTokens };
  return { object: 'list', data, model: textOf(body.model), usage };
}

function readInputs(input: unknown): readonly unknown[] {
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input) || input.length === 0) throw new BadAsk("Missing required parameter: 'input'.");
  if (input.every((item) => typeof item === 'number')) return [input];
  if (input.length > mostInputs) throw new BadAsk(`'input' may hold at most ${mostInputs} items.`);
  return input;
}

function vectorOf(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  let digest = createHash('sha256').update(text).digest();
  for (let at = 0; at < dimensions; at += 1) {
    if (at > 0 && at % 32 === 0) digest = createHash('sha256').update(digest).digest();
    vector[at] = ((digest[at % 32] ?? 0) - 127.5) / 127.5;
  }
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}
