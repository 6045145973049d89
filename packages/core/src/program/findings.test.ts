import { describe, expect, it } from 'vitest';
import { buildProgram } from './build.ts';
import { finding, findingCatalogue } from './findings.ts';
import { exampleDay, exampleFiles, withChange, withFile, withoutFile } from './testing/example.ts';

/** `place` is a piece of the file's text that stands there once, with ¦ before the character the finding points to. */
type Row = readonly [
  what: string,
  files: ReadonlyMap<string, string>,
  code: string,
  file: string,
  place: string,
  says: RegExp,
];

function placeOf(files: ReadonlyMap<string, string>, file: string, place: string): string {
  const text = files.get(file) ?? '';
  const needle = place.replace('¦', '');
  if (needle !== '' && text.split(needle).length !== 2)
    throw new Error(`${needle} must stand in ${file} once`);
  const before = text.slice(0, text.indexOf(needle) + place.indexOf('¦')).split('\n');
  return `${file}:${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

const rows: readonly Row[] = [
  [
    'a misspelt key',
    withChange('fairlead.yaml', 'engine: compiled', 'engnie: compiled'),
    'program.unknown-key',
    'fairlead.yaml',
    '¦engnie:',
    /"engnie".*Did you mean "engine"\?/,
  ],
  [
    'a misspelt key deep inside',
    withChange('repositories.yaml', 'scanners:', 'scaners:'),
    'program.unknown-key',
    'repositories.yaml',
    '¦scaners:',
    /Did you mean "scanners"\?/,
  ],
  [
    'a missing key',
    withChange('fairlead.yaml', '  name: Acme Commerce\n', ''),
    'program.missing-key',
    'fairlead.yaml',
    '¦id: acme',
    /organisation\.name is missing/,
  ],
  [
    'a value that is not allowed',
    withChange('models.yaml', 'capabilities: [embeddings]', 'capabilities: [embedding]'),
    'program.value',
    'models.yaml',
    '[¦embedding]',
    /must be one of: chat, agent, mcp, completion, embeddings/,
  ],
  [
    'a repository of a team that does not exist',
    withChange('repositories.yaml', 'team: search,', 'team: serach,'),
    'program.dangling',
    'repositories.yaml',
    'team: ¦serach',
    /no team "serach".*Did you mean "search"/,
  ],
  [
    'a control without an owner',
    withChange('controls.yaml', 'owner: auditor, measuredBy: ledger', 'measuredBy: ledger'),
    'program.missing-key',
    'controls.yaml',
    'audit-ledger: ¦{',
    /audit-ledger\.owner is missing/,
  ],
  [
    'a control that a leaver owned',
    withChange('controls.yaml', 'owner: auditor, measuredBy: ledger', 'owner: old.hand, measuredBy: ledger'),
    'program.unowned',
    'controls.yaml',
    '¦old.hand',
    /neither a role nor a person/,
  ],
  [
    'a risk without a known owner',
    withChange('risks/skills-fade.yaml', 'owner: product', 'owner: nobody'),
    'program.unowned',
    'risks/skills-fade.yaml',
    '¦nobody',
    /Risk "skills-fade"/,
  ],
  [
    'a policy without an owner',
    withChange('policies/calls/repository.cedar', '@owner("security")\n', ''),
    'program.unowned',
    'policies/calls/repository.cedar',
    '¦@id("repository.allowlist")',
    /repository\.allowlist.*no @owner/,
  ],
  [
    'a policy id that is used twice',
    withChange('policies/calls/stage.cedar', 'stage.not-included', 'repository.allowlist'),
    'program.policy-duplicate',
    'policies/calls/stage.cedar',
    '¦@id("repository.allowlist")',
    /already used in policies\/calls\/repository\.cedar/,
  ],
  [
    'a policy for a control that does not exist',
    withChange('policies/calls/permit.cedar', 'approved-assistants', 'aproved-assistants'),
    'program.dangling',
    'policies/calls/permit.cedar',
    '¦@id',
    /Did you mean "approved-assistants"/,
  ],
  [
    'a policy text that does not end',
    withChange('policies/calls/permit.cedar', ');\n', ')\n'),
    'program.policy-text',
    'policies/calls/permit.cedar',
    '¦@id',
    /does not end/,
  ],
  [
    'a preparer who is the only approver',
    withChange(
      'operating-model.yaml',
      'accountable: legal, consulted: [platform]',
      'accountable: dpo, consulted: []',
    ),
    'program.dangling',
    'operating-model.yaml',
    '¦dpo',
    /no role "dpo"/,
  ],
  [
    'expired evidence',
    withChange('vendors/openai.yaml', 'expires: 2027-06-30', 'expires: 2026-10-31'),
    'program.expired',
    'vendors/openai.yaml',
    'expires: ¦2026-10-31',
    /expired on 2026-10-31/,
  ],
  [
    'an expired acceptance',
    withChange('risks/vendor-fails.yaml', 'expires: 2027-04-12', 'expires: 2026-10-31'),
    'program.expired',
    'risks/vendor-fails.yaml',
    'expires: ¦2026-10-31',
    /acceptance expired/,
  ],
  [
    'an acceptance that lasts too long',
    withChange('risks/vendor-fails.yaml', 'expires: 2027-04-12', 'expires: 2028-04-12'),
    'program.too-long',
    'risks/vendor-fails.yaml',
    'expires: ¦2028-04-12',
    /longer than 12 months/,
  ],
  [
    'a stage without a way back',
    withChange('rollout.yaml', '    rollback: pilot\n', ''),
    'program.stage-rollback',
    'rollout.yaml',
    '¦id: expansion',
    /"expansion" has no rollback/,
  ],
  [
    'a stage that goes back to itself',
    withChange('rollout.yaml', 'rollback: pilot\n', 'rollback: expansion\n'),
    'program.stage-rollback',
    'rollout.yaml',
    'rollback: ¦expansion\n\n',
    /not to an earlier stage/,
  ],
  [
    'a non-negotiable left out before scale',
    withChange('rollout.yaml', '      - scanning-mandatory\n', ''),
    'program.stage-non-negotiable',
    'rollout.yaml',
    'id: ¦scale',
    /"scale" leaves out preconditions: scanning-mandatory/,
  ],
  [
    'a sign-off left out before the pilot',
    withChange(
      'rollout.yaml',
      'signOffs: [executive, platform, security, legal, product]',
      'signOffs: [executive]',
    ),
    'program.stage-non-negotiable',
    'rollout.yaml',
    'id: ¦pilot',
    /"pilot" leaves out sign-offs: platform, security, legal, product/,
  ],
  [
    'a held-out team in the cohort',
    withChange('rollout.yaml', '    teams: [payments,', '    teams: [treasury, payments,'),
    'program.cohort',
    'rollout.yaml',
    '[¦treasury, payments',
    /in the holdout and in the cohort/,
  ],
  [
    'a model without a price',
    withChange('models.yaml', ', price: { input: 0.13, output: 0 }', ''),
    'program.model-unpriced',
    'models.yaml',
    '¦text-embedding',
    /no price/,
  ],
  [
    'a vendor without an evaluation',
    withoutFile('vendors/azure-openai.yaml'),
    'program.vendor-unevaluated',
    'fairlead.yaml',
    '¦azure-openai:',
    /no vendors\/azure-openai\.yaml/,
  ],
  [
    'a matrix cell of an unknown vendor',
    withChange('data-handling.yaml', 'entropy: { "*": record }', 'entropy: { "*": record, opanai: deny }'),
    'program.dangling',
    'data-handling.yaml',
    'opanai: ¦deny',
    /Did you mean "openai"/,
  ],
  [
    'a data class that is not decided',
    withChange('data-handling.yaml', '  licensed-code: { "*": warn }\n', ''),
    'program.sharing-undecided',
    'data-handling.yaml',
    '¦secret: { "*"',
    /Nothing is decided for "licensed-code"/,
  ],
  [
    'a cycle of teams',
    withChange(
      'teams.yaml',
      '  payments:\n    name: Payments\n',
      '  payments:\n    name: Payments\n    parent: payments\n',
    ),
    'program.team-cycle',
    'teams.yaml',
    'parent: ¦payments',
    /payments → payments/,
  ],
  [
    'a time zone that does not exist',
    withChange('teams.yaml', 'timeZone: Europe/Berlin', 'timeZone: Europe/Atlantis'),
    'program.time-zone',
    'teams.yaml',
    '¦Europe/Atlantis',
    /not a time zone/,
  ],
  [
    'a person in two teams',
    withChange('teams.yaml', 'id: theo.brandt', 'id: dana.moss'),
    'program.duplicate-id',
    'teams.yaml',
    '¦dana.moss, name: Theo',
    /already belongs to team "payments"/,
  ],
  [
    'an account of two people',
    withChange(
      'teams.yaml',
      'name: Theo Brandt,',
      'name: Theo Brandt, accounts: [theo@example.com, Dana.Moss],',
    ),
    'program.duplicate-id',
    'teams.yaml',
    '¦{ id: theo.brandt',
    /account "dana.moss" already belongs to "dana.moss"/,
  ],
  [
    'a quiz that is too short',
    withChange('training/safe-use/module.yaml', 'draw: 5', 'draw: 50'),
    'program.training',
    'training/safe-use/module.yaml',
    '¦50',
    /Draws 50 questions/,
  ],
  [
    'a file that nothing reads',
    withFile('repositorys.yaml', 'a: 1\n'),
    'program.file-unknown',
    'repositorys.yaml',
    '¦a: 1',
    /Did you mean "repositories\.yaml"/,
  ],
  ['a missing file', withoutFile('rollout.yaml'), 'program.file-missing', 'rollout.yaml', '¦', /missing/],
  [
    'a credential instead of its name',
    withChange('fairlead.yaml', 'env: OPENAI_API_KEY', 'env: sk-live-0123456789'),
    'program.value',
    'fairlead.yaml',
    '¦sk-live',
    /./,
  ],
];

describe('what validate says', () => {
  it.each(rows)('%s', (_, files, code, file, place, says) => {
    const { findings } = buildProgram(files, exampleDay);
    const found = findings.filter((item) => item.code === code);
    expect(findings.filter((item) => item.severity !== 'note').map((item) => item.code)).toContain(code);
    expect(found.map((item) => `${item.file}:${item.line}:${item.column}`)).toContain(
      placeOf(files, file, place),
    );
    expect(found.map((item) => item.message).join('\n')).toMatch(says);
    for (const item of found) expect(item.fix).not.toBe('');
  });

  it('never repeats a value, which could be a secret', () => {
    const files = withChange('fairlead.yaml', 'env: OPENAI_API_KEY', 'env: sk-live-0123456789');
    expect(JSON.stringify(buildProgram(files, exampleDay))).not.toContain('sk-live');
  });

  it('names the person who would approve their own work', () => {
    let text = exampleFiles.get('teams.yaml') ?? '';
    for (const id of ['yusuf.demir', 'clara.voss'])
      text = text.replace(new RegExp(`(id: ${id}, .*roles: \\[)legal`), '$1engineer');
    text = text.replace('name: Ines Lopes, roles: [product]', 'name: Ines Lopes, roles: [product, legal]');
    const { findings } = buildProgram(withFile('teams.yaml', text), exampleDay);
    const found = findings.filter((item) => item.code === 'program.owner-is-only-approver');
    expect(found[0]?.message).toMatch(/"ines\.lopes" prepares vendor-approval/);
  });

  it('hands out no program with an error, and one with warnings', () => {
    expect(buildProgram(withoutFile('vendors/openai.yaml'), exampleDay).program).toBeNull();
    const warned = buildProgram(
      withChange('models.yaml', ', price: { input: 0.13, output: 0 }', ''),
      exampleDay,
    );
    expect(warned.program).not.toBeNull();
  });

  it('writes nothing that steers a terminal', () => {
    const made = finding('program.value', 'a\u001b[31m.yaml', { line: 1, column: 1 }, 'x\u202ey\nz');
    expect(`${made.file} ${made.message}`).toBe('a?[31m.yaml x?y?z');
  });

  it('has a fix for every code', () => {
    for (const [code, [, fix]] of Object.entries(findingCatalogue)) {
      expect(code).toMatch(/^program\.[a-z-]+$/);
      expect(fix.length).toBeGreaterThan(10);
    }
  });
});
