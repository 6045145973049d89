export {
  type Account,
  type AccountName,
  type AccountSheet,
  accountKey,
  accountName,
  accountText,
  type LimitedAccount,
  openSheet,
  type Reservation,
} from './accounts.ts';
export { microUsd, microUsdPerUsd, usdText } from './amounts.ts';
export {
  type Bound,
  boundOf,
  bytesPerToken,
  type CallSize,
  costOf,
  defaultContextTokens,
  defaultOutputTokens,
  tokensPerImage,
} from './cost.ts';
export { accountsFor, namedAccounts, type Spender } from './limits.ts';
export { type Period, periodEnd, periodStart, periods } from './periods.ts';
export {
  type ModelPrice,
  modelPrice,
  type PriceBook,
  type PriceRow,
  priceBook,
  type Rates,
  readPriceBook,
} from './prices.ts';
export { type CostBasis, type Exchange, type Reserved, type Settlement, settlementOf } from './settle.ts';
export { type TotalsReader, totalsReader } from './totals.ts';
