// Reads what a TypeScript file imports, without a TypeScript parser: comments and the contents of strings are masked
// first, so that an import inside a string or a comment isn't taken for one.

/** One import of a file. `computed` when the specifier isn't a literal, which no boundary can be checked on. */
export interface Import {
  readonly specifier: string;
  readonly kind: 'static' | 'type' | 'dynamic' | 'worker' | 'computed';
}

interface Masked {
  readonly code: string;
  readonly strings: readonly string[];
}

const beforeRegex =
  /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of|do|else|void|delete|await|yield|throw))\s*$/;

function endOfQuoted(source: string, start: number, quote: string): number {
  let at = start + 1;
  while (at < source.length && source[at] !== quote) at += source[at] === '\\' ? 2 : 1;
  return at;
}

function endOfRegex(source: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < source.length; at++) {
    const character = source[at];
    if (character === '\\') at++;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '\n')
      return start; // not a regular expression after all
    else if (character === '/' && !inClass) return at;
  }
  return start;
}

/** Index of the backtick that ends a template; what stands in `${…}` is skipped with it. */
function endOfTemplate(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length && source[at] !== '`') {
    if (source[at] === '\\') at += 2;
    else if (source.startsWith('${', at)) at = endOfSubstitution(source, at + 2) + 1;
    else at++;
  }
  return at;
}

function endOfSubstitution(source: string, start: number): number {
  let depth = 1;
  for (let at = start; at < source.length; at++) {
    const character = source[at];
    if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return at;
    else if (character === '`') at = endOfTemplate(source, at);
    else if (character === '"' || character === "'") at = endOfQuoted(source, at, character);
  }
  return source.length;
}

/** Replaces comments by a space and every string by `"§n"`, n being its place in `strings`. */
export function mask(source: string): Masked {
  const strings: string[] = [];
  let code = '';
  for (let at = 0; at < source.length; at++) {
    const character = source[at] as string;
    const next = source[at + 1];
    if (character === '/' && next === '/') {
      const end = source.indexOf('\n', at);
      at = (end === -1 ? source.length : end) - 1;
      code += ' ';
    } else if (character === '/' && next === '*') {
      const end = source.indexOf('*/', at + 2);
      at = end === -1 ? source.length : end + 1;
      code += ' ';
    } else if (character === '"' || character === "'" || character === '`') {
      const end = character === '`' ? endOfTemplate(source, at) : endOfQuoted(source, at, character);
      code += `"§${strings.push(source.slice(at + 1, end)) - 1}"`;
      at = end;
    } else if (character === '/' && beforeRegex.test(code)) {
      const end = endOfRegex(source, at);
      code += end === at ? '/' : ' /§/ ';
      at = end;
    } else code += character;
  }
  return { code, strings };
}

const patterns: readonly (readonly [Import['kind'], RegExp])[] = [
  ['type', /\b(?:import|export)\s+type\b[\w$\s{},*]*?\bfrom\s*"§(\d+)"/g],
  ['static', /\b(?:import|export)\b(?!\s+type\b)[\w$\s{},*]*?\bfrom\s*"§(\d+)"/g],
  ['static', /\bimport\s*"§(\d+)"/g],
  ['static', /\b(?:require|require\.resolve|import\.meta\.resolve)\s*\(\s*"§(\d+)"/g],
  ['dynamic', /\bimport\s*\(\s*"§(\d+)"/g],
  ['worker', /\bnew\s+URL\s*\(\s*"§(\d+)"\s*,\s*import\.meta\.url/g],
];
const computedPattern = /\b(?:import|require)\s*\(\s*(?!\s|"§|\))/g;

/** Every import of a source text: static, re-export, dynamic, require, worker URL, and those it can't read. */
export function importsOf(source: string): readonly Import[] {
  const { code, strings } = mask(source);
  const found: Import[] = [];
  for (const [kind, pattern] of patterns) {
    for (const match of code.matchAll(pattern)) {
      const text = strings[Number(match[1])] as string;
      // A worker's name ends in the extension of the importing file: in a source tree that is .ts.
      const specifier = kind === 'worker' ? text.replace(/\$\{.*$/s, '.ts') : text;
      if (kind === 'worker' && !specifier.endsWith('.ts')) continue; // a data file or a folder
      found.push(
        kind !== 'worker' && specifier.includes('${') ? { specifier, kind: 'computed' } : { specifier, kind },
      );
    }
  }
  for (const match of code.matchAll(computedPattern)) {
    found.push({ specifier: code.slice(match.index, match.index + 40), kind: 'computed' });
  }
  return found;
}
