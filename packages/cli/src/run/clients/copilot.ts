import { FairleadError } from '@fairlead/core/errors';
import { hasOption, shellLine, without } from './arguments.ts';
import type { RunnableClient, Setting } from './types.ts';

const contrary = /^(?:COPILOT_PROVIDER_\w+|COPILOT_OFFLINE)$/;

/** Copilot CLI: its own variables for another provider, offline towards everything else. */
export const copilot: RunnableClient = {
  command: 'copilot',
  assistant: 'copilot-cli',
  start(setting) {
    const { args, credential, environment } = setting;
    const provider = providerOf(setting);
    const command = credential.kind === 'command' ? shellLine(credential.command) : null;
    return {
      args,
      environment: {
        ...without(environment, contrary),
        COPILOT_OFFLINE: 'true',
        ...provider,
        ...(command === null ? {} : { COPILOT_PROVIDER_API_KEY_COMMAND: command }),
        ...(credential.kind === 'token' ? { COPILOT_PROVIDER_API_KEY: credential.token } : {}),
      },
      files: new Map(),
    };
  },
};

function providerOf({ gateway, model, models, args, environment }: Setting): NodeJS.ProcessEnv {
  const named = model ?? optionValue(args, '--model') ?? environment.COPILOT_MODEL ?? null;
  const openai = models.find(({ dialect }) => dialect === 'openai');
  const chosen = named === null ? (openai ?? models[0]) : (models.find(({ id }) => id === named) ?? openai);
  const id = named ?? chosen?.id;
  if (id === undefined) throw new FairleadError('run.no-model');
  // Its Anthropic wire adds `/v1` itself, the OpenAI-shaped one doesn't.
  const isAnthropic = chosen?.dialect === 'anthropic';
  return {
    COPILOT_PROVIDER_BASE_URL: isAnthropic ? gateway : `${gateway}/v1`,
    COPILOT_PROVIDER_TYPE: isAnthropic ? 'anthropic' : 'openai',
    COPILOT_MODEL: id,
  };
}

function optionValue(args: readonly string[], name: string): string | null {
  if (!hasOption(args, name)) return null;
  const at = args.indexOf(name);
  if (at !== -1) return args[at + 1] ?? null;
  return args.find((argument) => argument.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}
