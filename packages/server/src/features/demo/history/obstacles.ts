/* Sessions that policy refuses, sooner or later, each for a reason that happens in real organisations. */
import type { Program, ProgramRepository } from '@fairlead/core/program';
import { chat, endingWith, toolConversation } from './conversations.ts';
import { customerTable, inventedDatabaseUrl, inventedToken, logLines } from './material.ts';
import type { Colleague, Staff } from './people.ts';
import type { Seeded } from './seeded.ts';
import { beginSession } from './sessions.ts';
import type { PlannedCall, Session } from './types.ts';

/** What an obstacle is made from. */
interface Setting {
  readonly seeded: Seeded;
  readonly program: Program;
  readonly staff: Staff;
}

type Obstacle = (setting: Setting) => Session;

/** Only the first `count` calls, the last of them sent again `repeats` times: a client that is refused stops. */
function only(count: number, repeats = 0) {
  return (calls: readonly PlannedCall[]): readonly PlannedCall[] =>
    calls
      .slice(0, count)
      .map((call, at) => (at === Math.min(count, calls.length) - 1 ? { ...call, repeats } : call));
}

/** As far as the conversation went: all calls, the last of them sent again. */
const stopped = (repeats: number) => (calls: readonly PlannedCall[]) => only(calls.length, repeats)(calls);

function someone({ seeded, staff }: Setting): Colleague {
  return seeded.pick(staff.included);
}

/** Someone of an included team and a repository of theirs with this classification. */
function somewhere(
  setting: Setting,
  classification: string,
): { principal: string; repository: ProgramRepository } {
  const fitting = setting.staff.included.flatMap(({ principal, repositories }) =>
    repositories
      .filter((repository) => repository.allowlisted && repository.classification === classification)
      .map((repository) => ({ principal, repository })),
  );
  return setting.seeded.pick(fitting);
}

function named(
  program: Program,
  wanted: (repository: ProgramRepository) => boolean,
): readonly ProgramRepository[] {
  return program.repositories.filter(wanted);
}

const unlisted: Obstacle = (setting) => {
  const { seeded, program } = setting;
  const repository = seeded.chance(0.3)
    ? 'github.com/acme/weekend-prototype'
    : seeded.pick(named(program, ({ allowlisted }) => !allowlisted));
  const { principal } = someone(setting);
  return beginSession(seeded, { principal, repository, calls: only(2, seeded.whole(0, 2)) });
};

const outsideStage: Obstacle = ({ seeded, staff }) => {
  const { principal, repositories } = seeded.pick(staff.waiting);
  const repository = seeded.pick(repositories.filter(({ allowlisted }) => allowlisted));
  return beginSession(seeded, { principal, repository, calls: only(2, seeded.whole(0, 1)) });
};

const oldModel: Obstacle = (setting) => {
  const { seeded } = setting;
  const { principal, repository } = somewhere(setting, 'internal');
  const chosen = seeded.pick([
    { assistant: 'copilot-cli', model: 'gpt-4o' },
    { assistant: 'opencode', model: 'gpt-5-mini' },
    { assistant: 'codex', model: 'gpt-5.2-codex' },
  ] as const);
  return beginSession(seeded, { principal, repository, ...chosen, calls: only(1, seeded.whole(0, 2)) });
};

const secretInLog: Obstacle = (setting) => {
  const { seeded } = setting;
  const { principal, repository } = somewhere(setting, seeded.pick(['internal', 'confidential']));
  const secret = seeded.chance(0.6)
    ? `using token ${inventedToken(seeded)}`
    : `connect ${inventedDatabaseUrl(seeded)}`;
  const log = `${logLines(seeded, 20)}\n09:41:12 WARN ${secret}\n${logLines(seeded, 8)}`;
  const turns = endingWith(toolConversation(seeded, repository.id, 0), log);
  const repeats = seeded.whole(0, 2);
  return beginSession(seeded, { principal, repository, tools: true, turns, calls: stopped(repeats) });
};

const customerExport: Obstacle = (setting) => {
  const { seeded } = setting;
  const { principal, repository } = somewhere(setting, 'internal');
  const table = customerTable(seeded);
  const turns = seeded.chance(0.5)
    ? endingWith(toolConversation(seeded, repository.id, 0), table)
    : chat(seeded, 1).map((turn, at) =>
        at === 0 ? { ...turn, text: `Why does the import fail on this?\n\n${table}` } : turn,
      );
  return beginSession(seeded, {
    principal,
    repository,
    tools: true,
    turns,
    calls: stopped(seeded.whole(0, 1)),
  });
};

