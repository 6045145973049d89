import type { Detector } from './detector.ts';
import { detectorGroups } from './detectors/index.ts';
import { RULESET_VERSION } from './ruleset.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

function rowOf({ id, grade, dataClass, docs }: Detector): string {
  const page = docs.startsWith('https://') ? `[format](${docs})` : 'this page';
  return `| \`${id}\` | ${grade ?? '-'} | \`${cell(dataClass)}\` | ${page} |`;
}

/** The page of all detectors, by group (Markdown). */
export function renderDetectors(): string {
  const count = detectorGroups.reduce((sum, { detectors }) => sum + detectors.length, 0);
  const structured = detectorGroups
    .flatMap(({ detectors }) => detectors)
    .filter(({ grade }) => grade === 'A');
  const head = [
    '# Detectors',
    '',
    'Generated from `packages/core/src/inspection/detectors/` by `node tools/generate-detectors.ts`; a test holds the',
    `two together. Ruleset ${RULESET_VERSION}: ${count} detectors, ${structured.length} of them for structured tokens.`,
    '',
    'Grades: **A** a structured token; **B** a credential in a known file shape; **C** a value assigned to a name that',
    'says it is a secret; **D** a lone string that looks random. A and B are data class `secret`, C is',
    '`credential-suspect`, D is `entropy`. Detectors without a grade find personal data: `personal-mention`, and',
    '`personal-data` once a request holds ten or more distinct items or a table with personal columns. What a class',
    'leads to stands in `data-handling.yaml`.',
    '',
    'A finding names detector, class, grade, kind of text and count, and a keyed digest of the value, never the value.',
    'Cards, numbers of people, addresses and the like carry a count only: there are so few of them that a digest could',
    'be searched.',
  ].join('\n');
  const sections = detectorGroups.map(({ id, title, detectors }) =>
    [
      `## ${title} (\`${id}\`)`,
      '',
      '| detector | grade | data class | documented at |',
      '|---|---|---|---|',
      ...[...detectors].sort((a, b) => (a.id < b.id ? -1 : 1)).map(rowOf),
    ].join('\n'),
  );
  return `${[head, ...sections].join('\n\n')}\n`;
}
