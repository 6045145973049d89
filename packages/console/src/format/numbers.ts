const whole = new Intl.NumberFormat('en-GB');
const percent = new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 1 });

export const formatCount = (value: number) => whole.format(value);

/** A share in percent; what is more than nothing never reads as nothing. */
export function formatShare(part: number, of: number): string {
  if (of === 0) return '–';
  const share = part / of;
  return share > 0 && share < 0.001 ? '< 0.1%' : percent.format(share);
}

/** Micro-USD as dollars: cents, or four digits below a dollar, where most single calls are. */
export function formatMoney(microUsd: number): string {
  const dollars = microUsd / 1_000_000;
  const digits = microUsd !== 0 && Math.abs(microUsd) < 1_000_000 ? 4 : 2;
  return `$${dollars.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** `n` with the right form of the noun. */
export const plural = (n: number, one: string, many = `${one}s`) =>
  `${formatCount(n)} ${n === 1 ? one : many}`;

/** The first and last characters of a long id, so that a table stays readable. */
export function shortId(id: string): string {
  return id.length <= 14 ? id : `${id.slice(0, 8)}…${id.slice(-4)}`;
}
