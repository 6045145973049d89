import { entityText } from '../est.ts';
import {
  DatetimeValue,
  DecimalValue,
  DurationValue,
  EntityUid,
  type IpValue,
  RecordValue,
  SetValue,
  type Value,
} from '../evaluator/values.ts';

/** Longer sets are cut: an explanation is read by people. */
const shownElements = 20;

function decimalText(scaled: bigint): string {
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(5, '0');
  const fraction = digits.slice(-4).replace(/0+$/, '') || '0';
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, -4)}.${fraction}`;
}

function datetimeText(millis: number | bigint): string {
  const date = new Date(Number(millis));
  return Number.isNaN(date.getTime()) ? `datetime of ${millis} ms` : `datetime("${date.toISOString()}")`;
}

function ipText({ version, address, prefix }: IpValue): string {
  const [groups, bits, base] = version === 4 ? [4, 8n, 10] : [8, 16n, 16];
  const mask = (1n << bits) - 1n;
  const parts = Array.from({ length: groups }, (_, n) => (address >> (bits * BigInt(groups - 1 - n))) & mask);
  const host = parts.map((part) => part.toString(base)).join(version === 4 ? '.' : ':');
  return `ip("${host}${prefix === groups * Number(bits) ? '' : `/${prefix}`}")`;
}

function setText(set: SetValue): string {
  const texts = [...new Set(set.items.map(valueText))].sort();
  const more = texts.length > shownElements ? [`… ${texts.length - shownElements} more`] : [];
  return `[${[...texts.slice(0, shownElements), ...more].join(', ')}]`;
}

function recordText({ shape, values }: RecordValue): string {
  const fields = shape.names.flatMap((name, slot) => {
    const value = values[slot];
    return value === undefined ? [] : [`${name}: ${valueText(value)}`];
  });
  return `{${fields.join(', ')}}`;
}

/** Writes a value as Cedar would, on one line. */
export function valueText(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object') return String(value);
  if (value instanceof EntityUid) return entityText(value);
  if (value instanceof SetValue) return setText(value);
  if (value instanceof RecordValue) return recordText(value);
  if (value instanceof DatetimeValue) return datetimeText(value.millis);
  if (value instanceof DurationValue) return `duration("${value.millis}ms")`;
  return value instanceof DecimalValue ? `decimal("${decimalText(BigInt(value.scaled))}")` : ipText(value);
}
