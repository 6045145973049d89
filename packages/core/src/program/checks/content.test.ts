import { expect, it } from 'vitest';
import { buildProgram } from '../build.ts';
import { exampleDay, withChange } from '../testing/example.ts';

const withContent = (rule: string) =>
  buildProgram(
    withChange('fairlead.yaml', 'network:\n', `content:\n  keep:\n    - ${rule}\nnetwork:\n`),
    exampleDay,
  );

it('keeps content of repositories and data classes that there are', () => {
  const { findings, program } = withContent(
    '{ repositories: [acme/payments-api], dataClasses: [secret], days: 30 }',
  );
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(program?.content).toEqual({
    keep: [{ repositories: ['github.com/acme/payments-api'], dataClasses: ['secret'], days: 30 }],
    whenNotKept: 'go-on',
    maxBytes: 16_000_000,
  });
});

it('says which of them there are not', () => {
  const { findings } = withContent('{ repositories: [acme/payments-apy], dataClasses: [secrets], days: 30 }');
  expect(findings.filter(({ code }) => code === 'program.dangling').map(({ message }) => message)).toEqual([
    expect.stringContaining('no repository "github.com/acme/payments-apy"'),
    expect.stringContaining('no data class "secrets"'),
  ]);
});
