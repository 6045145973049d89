import { describe, expect, it } from 'vitest';
import { shellLine } from './arguments.ts';
import { clientOf, type Setting } from './index.ts';

const gateway = 'http://127.0.0.1:7420';
const models: Setting['models'] = [
  { id: 'gpt-5.5', dialect: 'openai' },
  { id: 'gpt-5.5-codex', dialect: 'openai' },
  { id: 'claude-sonnet-5', dialect: 'anthropic' },
];
const setting = (more: Partial<Setting> = {}): Setting => ({
  gateway,
  folder: '/tmp/run',
  args: [],
  model: null,
  models,
  credential: {
    kind: 'command',
    command: ['/usr/bin/node', '/o’brien/it’s "here".js', '--run', '/tmp/run'],
    refreshSeconds: 200,
  },
  environment: { PATH: '/bin', HOME: '/h' },
  ...more,
});
const start = (name: string, more: Partial<Setting> = {}) => {
  const client = clientOf(name);
  if (!client) throw new Error(`no client ${name}`);
  return client.start(setting(more));
};
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('a command', () => {
  it.each(['claude', '/opt/bin/claude', 'C:\\bin\\claude.exe', 'Claude.CMD'])(
    '%s is Claude Code',
    (command) => {
      expect(clientOf(command)?.assistant).toBe('claude-code');
    },
  );
  it.each(['', 'claude-2', 'not/claude/x', 'sh'])('%j is none', (command) =>
    expect(clientOf(command)).toBeUndefined(),
  );
});

describe('Claude Code', () => {
  it('gets a settings file in which no other credential is left', () => {
    const { args, environment, files } = start('claude', {
      args: ['-p', 'Hi'],
      environment: {
        HOME: '/h',
        ANTHROPIC_API_KEY: 'x',
        ANTHROPIC_AUTH_TOKEN: 'x',
        CLAUDE_CODE_USE_BEDROCK: '1',
      },
    });
    expect(args).toEqual(['--settings', '/tmp/run/claude-settings.json', '-p', 'Hi']);
    expect(environment).toEqual({ HOME: '/h', ANTHROPIC_BASE_URL: gateway });
    const settings = JSON.parse(files.get('claude-settings.json') ?? '');
    expect(settings.apiKeyHelper).toContain('--run');
    expect(settings.env).toMatchObject({
      ANTHROPIC_BASE_URL: gateway,
      ANTHROPIC_API_KEY: '',
      ANTHROPIC_AUTH_TOKEN: '',
      CLAUDE_CODE_USE_BEDROCK: '',
      CLAUDE_CODE_API_KEY_HELPER_TTL_MS: '200000',
    });
  });

  it('gets a token of the session where no helper is wanted, in that file alone', () => {
    const { args, environment, files } = start('claude', { credential: { kind: 'token', token: 'fla_x' } });
    expect(JSON.parse(files.get('claude-settings.json') ?? '').env.ANTHROPIC_AUTH_TOKEN).toBe('fla_x');
    expect(files.get('claude-settings.json')).not.toContain('apiKeyHelper');
    expect(JSON.stringify([args, environment])).not.toContain('fla_x');
  });

  it('takes a model, and no other settings file', () => {
    expect(start('claude', { model: 'claude-sonnet-5' }).args).toContain('claude-sonnet-5');
    for (const args of [
      ['--settings', 'x'],
      ['-p', '--settings=x'],
    ]) {
      expect(() => start('claude', { args })).toThrow(code('run.argument-refused'));
    }
  });
});

