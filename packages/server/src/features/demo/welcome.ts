/** The line that scripts read. */
export interface DemoReady {
  readonly ready: true;
  readonly gateway: string;
  readonly console: string;
  readonly signIn: string;
  readonly keys: { readonly allowed: string; readonly unlisted: string; readonly outsideStage: string };
  readonly adminToken: string;
}

/** What a person sees who starts the demo in a terminal: what runs, and one call of each kind to try. */
export function welcome(
  { gateway, console, keys, adminToken }: Omit<DemoReady, 'ready'>,
  dataDir: string,
): string {
  const call = (key: string) =>
    `  curl -i ${gateway}/v1/chat/completions -H "Authorization: Bearer ${key}" \\\n` +
    `    -H 'Content-Type: application/json' -d '{"model":"gpt-5.5","messages":[{"role":"user","content":"Say hello."}]}'`;
  return [
    '',
    'Fairlead runs the example program of a fictional company, with a sample vendor: no account is needed.',
    `  gateway   ${gateway}   (OpenAI-shaped clients: ${gateway}/v1)`,
    `  control   ${console}   (Authorization: Bearer ${adminToken})`,
    '',
    'A call that is allowed (an engineer of the pilot, in an allowlisted repository):',
    call(keys.allowed),
    'The same person in a repository that is not on the allowlist is refused, and told why:',
    call(keys.unlisted),
    'And an engineer whose team the stage does not include yet:',
    `  KEY=${keys.outsideStage}`,
    '',
    'What was recorded, before each call:',
    `  bin/fairlead ledger list --data ${dataDir}`,
    `  bin/fairlead ledger verify --data ${dataDir}`,
    'A real assistant through it:',
    `  ANTHROPIC_BASE_URL=${gateway} ANTHROPIC_AUTH_TOKEN=${keys.allowed} claude`,
    '',
    'Ctrl-C stops; the keys end with the next start.',
    '',
  ].join('\n');
}
