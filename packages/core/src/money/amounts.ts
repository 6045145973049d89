/** Amounts are whole micro-dollars (millionths of a US dollar), so that sums are exact. */
export const microUsdPerUsd = 1_000_000;

/** Dollars, as programs write them, in micro-dollars. */
export function microUsd(usd: number): number {
  return Math.round(usd * microUsdPerUsd);
}

/** Micro-dollars as dollars for people: `12.50`, with more digits only where they count. */
export function usdText(amount: number): string {
  const sign = amount < 0 ? '-' : '';
  const whole = Math.floor(Math.abs(amount) / microUsdPerUsd);
  const rest = String(Math.abs(amount) % microUsdPerUsd).padStart(6, '0');
  return `${sign}${whole}.${rest.slice(0, 2)}${rest.slice(2).replace(/0+$/, '')}`;
}
