import { type EntityEst, type ExprEst, entityOf, entityText } from '../est.ts';

/** Binding strength of Cedar's operators, weakest first; members and literals bind strongest. */
const strength = { if: 0, or: 1, and: 2, relation: 3, sum: 4, product: 5, unary: 6, member: 7 };
const infix: { readonly [operator: string]: number } = {
  '||': strength.or,
  '&&': strength.and,
  '==': strength.relation,
  '!=': strength.relation,
  '<': strength.relation,
  '<=': strength.relation,
  '>': strength.relation,
  '>=': strength.relation,
  in: strength.relation,
  '+': strength.sum,
  '-': strength.sum,
  '*': strength.product,
};
const binaryMethods = new Set(['contains', 'containsAll', 'containsAny', 'getTag', 'hasTag']);
const constructors = new Set(['decimal', 'datetime', 'duration', 'ip']);

// biome-ignore lint/suspicious/noExplicitAny: the shape of operands depends on the operator.
type Operands = { readonly [key: string]: any };

function isIdentifier(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function literal(json: unknown): string {
  if (typeof json === 'object' && json !== null && '__entity' in json) {
    return entityText(entityOf(json as EntityEst));
  }
  return JSON.stringify(json);
}

function pattern(elements: readonly ('Wildcard' | { readonly Literal: string })[]): string {
  const parts = elements.map((element) =>
    element === 'Wildcard' ? '*' : quote(element.Literal).slice(1, -1).replaceAll('*', '\\*'),
  );
  return `"${parts.join('')}"`;
}

function inner(expression: ExprEst, atLeast: number): string {
  const [text, binds] = render(expression);
  return binds < atLeast ? `(${text})` : text;
}

function relationText(operator: string, operands: Operands): string {
  const left = inner(operands.left as ExprEst, strength.sum);
  if (operator === 'like') return `${left} like ${pattern(operands.pattern)}`;
  if (operator === 'has') {
    const path = ([] as string[]).concat(operands.attr);
    return `${left} has ${path.length === 1 && !isIdentifier(path[0]!) ? quote(path[0]!) : path.join('.')}`;
  }
  const group = operands.in === undefined ? '' : ` in ${inner(operands.in, strength.sum)}`;
  return `${left} is ${operands.entity_type}${group}`;
}

function memberText(operator: string, operands: Operands): string {
  const left = inner((operands.left ?? operands.arg) as ExprEst, strength.member);
  if (operator === 'isEmpty') return `${left}.isEmpty()`;
  if (binaryMethods.has(operator)) return `${left}.${operator}(${expressionText(operands.right)})`;
  const attr = operands.attr as string;
  return isIdentifier(attr) ? `${left}.${attr}` : `${left}[${quote(attr)}]`;
}

function callText(name: string, args: readonly ExprEst[]): string {
  if (constructors.has(name)) return `${name}(${args.map(expressionText).join(', ')})`;
  const [receiver, ...others] = args;
  return `${inner(receiver!, strength.member)}.${name}(${others.map(expressionText).join(', ')})`;
}

function render(expression: ExprEst): readonly [string, number] {
  const operator = Object.keys(expression)[0]!;
  const operands = expression[operator] as Operands;
  const binds = infix[operator];
  if (binds !== undefined) {
    // Relations do not chain; the others are grouped from the left.
    const atLeft = binds === strength.relation ? binds + 1 : binds;
    return [`${inner(operands.left!, atLeft)} ${operator} ${inner(operands.right!, binds + 1)}`, binds];
  }
  switch (operator) {
    case 'Value':
      return [literal(operands), strength.member];
    case 'Var':
    case 'Slot':
      return [String(operands), strength.member];
    case '!':
      return [`!${inner(operands.arg!, strength.unary)}`, strength.unary];
    case 'neg':
      return [`-${inner(operands.arg!, strength.member)}`, strength.unary];
    case 'like':
    case 'has':
    case 'is':
      return [relationText(operator, operands), strength.relation];
    case 'if-then-else': {
      const [test, yes, no] = [operands.if!, operands.then!, operands.else!].map(expressionText);
      return [`if ${test} then ${yes} else ${no}`, strength.if];
    }
    case 'Set':
      return [`[${(operands as unknown as ExprEst[]).map(expressionText).join(', ')}]`, strength.member];
    case 'Record': {
      const fields = Object.entries(operands).map(
        ([name, value]) => `${quote(name)}: ${expressionText(value)}`,
      );
      return [`{${fields.join(', ')}}`, strength.member];
    }
    default:
      return Array.isArray(operands)
        ? [callText(operator, operands as ExprEst[]), strength.member]
        : [memberText(operator, operands), strength.member];
  }
}

/** Writes an expression of the JSON syntax tree as Cedar text on one line. */
export function expressionText(expression: ExprEst): string {
  return render(expression)[0];
}
