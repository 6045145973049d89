import { hasOption, refuseArguments, shellLine, without } from './arguments.ts';
import type { RunnableClient, Setting, Start } from './types.ts';

const settingsFile = 'claude-settings.json';

/** Variables that would name another vendor, or another credential than the run's. */
const contrary =
  /^(?:ANTHROPIC_(?:API_KEY|AUTH_TOKEN|BASE_URL|CUSTOM_HEADERS|UNIX_SOCKET)|CLAUDE_CODE_(?:USE_(?:BEDROCK|VERTEX|FOUNDRY)|OAUTH_TOKEN|API_KEY_HELPER_TTL_MS|SKIP_\w+_AUTH))$/;

/**
 * Claude Code: a settings file of the run's own, which stands above the user's and the project's settings. Variables
 * that the user's settings may set are set to nothing in it, else they would win over the helper.
 */
export const claude: RunnableClient = {
  command: 'claude',
  assistant: 'claude-code',
  start(setting) {
    const { args, model, environment } = setting;
    refuseArguments(args, (argument) => hasOption([argument], '--settings'));
    const file = `${setting.folder}/${settingsFile}`;
    const chosen = model === null ? [] : ['--model', model];
    return {
      args: ['--settings', file, ...chosen, ...args],
      environment: { ...without(environment, contrary), ANTHROPIC_BASE_URL: setting.gateway },
      files: new Map([[settingsFile, JSON.stringify(settingsOf(setting), null, 2)]]),
    } satisfies Start;
  },
};

function settingsOf({ gateway, credential }: Setting): object {
  const shared = {
    ANTHROPIC_BASE_URL: gateway,
    ANTHROPIC_API_KEY: '',
    ANTHROPIC_CUSTOM_HEADERS: '',
    CLAUDE_CODE_USE_BEDROCK: '',
    CLAUDE_CODE_USE_VERTEX: '',
    CLAUDE_CODE_USE_FOUNDRY: '',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  };
  if (credential.kind === 'token') return { env: { ...shared, ANTHROPIC_AUTH_TOKEN: credential.token } };
  return {
    apiKeyHelper: shellLine(credential.command),
    env: {
      ...shared,
      ANTHROPIC_AUTH_TOKEN: '',
      CLAUDE_CODE_API_KEY_HELPER_TTL_MS: String(credential.refreshSeconds * 1_000),
    },
  };
}
