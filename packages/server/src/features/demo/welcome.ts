/** The line that scripts read. */
export interface DemoReady {
  readonly ready: true;
  readonly gateway: string;
  readonly console: string;
  /** Address that signs a browser in, once; empty while there is no console. */
  readonly signIn: string;
  readonly keys: { readonly allowed: string; readonly unlisted: string; readonly outsideStage: string };
  readonly adminToken: string;
  /** Enrols one machine for the person of the allowed key, within ten minutes. */
  readonly enrolmentCode: string;
}

interface Around {
  readonly dataDir: string;
  /** Whether a history is about to be made, or isn't because the folder holds calls or facts already, or nobody wants it. */
  readonly history: 'begins' | 'stands' | 'unwanted';
}

const madeNow = [
  'For about a minute from now, simulated colleagues work through this gateway, so that there is',
  'something to look at: real calls, real decisions, real entries, marked "origin":"demo".',
];

const none = (dataDir: string) => [
  `No history is made: ${dataDir} holds calls or facts of an earlier start. For a new one, stop and`,
  `     rm -r ${dataDir} ${dataDir.replace(/\/+$/, '')}.keys`,
];

/** What a person sees who starts the demo in a terminal of 100 columns: where it is, and three things to try. */
export function welcome(
  { gateway, console, signIn, keys, adminToken, enrolmentCode }: Omit<DemoReady, 'ready'>,
  { dataDir, history }: Around,
): string {
  const call = (key: string) => [
    `     curl -i ${gateway}/v1/chat/completions -H "Authorization: Bearer $${key}" \\`,
    "       -H 'Content-Type: application/json' \\",
    `       -d '{"model":"gpt-5.5","messages":[{"role":"user","content":"Say hello."}]}'`,
  ];
  return [
    '',
    ...(signIn === ''
      ? []
      : [`Look around: ${signIn}`, '(signs one browser in, once, within five minutes)', '']),
    'Fairlead runs the example program of a fictional company. A stand-in plays the model vendors,',
    'so no account is needed.',
    `  gateway  ${gateway}    OpenAI-shaped clients: ${gateway}/v1`,
    `  control  ${console}    token: ${adminToken}`,
    '',
    ...(history === 'begins' ? [...madeNow, ''] : history === 'stands' ? [...none(dataDir), ''] : []),
    'Three things to try in another terminal, in this folder:',
    '',
    '1. A call that is allowed',
    `     ALLOWED=${keys.allowed}`,
    ...call('ALLOWED'),
    '',
    '2. The same from a repository that is not on the allowlist: refused, and told why',
    `     UNLISTED=${keys.unlisted}`,
    ...call('UNLISTED'),
    '',
    '3. An assistant: enrol this machine (the code works once, within ten minutes) …',
    `     bin/fairlead enroll --server ${console} \\`,
    `       --code ${enrolmentCode}`,
    '   … and start claude, codex or copilot in a repository of that name; an empty one will do',
    '     git init -q /tmp/payments-api',
    '     git -C /tmp/payments-api remote add origin git@github.com:acme/payments-api.git',
    '     bin/fairlead run -C /tmp/payments-api -- claude',
    '',
    'What was recorded, each call before it was made, and another sign-in link:',
    `     bin/fairlead ledger list --data ${dataDir} --kind decision --limit 20`,
    `     bin/fairlead sign-in --data ${dataDir} --principal robin.vale`,
    '',
    'Ctrl-C stops. The keys are good until the next start, the enrolment for a day.',
    '',
  ].join('\n');
}
