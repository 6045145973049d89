import type { ProgramIndex } from '@fairlead/core/decision';
import type { DeviceRow, Devices, RunRequest } from './api.ts';

/** What a run is told before it starts an assistant. */
export interface RunTerms {
  readonly gateway: string;
  readonly assistant: string;
  readonly repositories: readonly string[];
  readonly repositoryEvidence: 'token' | 'claim';
  readonly tokenLifeSeconds: number;
  /** Those of the stage in force that one vendor lists, in the program's order: what a client may be started with. */
  readonly models: readonly { readonly id: string; readonly dialect: 'openai' | 'anthropic' }[];
  /** Those that the program approves. */
  readonly mcpServers: readonly {
    readonly id: string;
    readonly url: string | null;
    readonly command: readonly string[] | null;
  }[];
}

interface Context {
  readonly devices: Pick<Devices, 'grant' | 'tokenLifeSeconds'>;
  readonly index: () => ProgramIndex | null;
  readonly gateway: () => string;
}

/** @throws FairleadError as {@link Devices.grant} */
export function termsOf(
  { devices, index, gateway }: Context,
  device: DeviceRow,
  request: RunRequest,
): RunTerms {
  const { repositories, evidence } = devices.grant(device, request);
  const program = index();
  const servers = program?.program.mcpServers ?? [];
  return {
    gateway: gateway(),
    assistant: request.assistant,
    repositories,
    repositoryEvidence: evidence,
    tokenLifeSeconds: devices.tokenLifeSeconds,
    models: program === null ? [] : modelsOf(program),
    mcpServers: servers
      .filter(({ sanctioned }) => sanctioned)
      .map(({ id, url = null, command = null }) => ({ id, url, command })),
  };
}

function modelsOf(index: ProgramIndex): RunTerms['models'] {
  const staged = index.program.models.filter(({ id }) => index.stage.models.includes(id));
  const agents = staged.filter(({ capabilities }) => capabilities.includes('agent'));
  return agents.flatMap(({ id }) =>
    (['openai', 'anthropic'] as const).flatMap((dialect) =>
      index.vendorsOf(id, dialect).length === 1 ? [{ id, dialect }] : [],
    ),
  );
}
