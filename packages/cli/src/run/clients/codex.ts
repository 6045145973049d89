import { FairleadError } from '@fairlead/core/errors';
import { hasOption, refuseArguments, without } from './arguments.ts';
import type { RunnableClient, Setting } from './types.ts';

const contrary = /^(?:OPENAI_(?:API_KEY|BASE_URL|ORGANIZATION|PROJECT)|CODEX_(?:API_KEY|ACCESS_TOKEN))$/;
const tokenVariable = 'FAIRLEAD_ASSISTANT_TOKEN';

/** Codex: a provider of the run's own, given with `-c`, which stands above every config file. */
export const codex: RunnableClient = {
  command: 'codex',
  assistant: 'codex',
  start(setting) {
    const { args, credential, environment } = setting;
    refuseArguments(
      args,
      (argument) => hasOption([argument], '--oss', '--local-provider') || isProvider(argument),
    );
    const own = without(environment, contrary);
    const token = credential.kind === 'token' ? { [tokenVariable]: credential.token } : {};
    return {
      args: [...overrides(setting).flatMap((override) => ['-c', override]), ...args],
      environment: { ...own, ...token },
      files: new Map(),
    };
  },
};

function isProvider(argument: string): boolean {
  return /^(?:-c|--config=)?\s*(?:model_provider|model_providers\.[^=]*|openai_base_url|chatgpt_base_url)\s*=/.test(
    argument,
  );
}

function overrides(setting: Setting): readonly string[] {
  const provider = `{name="Fairlead",base_url=${toml(`${setting.gateway}/v1`)},wire_api="responses",${authOf(setting)}}`;
  const chosen = hasOption(setting.args, '-m', '--model') ? [] : [`model=${toml(modelOf(setting))}`];
  return ['model_provider="fairlead"', `model_providers.fairlead=${provider}`, ...chosen];
}

function authOf({ credential }: Setting): string {
  if (credential.kind === 'token') return `env_key=${toml(tokenVariable)}`;
  const [command = '', ...args] = credential.command;
  const times = `timeout_ms=15000,refresh_interval_ms=${credential.refreshSeconds * 1_000}`;
  return `auth={command=${toml(command)},args=[${args.map(toml).join(',')}],${times}}`;
}

/** A model made for it, else the first one of its dialect. */
function modelOf({ model, models }: Setting): string {
  const own = models.filter(({ dialect }) => dialect === 'openai').map(({ id }) => id);
  const chosen = model ?? own.find((id) => id.includes('codex')) ?? own[0];
  if (chosen === undefined) throw new FairleadError('run.no-model');
  return chosen;
}

/** A basic string of TOML, which takes JSON's escapes. */
function toml(text: string): string {
  return JSON.stringify(text);
}
