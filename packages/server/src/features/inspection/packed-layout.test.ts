import type { BodyElement } from '@fairlead/core/inspection';
import { describe, expect, it } from 'vitest';
import { packLayout, unpackLayout } from './packed-layout.ts';

const digest = (seed: number): string =>
  String.fromCharCode(...Array.from({ length: 32 }, (_, i) => (seed * 31 + i * 7) & 255));
const end = (seed: number) => ({ digest: digest(seed), state: seed, anchorNearEnd: seed % 2 === 0 });

function element(start: number, change: Partial<BodyElement> = {}): BodyElement {
  return {
    start,
    end: start + 90,
    digest: digest(start),
    signature: 0xfedcba98,
    facts: {
      array: '/messages',
      facts: null,
      declared: null,
      skipped: [],
      values: 4,
      nestedValues: 0,
      hasUserText: false,
    },
    findings: {
      textLength: 70,
      found: [],
      before: [['message', '']],
      after: [['message', end(start)]],
    },
    ...change,
  };
}

describe('a layout that passes between threads', () => {
  it('is the same afterwards', () => {
    const plain = element(1);
    const told = {
      tools: new Set(['read']),
      mcpServers: new Set<string>(),
      serverTools: new Set<string>(),
      serverState: new Set<string>(),
      mcp: true,
      remoteRefs: 2,
      images: 0,
      imageBytes: 0,
    };
    const full = element(200, {
      facts: {
        ...plain.facts,
        array: '/tools',
        facts: told,
        declared: told,
        skipped: [{ what: 'image', why: 'no OCR' }],
        hasUserText: true,
      },
      findings: {
        textLength: 4_000_000_000,
        found: [
          {
            kind: 'tool-call',
            facts: {
              items: [{ detector: 3, digest: 'ab', count: 2, weight: 1 / 3 }],
              exceeded: [],
              state: 7,
              anchorNearEnd: true,
            },
          },
        ],
        before: [
          ['tool-call', digest(5)],
          ['message', digest(6)],
        ],
        after: [
          ['tool-call', end(8)],
          ['message', end(9)],
        ],
      },
    });
    const layout = { length: 1_000, elements: [plain, full, element(400), element(600)] };
    expect(unpackLayout(structuredClone(packLayout(layout)))).toEqual(layout);
  });

  it('may be of a body without elements', () => {
    expect(unpackLayout(packLayout({ length: 5, elements: [] }))).toEqual({ length: 5, elements: [] });
  });
});
