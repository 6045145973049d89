import { textMatcher } from '../../text/index.ts';
import type { ExprEst } from '../est.ts';
import { type ExtensionFunction, extensionFunctions } from '../extensions/index.ts';
import { attribute, contextVariable, getTag, hasAttribute, hasTag } from './attributes.ts';
import { Fault } from './fault.ts';
import { add, multiply, negate, subtract } from './integers.ts';
import { fieldsOf, isObject, type Operands, operandsOf, UnknownSyntax } from './known-syntax.ts';
import {
  arithmetic,
  asTest,
  comparison,
  expectEntity,
  expectSet,
  expectText,
  isMember,
  negation,
  setTest,
} from './operators.ts';
import { readPlainValue } from './plain-values.ts';
import type { Evaluate, Test } from './situation.ts';
import { equal, includesAll, includesAny, RecordValue, SetValue, Shape, type Value } from './values.ts';

type Compile = (operands: Operands) => Evaluate;

/** Literals by closure, so that operators on literals only are computed once. */
const constants = new WeakMap<Evaluate, Value>();

function constant(value: Value): Evaluate {
  const evaluate = () => value;
  constants.set(evaluate, value);
  return evaluate;
}

function child(operands: Operands, key: string): Evaluate {
  return compileExpression(operands[key]);
}

function childTest(operands: Operands, key: string): Test {
  return compileTest(operands[key]);
}

function textOf(operands: Operands, key: string): string {
  const text = operands[key];
  if (typeof text !== 'string') throw new UnknownSyntax(`"${key}" is not a text`);
  return text;
}

type Binary = (left: Evaluate, right: Evaluate) => Evaluate;
const binary =
  (build: Binary): Compile =>
  (operands) =>
    build(child(operands, 'left'), child(operands, 'right'));

/** `==`; a plain literal on the right is compared by identity. */
function equality(left: Evaluate, right: Evaluate): Test {
  const literal = constants.get(right);
  if (literal !== undefined && typeof literal !== 'object') return (situation) => left(situation) === literal;
  return (situation) => equal(left(situation), right(situation));
}

const logical: { readonly [operator: string]: Compile } = {
  '&&': (operands) => {
    const [left, right] = [childTest(operands, 'left'), childTest(operands, 'right')];
    return (situation) => left(situation) && right(situation);
  },
  '||': (operands) => {
    const [left, right] = [childTest(operands, 'left'), childTest(operands, 'right')];
    return (situation) => left(situation) || right(situation);
  },
  '!': (operands) => {
    const arg = childTest(operands, 'arg');
    return (situation) => !arg(situation);
  },
  '==': binary(equality),
  '!=': binary((left, right) => {
    const same = equality(left, right);
    return (situation) => !same(situation);
  }),
  '<': binary((left, right) => comparison(left, right, (a, b) => a < b)),
  '<=': binary((left, right) => comparison(left, right, (a, b) => a <= b)),
  '>': binary((left, right) => comparison(left, right, (a, b) => a > b)),
  '>=': binary((left, right) => comparison(left, right, (a, b) => a >= b)),
  in: binary((left, right) => (situation) => isMember(left(situation), right(situation), situation)),
  contains: binary((left, right) => {
    const wanted = constants.get(right);
    if (wanted !== undefined) return (situation) => expectSet(left(situation)).includes(wanted);
    return (situation) => {
      const set = left(situation);
      return expectSet(set).includes(right(situation));
    };
  }),
  containsAll: binary((left, right) => setTest(left, right, includesAll)),
  containsAny: binary((left, right) => setTest(left, right, includesAny)),
  isEmpty: (operands) => {
    const arg = child(operands, 'arg');
    return (situation) => expectSet(arg(situation)).items.length === 0;
  },
  hasTag: binary((left, right) => hasTag(left, right)),
  has: (operands) => {
    const path = Array.isArray(operands.attr) ? operands.attr : [operands.attr];
    if (path.length === 0 || path.some((attr) => typeof attr !== 'string')) {
      throw new UnknownSyntax('"has" without attribute names');
    }
    return hasAttribute(child(operands, 'left'), path as string[]);
  },
  like: compileLike,
  is: compileIs,
};

const computing: { readonly [operator: string]: Compile } = {
  '+': binary((left, right) => arithmetic(left, right, add)),
  '-': binary((left, right) => arithmetic(left, right, subtract)),
  '*': binary((left, right) => arithmetic(left, right, multiply)),
  neg: (operands) => negation(child(operands, 'arg'), negate),
  '.': (operands) => attribute(child(operands, 'left'), textOf(operands, 'attr')),
  getTag: binary(getTag),
  'if-then-else': (operands) => {
    const condition = childTest(operands, 'if');
    const [yes, no] = [child(operands, 'then'), child(operands, 'else')];
    return (situation) => (condition(situation) ? yes(situation) : no(situation));
  },
};