describe('Codex', () => {
  it('gets a provider of its own on the command line', () => {
    const { args, environment, files } = start('codex', {
      args: ['exec', 'Hi'],
      environment: { OPENAI_API_KEY: 'x', OPENAI_BASE_URL: 'x', HOME: '/h' },
    });
    expect(args.slice(-2)).toEqual(['exec', 'Hi']);
    const overrides = args.filter((_, at) => args[at - 1] === '-c');
    expect(overrides).toContain('model_provider="fairlead"');
    expect(overrides).toContain('model="gpt-5.5-codex"');
    const provider = overrides.find((one) => one.startsWith('model_providers.fairlead=')) ?? '';
    expect(provider).toContain(`base_url="${gateway}/v1",wire_api="responses"`);
    expect(provider).toContain(
      'command="/usr/bin/node",args=["/o’brien/it’s \\"here\\".js","--run","/tmp/run"]',
    );
    expect(provider).toContain('refresh_interval_ms=200000');
    expect(environment).toEqual({ HOME: '/h' });
    expect(files.size).toBe(0);
  });

  it('gets a token of the session through a variable', () => {
    const { args, environment } = start('codex', { credential: { kind: 'token', token: 'fla_x' } });
    expect(environment.FAIRLEAD_ASSISTANT_TOKEN).toBe('fla_x');
    expect(args.join(' ')).toContain('env_key="FAIRLEAD_ASSISTANT_TOKEN"');
    expect(args.join(' ')).not.toContain('fla_x');
  });

  it('leaves the model to its user’s own argument, and needs one otherwise', () => {
    expect(start('codex', { args: ['-m', 'mine'] }).args.join(' ')).not.toContain('model="');
    expect(start('codex', { model: 'gpt-5.4' }).args).toContain('model="gpt-5.4"');
    expect(start('codex', { models: models.slice(0, 1) }).args).toContain('model="gpt-5.5"');
    expect(() => start('codex', { models: [] })).toThrow(code('run.no-model'));
  });

  it.each([
    ['--oss'],
    ['-c', 'model_provider="evil"'],
    ['-cmodel_provider=evil'],
    ['--config', 'model_providers.fairlead.base_url="x"'],
    ['--config=openai_base_url="x"'],
    ['--local-provider=ollama'],
  ])('refuses %s %s', (...args) => {
    expect(() => start('codex', { args })).toThrow(code('run.argument-refused'));
  });

  it('takes words that only speak of it', () => {
    const args = [
      'exec',
      'model_provider is a setting; what does it do?',
      '-c',
      'model_reasoning_effort="high"',
    ];
    expect(start('codex', { args }).args.slice(-4)).toEqual(args);
  });
});

describe('Copilot CLI', () => {
  it('gets its provider through variables, and none of another', () => {
    const { args, environment } = start('copilot', {
      args: ['-p', 'Hi'],
      environment: { HOME: '/h', COPILOT_PROVIDER_BEARER_TOKEN: 'x', COPILOT_PROVIDER_HEADERS: 'x: y' },
    });
    expect(args).toEqual(['-p', 'Hi']);
    expect(environment).toEqual({
      HOME: '/h',
      COPILOT_OFFLINE: 'true',
      COPILOT_PROVIDER_BASE_URL: `${gateway}/v1`,
      COPILOT_PROVIDER_TYPE: 'openai',
      COPILOT_MODEL: 'gpt-5.5',
      COPILOT_PROVIDER_API_KEY_COMMAND: expect.stringContaining('--run'),
    });
  });

  it('follows the model that its user names, in the dialect it has', () => {
    const anthropic = { COPILOT_PROVIDER_TYPE: 'anthropic', COPILOT_PROVIDER_BASE_URL: gateway };
    for (const more of [
      { model: 'claude-sonnet-5' },
      { args: ['--model', 'claude-sonnet-5'] },
      { args: ['--model=claude-sonnet-5'] },
      { environment: { COPILOT_MODEL: 'claude-sonnet-5' } },
      { models: models.slice(2) },
    ]) {
      expect(start('copilot', more).environment).toMatchObject({
        ...anthropic,
        COPILOT_MODEL: 'claude-sonnet-5',
      });
    }
    expect(() => start('copilot', { models: [] })).toThrow(code('run.no-model'));
    expect(start('copilot', { credential: { kind: 'token', token: 'fla_x' } }).environment).toMatchObject({
      COPILOT_PROVIDER_API_KEY: 'fla_x',
    });
  });
});

describe('a command line', () => {
  it.skipIf(process.platform === 'win32')('means the same words to a shell', async () => {
    const { execFileSync } = await import('node:child_process');
    const words = ['printf', '%s|', "it's", '$HOME', '`id`', '"x"', 'a b', '\\', '*'];
    expect(execFileSync('sh', ['-c', shellLine(words)], { encoding: 'utf8' })).toBe(
      `${words.slice(2).join('|')}|`,
    );
  });
});
