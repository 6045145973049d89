import { expressionText } from '../compile/render.ts';
import type { ExprEst } from '../est.ts';

interface Operands {
  readonly left: ExprEst;
  readonly right: ExprEst;
  readonly arg: ExprEst;
  readonly attr: string | readonly string[];
  readonly entity_type: string;
  readonly in?: ExprEst;
}

/** `X must be below Y` and its opposite, by operator. */
const relations: { readonly [operator: string]: readonly [wanted: string, unwanted: string] } = {
  '==': ['be', 'not be'],
  '!=': ['not be', 'be'],
  '<': ['be below', 'be at least'],
  '<=': ['be at most', 'be above'],
  '>': ['be above', 'be at most'],
  '>=': ['be at least', 'be below'],
  in: ['be in', 'not be in'],
  contains: ['contain', 'not contain'],
  containsAll: ['contain all of', 'not contain all of'],
  containsAny: ['contain one of', 'contain none of'],
};

function joined(parts: readonly [ExprEst, ExprEst], wanted: boolean, word: string): string {
  const texts = parts.map((part) => changeText(part, wanted));
  return texts.join(` ${word} `);
}

/** Says in words what has to be so for the expression to be `wanted`. */
export function changeText(expression: ExprEst, wanted: boolean): string {
  const operator = Object.keys(expression)[0]!;
  const operands = expression[operator] as Operands;
  const relation = relations[operator];
  if (relation) {
    const verb = relation[wanted ? 0 : 1];
    return `${expressionText(operands.left)} must ${verb} ${expressionText(operands.right)}`;
  }
  switch (operator) {
    case '!':
      return changeText(operands.arg, !wanted);
    case '&&':
      return joined([operands.left, operands.right], wanted, wanted ? 'and' : 'or');
    case '||':
      return joined([operands.left, operands.right], wanted, wanted ? 'or' : 'and');
    case 'isEmpty':
      return `${expressionText(operands.arg)} must ${wanted ? '' : 'not '}be empty`;
    case 'has': {
      const path = ([] as string[]).concat(operands.attr as string | string[]).join('.');
      return `${expressionText(operands.left)} must ${wanted ? '' : 'not '}have ${path}`;
    }
    default:
      return `${expressionText(expression)} must be ${wanted}`;
  }
}