const serverTools: Obstacle = (setting) => {
  const { seeded } = setting;
  const where = somewhere(setting, 'confidential');
  return beginSession(seeded, {
    ...where,
    assistant: 'codex',
    tools: true,
    webSearch: true,
    calls: only(1, 1),
  });
};

const storedResponse: Obstacle = (setting) => {
  const { seeded } = setting;
  const oddity = { is: 'stored-response' } as const;
  return beginSession(seeded, {
    ...somewhere(setting, 'internal'),
    assistant: 'codex',
    oddity,
    calls: only(1),
  });
};

const otherRemote: Obstacle = (setting) => {
  const { seeded } = setting;
  const remote = seeded.pick([
    'https://github.com/elsewhere-oss/toolkit.git',
    'git@github.com:acme/skunkworks.git',
  ]);
  const oddity = { is: 'other-remote', remote } as const;
  return beginSession(seeded, {
    ...somewhere(setting, 'internal'),
    assistant: 'codex',
    oddity,
    calls: only(1, 1),
  });
};

const otherClaim: Obstacle = (setting) => {
  const { seeded } = setting;
  const oddity = { is: 'other-claim', repository: 'github.com/acme/erp-bridge' } as const;
  return beginSession(seeded, {
    ...somewhere(setting, 'internal'),
    assistant: 'claude-code',
    oddity,
    calls: only(2),
  });
};

const vendorForConfidential: Obstacle = (setting) => {
  const { seeded } = setting;
  const where = somewhere(setting, 'confidential');
  const chosen = seeded.pick([
    { assistant: 'copilot-cli', model: 'gpt-5.5', tools: true },
    { assistant: 'codex', model: 'gpt-5.5-codex', tools: true },
  ] as const);
  return beginSession(seeded, { ...where, ...chosen, webSearch: false, calls: only(1, seeded.whole(0, 1)) });
};

const agentOnRestricted: Obstacle = (setting) => {
  const { seeded } = setting;
  const where = somewhere(setting, 'restricted');
  const assistant = seeded.pick(['copilot-cli', 'claude-code'] as const);
  return beginSession(seeded, { ...where, assistant, tools: true, calls: only(2) });
};

const unsanctionedServer: Obstacle = (setting) => {
  const { seeded } = setting;
  const assistant = seeded.pick(['claude-code', 'copilot-cli'] as const);
  const oddity = { is: 'mcp-server', server: seeded.pick(['browser', 'clipboard-sync']) } as const;
  return beginSession(seeded, {
    ...somewhere(setting, 'internal'),
    assistant,
    tools: true,
    oddity,
    calls: only(2),
  });
};

const capability: Obstacle = (setting) => {
  const { seeded } = setting;
  return beginSession(seeded, {
    ...somewhere(setting, 'internal'),
    assistant: 'review-bot',
    tools: true,
    calls: only(1),
  });
};

const serviceOnConfidential: Obstacle = (setting) => {
  const { seeded, program, staff } = setting;
  const { principal } = seeded.pick(staff.services);
  const repository = seeded.pick(
    named(
      program,
      ({ id, classification }) => classification === 'confidential' && id.endsWith('/ledger-core'),
    ),
  );
  return beginSession(seeded, {
    principal,
    repository,
    assistant: 'review-bot',
    tools: false,
    calls: only(1, 1),
  });
};

const twoReadings: Obstacle = (setting) => {
  const { seeded } = setting;
  const oddity = { is: 'duplicate-key' } as const;
  return beginSession(seeded, {
    ...somewhere(setting, 'internal'),
    assistant: 'opencode',
    oddity,
    calls: only(1),
  });
};

/** Each obstacle with how often a day has it. */
const share: readonly (readonly [Obstacle, number])[] = [
  [unlisted, 6],
  [outsideStage, 6],
  [oldModel, 5],
  [secretInLog, 7],
  [customerExport, 4],
  [serverTools, 3],
  [storedResponse, 1],
  [otherRemote, 3],
  [otherClaim, 1],
  [vendorForConfidential, 4],
  [agentOnRestricted, 3],
  [unsanctionedServer, 3],
  [capability, 2],
  [serviceOnConfidential, 2],
  [twoReadings, 1],
];

/** The refused sessions of the day, in no order. */
export function obstacles(program: Program, staff: Staff, seeded: Seeded): Session[] {
  const setting = { seeded, program, staff };
  return share.flatMap(([obstacle, count]) => Array.from({ length: count }, () => obstacle(setting)));
}
