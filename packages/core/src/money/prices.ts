import { canonicalJson } from '../json/index.ts';
import type { Hash } from '../ports/index.ts';
import type { ProgramPrice } from '../program/types.ts';
import { encodeUtf8, toHex } from '../text/index.ts';

/**
 * Prices of one token in trillionths of a dollar, whole numbers: a price of 3.75 dollars per million tokens is
 * 3,750,000. Fine enough for every published price, and exact in sums.
 */
export interface Rates {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** Written to the cache for an hour. */
  readonly cacheWriteLong: number;
}

/** What a model costs. */
export interface ModelPrice {
  readonly rates: Rates;
  /** Rates of the whole call once its input is longer than `above` tokens; ascending. */
  readonly longContext: readonly { readonly above: number; readonly rates: Rates }[];
  /** Service tier → thousandths of the rates. A tier that isn't listed and isn't a standard one has no price. */
  readonly serviceTiers: { readonly [tier: string]: number };
  /** Tokens the model can take in, where known. */
  readonly contextTokens: number | null;
  /** `program`: the organisation's own; `list`: the vendor's list price. */
  readonly source: 'program' | 'list';
}

export interface PriceRow {
  readonly vendor: string;
  readonly model: string;
  readonly price: ModelPrice;
}

/** All prices in force at one time. */
export interface PriceBook {
  /** Lower-case hex SHA-256 of `json`: what entries name. */
  readonly version: string;
  /** The whole book as canonical JSON, kept in the ledger beside decision inputs. */
  readonly json: string;
  price(vendor: string, model: string): ModelPrice | null;
}

const ratePerUsdPerMillion = 1_000_000;

/** A price of zero stays zero; anything above it is never rounded down to nothing. */
function rate(usdPerMillion: number): number {
  if (usdPerMillion === 0) return 0;
  return Math.max(1, Math.round(usdPerMillion * ratePerUsdPerMillion));
}

type Written = Omit<ProgramPrice, 'longContext' | 'serviceTiers'>;

function ratesOf({ input, output, cacheRead, cacheWrite, cacheWriteLong }: Written): Rates {
  const write = cacheWrite ?? input;
  return {
    input: rate(input),
    output: rate(output),
    // Without a price of its own a cached token costs what any other does, never less.
    cacheRead: rate(cacheRead ?? input),
    cacheWrite: rate(write),
    // Vendors that charge for writing take twice the input's price for an hour.
    cacheWriteLong: rate(cacheWriteLong ?? (cacheWrite === undefined ? input : Math.max(write, 2 * input))),
  };
}

/** A price in dollars per million tokens, as programs write it, in exact rates. */
export function modelPrice(
  written: ProgramPrice,
  source: ModelPrice['source'],
  contextTokens: number | null = null,
): ModelPrice {
  const tiers = Object.entries(written.serviceTiers ?? {}).map(([tier, factor]) => [
    tier,
    Math.round(factor * 1000),
  ]);
  return {
    rates: ratesOf(written),
    longContext: [...(written.longContext ?? [])]
      .sort((a, b) => a.above - b.above)
      .map(({ above, ...prices }) => ({ above, rates: ratesOf(prices) })),
    serviceTiers: Object.fromEntries(tiers),
    contextTokens,
    source,
  };
}

const keyOf = (vendor: string, model: string) => `${vendor}\n${model}`;

function bookOver(version: string, json: string, rows: readonly PriceRow[]): PriceBook {
  const byKey = new Map(rows.map(({ vendor, model, price }) => [keyOf(vendor, model), price]));
  return { version, json, price: (vendor, model) => byKey.get(keyOf(vendor, model)) ?? null };
}

/** The book of these prices. The same prices give the same version, in whatever order they come. */
export function priceBook(hash: Hash, rows: readonly PriceRow[]): PriceBook {
  const sorted = [...rows].sort((a, b) => (keyOf(a.vendor, a.model) < keyOf(b.vendor, b.model) ? -1 : 1));
  const json = canonicalJson({ v: 1, prices: sorted });
  return bookOver(toHex(hash.sha256(encodeUtf8(json))), json, sorted);
}

/** A book as it was kept, for applying old prices again. */
export function readPriceBook(version: string, json: string): PriceBook {
  return bookOver(version, json, (JSON.parse(json) as { readonly prices: readonly PriceRow[] }).prices);
}
