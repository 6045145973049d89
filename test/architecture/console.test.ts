import { describe, expect, it } from 'vitest';
import { readSources } from './sources.ts';

const files = readSources(['packages/console'], ['.ts', '.tsx', '.html']).filter(
  ({ path }) => !path.endsWith('.test.ts'),
);
const components = files.filter(({ path }) => path.endsWith('.tsx'));

describe('the console', () => {
  it('is read', () => {
    expect(components.length).toBeGreaterThan(30);
  });

  it('never makes markup or code of a text', () => {
    const ways =
      /dangerouslySetInnerHTML|\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|\beval\(|new Function\(|srcdoc|javascript:/i;
    expect(files.filter(({ text }) => ways.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it('keeps its session in sessionStorage, and nothing but the colours elsewhere', () => {
    const stores = files.flatMap(({ path, text }) =>
      [...text.matchAll(/\b(?:localStorage|indexedDB|document\.cookie)\b(?!ColorSchemeManager)/g)].map(
        (match) => `${path}: ${match[0]}`,
      ),
    );
    expect(stores).toEqual([]);
  });

  it('has every word that it shows in the catalogue', () => {
    const spoken = components.flatMap(({ path, text }) => [
      ...[...text.matchAll(/>\s*([A-Z][a-z]+[a-z ,.’]*)\s*<\//g)].map((match) => `${path}: ${match[1]}`),
      ...[...text.matchAll(/\b(?:aria-label|placeholder|label|title|alt)="([^"]+)"/g)].map(
        (match) => `${path}: ${match[1]}`,
      ),
    ]);
    expect(spoken).toEqual([]);
  });
});
