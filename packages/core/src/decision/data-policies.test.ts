import { describe, expect, it } from 'vitest';
import type { PolicyEst } from '../policy/est.ts';
import { compilePolicy } from '../policy/evaluator/compile-policy.ts';
import { EntityStore } from '../policy/evaluator/entities.ts';
import { readPlainRecord, readUid } from '../policy/evaluator/plain-values.ts';
import { dataClassPolicies } from './data-policies.ts';
import { program } from './testing/fixtures.ts';

/** Whether the policy generated for a class refuses a call that shares `denied`. */
function refuses(dataClass: string, denied: readonly string[]): boolean {
  const dataClasses = [{ ...program.dataClasses[0]!, id: dataClass }];
  const [generated] = dataClassPolicies({ ...program, dataClasses });
  const { holds } = compilePolicy(generated!.id, generated!.json as unknown as PolicyEst);
  return holds({
    principal: readUid({ type: 'User', id: 'dana' }),
    action: readUid({ type: 'Action', id: 'SendPrompt' }),
    resource: readUid({ type: 'Repository', id: 'r' }),
    context: readPlainRecord({ sharing: { denied } }),
    entities: new EntityStore([], { base: null, acyclic: true }),
  });
}

describe('the policies made from data-handling.yaml', () => {
  const policies = dataClassPolicies(program);

  it('are one forbid a class, with the words of the class', () => {
    expect(policies.map(({ id, file }) => [id, file])).toEqual([
      ['data.secret', 'data-handling.yaml'],
      ['data.personal', 'data-handling.yaml'],
    ]);
    expect(policies[0]?.json).toMatchObject({
      effect: 'forbid',
      action: { op: '==', entity: { type: 'Action', id: 'SendPrompt' } },
      annotations: {
        id: 'data.secret',
        title: 'Secrets',
        advice: 'Remove the secret.',
        owner: 'security',
        severity: 'critical',
      },
    });
  });

  it('refuse exactly their own class', () => {
    expect(refuses('secret', ['personal', 'secret'])).toBe(true);
    expect(refuses('secret', ['personal', 'secrets'])).toBe(false);
    expect(refuses('secret', [])).toBe(false);
  });

  it.each(['"]) || true', 'secret"; permit(principal, action, resource);', '*', '\\', 'a\nb'])(
    'take an odd id for nothing but a text: %j',
    (odd) => {
      expect(refuses(odd, ['secret'])).toBe(false);
      expect(refuses(odd, [odd])).toBe(true);
    },
  );
});
