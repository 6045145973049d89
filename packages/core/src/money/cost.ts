import type { Endpoint, Usage } from '../wire/types.ts';
import type { ModelPrice, Rates } from './prices.ts';

/** What is known of a call's size before it is made. */
export interface CallSize {
  readonly endpoint: Endpoint;
  /** Bytes of the decoded body, and how many of them are inline images. */
  readonly bytes: number;
  readonly imageBytes: number;
  readonly images: number;
  /** URLs that the vendor fetches. */
  readonly remoteRefs: number;
  /** The vendor may add text of its own: what it keeps, or what tools that it runs find. */
  readonly vendorText: boolean;
  /** Tools are declared, whoever runs them. */
  readonly tools: boolean;
  /** Most output tokens asked for, per answer; null when the call leaves it open. */
  readonly maxTokens: number | null;
  /** Answers asked for. */
  readonly choices: number;
  readonly serviceTier: string | null;
}

/** The most a call may use and cost. */
export interface Bound {
  readonly outputTokens: number;
  /** Micro-dollars. */
  readonly amount: number;
}

/** A text of two bytes a token is denser than any a tokenizer makes of prose or code. */
export const bytesPerToken = 2;
/** More than the dearest image of any model costs that isn't far cheaper per token. */
export const tokensPerImage = 10_000;
/** Output of a call that names no bound, for a model whose own isn't in models.yaml. */
export const defaultOutputTokens = 128_000;
/** Vendors explain to the model how tools are called, in some hundred tokens that are billed. */
export const tokensForTools = 1_000;
/** What a vendor may add of its own, for a model whose context isn't known. */
export const defaultContextTokens = 1_000_000;

/** Names of the tier that list prices are for, and of those that cost no more. */
const standardTiers = new Set(['auto', 'default', 'standard', 'standard_only', 'flex', 'batch']);

/** Thousandths of the rates that a tier costs; null for a tier without a price. */
function factorOf(price: ModelPrice, tier: string | null): number | null {
  if (tier !== null && Object.hasOwn(price.serviceTiers, tier)) return price.serviceTiers[tier] ?? null;
  return tier === null || standardTiers.has(tier) ? 1000 : null;
}

/** Trillionths of a dollar, times thousandths: rounded up to a whole micro-dollar. */
function microUsdOf(sum: bigint, factor: number): number {
  const scale = 1_000_000_000n;
  const amount = (sum * BigInt(factor) + scale - 1n) / scale;
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  return Number(amount > most ? most : amount);
}

const times = (tokens: number, rate: number): bigint => BigInt(tokens) * BigInt(rate);

function dearestInput({ input, cacheRead, cacheWrite, cacheWriteLong }: Rates): number {
  return Math.max(input, cacheRead, cacheWrite, cacheWriteLong);
}

function inputTokensOf(size: CallSize, price: ModelPrice): number {
  const text = Math.ceil(Math.max(0, size.bytes - size.imageBytes) / bytesPerToken);
  const pictures = (size.images + size.remoteRefs) * tokensPerImage;
  const added = size.vendorText ? (price.contextTokens ?? defaultContextTokens) : 0;
  return text + pictures + added + (size.tools ? tokensForTools : 0);
}

function outputTokensOf({ endpoint, maxTokens, choices }: CallSize, modelMost: number | null): number {
  if (endpoint === 'embeddings') return 0;
  const each = maxTokens ?? modelMost ?? defaultOutputTokens;
  return Math.min(Number.MAX_SAFE_INTEGER, each * Math.max(1, choices));
}

/**
 * An upper bound of what a call may cost, at the dearest rate that may apply to each token. `unpriced` when its
 * service tier has no price.
 * @param modelMost the model's own bound of output tokens, where known
 */
export function boundOf(size: CallSize, price: ModelPrice, modelMost: number | null): Bound | 'unpriced' {
  // Counting tokens is free.
  if (size.endpoint === 'count-tokens') return { outputTokens: 0, amount: 0 };
  const factor = factorOf(price, size.serviceTier);
  if (factor === null) return 'unpriced';
  const inputTokens = inputTokensOf(size, price);
  const outputTokens = outputTokensOf(size, modelMost);
  const reachable = price.longContext.filter(({ above }) => inputTokens > above).map(({ rates }) => rates);
  const sums = [price.rates, ...reachable].map(
    (rates) => times(inputTokens, dearestInput(rates)) + times(outputTokens, rates.output),
  );
  const dearest = sums.reduce((most, sum) => (sum > most ? sum : most), 0n);
  return { outputTokens, amount: microUsdOf(dearest, factor) };
}

/**
 * What used tokens cost, in micro-dollars, rounded up once; `unpriced` when the tier they were served in has no price.
 * @param askedTier counts where the vendor doesn't say which tier it served
 */
export function costOf(
  usage: Usage,
  price: ModelPrice,
  endpoint: Endpoint,
  askedTier: string | null,
): number | 'unpriced' {
  const factor = factorOf(price, usage.serviceTier ?? askedTier);
  if (factor === null) return 'unpriced';
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  const writtenLong = Math.min(usage.cacheWriteLongTokens ?? 0, cacheWriteTokens);
  const cached = cacheReadTokens + cacheWriteTokens;
  // Anthropic counts cached tokens beside the input, everyone else within it.
  const beside = endpoint === 'messages' || endpoint === 'count-tokens';
  const plain = beside ? inputTokens : Math.max(0, inputTokens - cached);
  const whole = plain + cached;
  const rates = price.longContext.findLast(({ above }) => whole > above)?.rates ?? price.rates;
  const sum =
    times(plain, rates.input) +
    times(cacheReadTokens, rates.cacheRead) +
    times(cacheWriteTokens - writtenLong, rates.cacheWrite) +
    times(writtenLong, rates.cacheWriteLong) +
    times(outputTokens, rates.output);
  return microUsdOf(sum, factor);
}
