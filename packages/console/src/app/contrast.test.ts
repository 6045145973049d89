/* Contrast of our own colours (WCAG 2.2): a page can pass every accessibility check while a chart or a chip can't be
   read, since what is drawn in an image isn't looked at. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chartColours } from '../components/chart-colours.ts';

const tokens = new Map(
  [
    ...readFileSync(new URL('./tokens.css', import.meta.url), 'utf8').matchAll(
      /--fl-([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g,
    ),
  ].map(([, name = '', light = '', dark = '']) => [name, { light, dark }] as const),
);

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

const schemes = ['light', 'dark'] as const;
const text = 4.5;
const shape = 3;

describe('colours by meaning', () => {
  it('are all read', () => {
    expect(tokens.size).toBe(24);
  });

  const pairs = [
    ...['text', 'dim', 'accent', 'good', 'bad', 'warn', 'note', 'quiet'].flatMap((word) =>
      ['canvas', 'panel', 'raised'].map((ground) => [word, ground] as const),
    ),
    ...['good', 'bad', 'warn', 'note', 'quiet', 'accent'].map((name) => [name, `${name}-ground`] as const),
    ['text', 'accent-ground'] as const,
    ...['good', 'bad', 'warn', 'note', 'quiet'].map((name) => ['text', `${name}-ground`] as const),
  ];
  it.each(pairs)('%s can be read on %s', (word, ground) => {
    for (const scheme of schemes) {
      expect(contrast(tokens.get(word)![scheme], tokens.get(ground)![scheme]), scheme).toBeGreaterThanOrEqual(
        text,
      );
    }
  });
});

describe.each(schemes)('a chart in the %s scheme', (scheme) => {
  const colours = chartColours[scheme];

  it('stands on the ground of a panel', () => {
    expect(colours.ground).toBe(tokens.get('panel')![scheme]);
  });

  it('has words that can be read', () => {
    expect(contrast(colours.text, colours.ground)).toBeGreaterThanOrEqual(text);
  });

  it.each(['allowed', 'refused', 'axis'] as const)('has %s that can be seen', (name) => {
    expect(contrast(colours[name], colours.ground)).toBeGreaterThanOrEqual(shape);
  });
});
