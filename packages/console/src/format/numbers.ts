const whole = new Intl.NumberFormat('en-GB');
const percent = new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 1 });

export const formatCount = (value: number) => whole.format(value);
export const formatShare = (part: number, of: number) => (of === 0 ? '–' : percent.format(part / of));

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
