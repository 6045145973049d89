/** What a run gives an assistant: the program's terms, and how it gets its tokens. */
export interface Setting {
  /** Gateway's base URL, without `/v1`. */
  readonly gateway: string;
  /** Folder of this run alone (0700), removed after it. */
  readonly folder: string;
  /** Arguments of the user, without the command. */
  readonly args: readonly string[];
  /** What the user asked for with `--model`, else null. */
  readonly model: string | null;
  /** Models of the stage in force, in the program's order. */
  readonly models: readonly { readonly id: string; readonly dialect: 'openai' | 'anthropic' }[];
  /** A command that prints a fresh token, or a token for the whole session. */
  readonly credential:
    | { readonly kind: 'command'; readonly command: readonly string[]; readonly refreshSeconds: number }
    | { readonly kind: 'token'; readonly token: string };
  readonly environment: NodeJS.ProcessEnv;
}

/** How an assistant is started. Nothing of its user's own files is touched. */
export interface Start {
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Files to write first, by name inside the run's folder. */
  readonly files: ReadonlyMap<string, string>;
}

/** An assistant that `fairlead run` can start. */
export interface RunnableClient {
  /** Name of its command. */
  readonly command: string;
  /** Id in assistants.yaml. */
  readonly assistant: string;
  /** @throws FairleadError `run.argument-refused`, `run.no-model` */
  start(setting: Setting): Start;
}