function compileLike(operands: Operands): Test {
  const { pattern } = operands;
  if (!Array.isArray(pattern)) throw new UnknownSyntax('"like" without a pattern');
  const elements = pattern.map((element: unknown) => {
    if (element === 'Wildcard') return null;
    return textOf(fieldsOf(element, ['Literal'], 'an element of a "like" pattern'), 'Literal');
  });
  const matches = textMatcher(elements);
  const left = child(operands, 'left');
  return (situation) => matches(expectText(left(situation)));
}

function compileIs(operands: Operands): Test {
  const type = textOf(operands, 'entity_type');
  const left = child(operands, 'left');
  if (operands.in === undefined) return (situation) => expectEntity(left(situation)).type === type;
  const group = child(operands, 'in');
  return (situation) => {
    const uid = expectEntity(left(situation));
    return uid.type === type && isMember(uid, group(situation), situation);
  };
}

function compileVariable(name: unknown): Evaluate {
  switch (name) {
    case 'principal':
      return (situation) => situation.principal;
    case 'action':
      return (situation) => situation.action;
    case 'resource':
      return (situation) => situation.resource;
    case 'context':
      return contextVariable;
    default:
      throw new UnknownSyntax('unknown variable');
  }
}

function compileLiteral(json: unknown): Evaluate {
  try {
    return constant(readPlainValue(json));
  } catch (error) {
    throw new UnknownSyntax(error instanceof Fault ? error.message : 'unreadable literal');
  }
}

function compileSet(elements: unknown): Evaluate {
  if (!Array.isArray(elements)) throw new UnknownSyntax('a set without elements');
  const items = elements.map(compileExpression);
  if (items.every((item) => constants.has(item))) {
    return constant(new SetValue(items.map((item) => constants.get(item)!)));
  }
  return (situation) => new SetValue(items.map((item) => item(situation)));
}

function compileRecord(fields: unknown): Evaluate {
  if (!isObject(fields)) throw new UnknownSyntax('a record without fields');
  const shape = new Shape(Object.keys(fields));
  const values = shape.names.map((name) => compileExpression(fields[name]));
  return (situation) =>
    new RecordValue(
      shape,
      values.map((value) => value(situation)),
    );
}

function compileExtension(name: string, found: ExtensionFunction, args: unknown): Evaluate {
  if (!Array.isArray(args) || args.length !== found.arity) {
    throw new UnknownSyntax(`${name} with another number of arguments`);
  }
  const [first, second] = args.map(compileExpression) as [Evaluate, Evaluate | undefined];
  const literal = constants.get(first);
  if (found.constructs && literal !== undefined) {
    try {
      return constant(found.call(literal, literal));
    } catch {
      // A literal that cannot be read is an error when evaluated, as in Cedar, not when loaded.
    }
  }
  if (second === undefined) {
    return (situation) => {
      const value = first(situation);
      return found.call(value, value);
    };
  }
  return (situation) => found.call(first(situation), second(situation));
}

/**
 * Compiles one expression of Cedar's JSON syntax tree into a closure.
 * @throws UnknownSyntax for an operator, function or literal that this evaluator does not know.
 */
export function compileExpression(expression: unknown): Evaluate {
  if (!isObject(expression)) throw new UnknownSyntax('an expression is not an object');
  const keys = Object.keys(expression);
  const operator = keys[0];
  if (operator === undefined || keys.length !== 1) throw new UnknownSyntax('an expression has one operator');
  const operands = expression[operator];
  if (operator === 'Value') return compileLiteral(operands);
  if (operator === 'Var') return compileVariable(operands);
  if (operator === 'Set') return compileSet(operands);
  if (operator === 'Record') return compileRecord(operands);
  const extension = extensionFunctions.get(operator);
  if (extension) return compileExtension(operator, extension, operands);
  const compile = Object.hasOwn(logical, operator)
    ? logical[operator]
    : Object.hasOwn(computing, operator)
      ? computing[operator]
      : undefined;
  if (!compile) throw new UnknownSyntax(`unknown operator "${operator}"`);
  return compile(operandsOf(operator, operands));
}

/** Compiles an expression whose value must be a boolean. */
export function compileTest(expression: unknown): Test {
  const evaluate = compileExpression(expression);
  const operator = Object.keys(expression as ExprEst)[0]!;
  // Operators that only ever answer true or false need no second look.
  return Object.hasOwn(logical, operator) ? (evaluate as Test) : asTest(evaluate);
}
