import { type ModelPrice, modelPrice } from '@fairlead/core/money';
import type { ProgramPrice } from '@fairlead/core/program';
import { calcPrice } from '@pydantic/genai-prices';

type ListPrices = NonNullable<ReturnType<typeof calcPrice>>['model_price'];
type Listed = ListPrices[string];

/**
 * The vendor's list price of a model, out of the table that the package carries; nothing is fetched. The vendor is
 * known by its base URL. Null when it isn't listed, or when its price depends on the time of day.
 * @param now milliseconds; prices that begin later do not count yet
 */
export function listPrice(baseUrl: string, model: string, now: number): ModelPrice | null {
  const found = calcPrice({ input_tokens: 0 }, model, { providerApiUrl: baseUrl, timestamp: new Date(now) });
  if (found === null) return null;
  const { prices, context_window } = found.model;
  if (Array.isArray(prices) && prices.some(({ constraint }) => constraint?.type === 'time_of_date'))
    return null;
  const written = writtenPrice(found.model_price);
  if (written === null) return null;
  const price = modelPrice(written, 'list', context_window ?? null);
  // The table is somebody else's: what isn't a number there is no price here.
  const rates = [price.rates, ...price.longContext.map((tier) => tier.rates)].flatMap(Object.values);
  return rates.every((rate) => Number.isSafeInteger(rate) && rate >= 0) ? price : null;
}

function writtenPrice(prices: ListPrices): ProgramPrice | null {
  if (prices.input_mtok === undefined) return null;
  const starts = new Set(Object.values(prices).flatMap((price) => tiersOf(price).map(({ start }) => start)));
  return {
    ...pricesAt(prices, 0),
    longContext: [...starts].map((above) => ({ above, ...pricesAt(prices, above + 1) })),
  };
}

function pricesAt(prices: ListPrices, tokens: number): Omit<ProgramPrice, 'longContext' | 'serviceTiers'> {
  return {
    input: priceAt(prices.input_mtok, tokens) ?? 0,
    output: priceAt(prices.output_mtok, tokens) ?? 0,
    cacheRead: priceAt(prices.cache_read_mtok, tokens),
    cacheWrite: priceAt(prices.cache_write_mtok, tokens),
    cacheWriteLong: priceAt(prices.cache_write_1h_mtok, tokens),
  };
}

function tiersOf(price: Listed): readonly { readonly start: number; readonly price: number }[] {
  return typeof price === 'object' ? price.tiers : [];
}

function priceAt(price: Listed, tokens: number): number | undefined {
  if (typeof price !== 'object') return price;
  return tiersOf(price).findLast(({ start }) => tokens > start)?.price ?? price.base;
}
