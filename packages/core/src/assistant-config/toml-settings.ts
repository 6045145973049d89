import { parse } from 'smol-toml';
import type { Setting } from './types.ts';

/** Every setting of a TOML config, tables themselves included. @throws Error when it is no TOML. */
export function tomlSettings(file: string, text: string): readonly Setting[] {
  const lines = text.split('\n');
  const settings: Setting[] = [];
  const visit = (value: unknown, keys: readonly string[]): void => {
    settings.push({ file, line: lineOf(lines, keys), keys, value });
    if (Array.isArray(value)) {
      value.forEach((element, index) => {
        visit(element, [...keys, String(index)]);
      });
    } else if (value !== null && typeof value === 'object' && !(value instanceof Date)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, [...keys, key]);
    }
  };
  visit(parse(text), []);
  return settings;
}

/**
 * The line that names a setting: the reader gives values without places, so the last key is looked for where a key can
 * stand, after the line of the table around it. The first line when it is spelled in a way that isn't found.
 */
function lineOf(lines: readonly string[], keys: readonly string[]): number {
  let from = 0;
  for (const key of keys) {
    const name = key.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    const named = new RegExp(`(?:^|[\\s.,{["'])${name}["']?\\s*(?:=|\\.|\\])`);
    const found = lines.findIndex((line, index) => index >= from && named.test(line));
    if (found !== -1) from = found;
  }
  return from + 1;
}
