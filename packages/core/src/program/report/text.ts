import type { ProgramFinding } from '../types.ts';
import { countFindings, type Validation } from './json.ts';

/** Plain text for people: one finding each with its place, reason and fix; parts that are off come last, short. */
export function renderText({ findings, at }: Validation): string {
  const shown = findings.filter((item) => item.code !== 'program.off');
  const off = findings.filter((item) => item.code === 'program.off');
  const parts = [...shown.map(block), ...off.map((item) => `${place(item)}: note: ${item.message}\n`)];
  return `${parts.join('')}${parts.length > 0 ? '\n' : ''}${summary(findings, at)}\n`;
}

function block(item: ProgramFinding): string {
  return `${place(item)}: ${item.severity}: ${item.message} [${item.code}]\n    fix: ${item.fix}\n`;
}

function place({ file, line, column }: ProgramFinding): string {
  return `${file}:${line}:${column}`;
}

function summary(findings: readonly ProgramFinding[], at: string): string {
  const { error, warning, note } = countFindings(findings);
  const notes = note === 0 ? '' : `, ${many(note, 'note')}`;
  if (error + warning === 0) return `The program is clean as of ${at}${notes}.`;
  return `${many(error, 'error')}, ${many(warning, 'warning')}${notes} as of ${at}.`;
}

function many(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
