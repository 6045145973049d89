import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml';
import { type FindingCode, fileStart, finding, type Position } from './findings.ts';
import type { ProgramFinding } from './types.ts';

/** Where a key or value of a YAML file stands. */
export type PathLocator = (path: readonly PropertyKey[], what?: 'key' | 'value') => Position;

export interface YamlFile {
  /** Plain data, or undefined when the file can't be read. */
  readonly data: unknown;
  readonly locate: PathLocator;
  readonly findings: readonly ProgramFinding[];
}

const maxAliases = 50;
const maxNesting = 100;

/**
 * Reads one YAML 1.2 document (core schema) with positions. Refused, each with its place: syntax errors, repeated
 * keys, tags of one's own, more than 50 aliases, deep nesting, several documents and directives. Never throws.
 * `firstLine` is added to every line (front matter that begins further down).
 */
export function readYaml(file: string, text: string, firstLine = 0): YamlFile {
  const nested = nestingTooDeep(text);
  if (nested !== null) {
    return failed(
      file,
      'program.yaml-nesting',
      shift(nested, firstLine),
      `Nests more than ${maxNesting} levels deep.`,
    );
  }
  try {
    return readDocument(file, text, firstLine);
  } catch {
    // The parser's own limits (aliases that expand too far, stack depth) end here.
    return failed(
      file,
      'program.yaml-alias',
      shift(fileStart, firstLine),
      'An alias leads nowhere, or the file expands to more than it may hold.',
    );
  }
}

function readDocument(file: string, text: string, firstLine: number): YamlFile {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    uniqueKeys: true,
    strict: true,
    stringKeys: true,
    merge: false,
    resolveKnownTags: false,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  });
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line) + firstLine, column: Math.max(1, col) };
  };
  const findings: ProgramFinding[] = [];
  for (const problem of [...document.errors, ...document.warnings]) {
    const [code, message] = describe(problem.code);
    findings.push(finding(code, file, place(problem.pos[0]), message ?? oneLine(problem.message)));
    if (findings.length === 20) break;
  }
  if (/^%/m.test(text.slice(0, 1000)) && document.directives?.yaml.explicit) {
    findings.push(
      finding('program.yaml-documents', file, shift(fileStart, firstLine), 'Holds a % directive.'),
    );
  }
  let aliases = 0;
  visit(document, {
    Pair(_, { key }) {
      if (!isScalar(key) || key.value !== '__proto__') return;
      const at = place(key.range?.[0] ?? 0);
      findings.push(finding('program.unknown-key', file, at, '"__proto__" is not a key of any file.'));
    },
    Alias() {
      aliases += 1;
      return aliases > maxAliases ? visit.BREAK : undefined;
    },
  });
  if (aliases > maxAliases) {
    findings.push(
      finding(
        'program.yaml-alias',
        file,
        shift(fileStart, firstLine),
        `Holds more than ${maxAliases} aliases.`,
      ),
    );
  }
  const locate: PathLocator = (path, what = 'value') => place(offsetOf(document, path, what));
  if (findings.length > 0) return { data: undefined, locate, findings };
  const data: unknown = document.toJS({ maxAliasCount: 1000 });
  if (!nestsTooDeep(data, new Set())) return { data, locate, findings };
  const message = `Nests more than ${maxNesting} levels deep, or holds itself by alias.`;
  return failed(file, 'program.yaml-nesting', shift(fileStart, firstLine), message);
}

/** Also true for a value that holds itself. */
function nestsTooDeep(value: unknown, above: Set<object>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (above.has(value) || above.size >= maxNesting) return true;
  above.add(value);
  const deep = Object.values(value).some((item) => nestsTooDeep(item, above));
  above.delete(value);
  return deep;
}

/** Offset of the key or value at `path`, or of the nearest thing that exists above it. */
function offsetOf(document: Document, path: readonly PropertyKey[], what: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    const last = index === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
      );
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      if (last && what === 'key') return offset;
      node = pair.value;
      if (last) return startOf(node) ?? offset;
    } else {
      const items = (node as { items?: unknown[] } | null)?.items;
      node = Array.isArray(items) ? items[Number(step)] : undefined;
      if (node === undefined) return offset;
    }
    offset = startOf(node) ?? offset;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function describe(code: string): [FindingCode, string | null] {
  switch (code) {
    case 'DUPLICATE_KEY':
      return ['program.yaml-duplicate-key', 'The same key stands twice in one mapping.'];
    case 'TAG_RESOLVE_FAILED':
      return ['program.yaml-tag', 'Holds a YAML tag that programs may not use.'];
    case 'MULTIPLE_DOCS':
      return ['program.yaml-documents', 'Holds more than one document.'];
    case 'RESOURCE_EXHAUSTION':
      return ['program.yaml-nesting', 'Nests too deeply.'];
    case 'NON_STRING_KEY':
      return ['program.yaml-syntax', 'A key must be plain text.'];
    default:
      return ['program.yaml-syntax', null];
  }
}

/** Parser messages may quote what stands in the file; only their wording up to a quotation is kept. */
function oneLine(message: string): string {
  const plain = message.split(/[\n"]/)[0]?.trim() ?? '';
  return plain === ''
    ? 'Not valid YAML.'
    : `Not valid YAML: ${plain.slice(0, 160)}.`.replace(/[.:]+\.$/, '.');
}

/**
 * A cheap look before the parser runs, whose time grows with depth: brackets and inline `- ` or `? ` openings.
 * Returns the place of the first line that goes too deep.
 */
function nestingTooDeep(text: string): Position | null {
  let depth = 0;
  let line = 1;
  let inline = 0;
  let lineStart = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (character === 10) {
      line += 1;
      inline = 0;
      lineStart = index + 1;
    } else if (character === 91 || character === 123) depth += 1;
    else if (character === 93 || character === 125) depth = Math.max(0, depth - 1);
    else if ((character === 45 || character === 63 || character === 58) && text.charCodeAt(index + 1) === 32)
      inline += 1;
    if (depth > maxNesting || inline > maxNesting) return { line, column: index - lineStart + 1 };
  }
  return null;
}

function failed(file: string, code: FindingCode, at: Position, message: string): YamlFile {
  return { data: undefined, locate: () => at, findings: [finding(code, file, at, message)] };
}

function shift(position: Position, firstLine: number): Position {
  return { line: position.line + firstLine, column: position.column };
}
