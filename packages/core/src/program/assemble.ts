import { microUsd } from '../money/amounts.ts';
import type { Doc, Documents } from './documents.ts';
import { fullName } from './facts.ts';
import type { ManyData, SingleData } from './kinds.ts';
import type {
  Program,
  ProgramAssistant,
  ProgramContent,
  ProgramModel,
  ProgramRepository,
  ProgramRetention,
  ProgramStage,
  ProgramStream,
  ProgramTeam,
  ProgramVendor,
  SharingRule,
} from './types.ts';

/** Puts checked documents together to the value that decides calls; null while a needed file is missing. */
export function assembleProgram(documents: Documents): Program | null {
  const { single, many } = documents;
  const fairlead = single.fairlead?.data;
  const model = single['operating-model']?.data;
  const rollout = single.rollout?.data;
  const handling = single['data-handling']?.data;
  if (!fairlead || !model || !rollout || !handling) return null;
  if (!single.teams || !single.assistants || !single.repositories || !single.models) return null;
  const host = fairlead.organisation.defaultHost;
  return {
    organisation: fairlead.organisation,
    engine: fairlead.engine,
    network: fairlead.network,
    vendors: vendors(fairlead, many.vendor),
    models: models(single.models.data),
    teams: teams(single.teams.data, host),
    roles: Object.keys(model.roles).sort(),
    repositories: repositories(single.repositories.data, host),
    assistants: assistants(single.assistants.data),
    mcpServers: Object.entries(single.mcp?.data.servers ?? {}).map(([id, server]) => ({
      id,
      risk: server.risk,
      sanctioned: server.sanctioned,
      url: server.url,
      command: server.command,
    })),
    stages: stages(rollout, host),
    currentStage: rollout.currentStage,
    dataClasses: Object.entries(handling.classes).map(([id, { owner, title, advice }]) => ({
      id,
      owner,
      title,
      advice,
    })),
    sharing: sharing(handling),
    policies: documents.policies,
    controls: Object.entries(single.controls?.data.controls ?? {}).map(([id, control]) => ({
      id,
      ...control,
    })),
    ...(fairlead.content && { content: content(fairlead.content, host) }),
    ...(fairlead.retention && { retention: retention(fairlead.retention, handling) }),
    delivery: fairlead.delivery,
    streams: streams(fairlead),
    budgets: budgets(single.budgets?.data, host),
  };
}

function vendors(
  fairlead: SingleData<'fairlead'>,
  evaluations: readonly Doc<ManyData<'vendor'>>[],
): ProgramVendor[] {
  return Object.entries(fairlead.vendors).map(([id, vendor]) => {
    const evaluation = evaluations.find(({ data }) => data.vendor === id)?.data;
    const { credential } = vendor;
    return {
      id,
      name: vendor.name,
      dialect: vendor.dialect,
      baseUrl: vendor.baseUrl,
      auth: vendor.auth,
      credential:
        credential.mode === 'vendor-key' ? { mode: 'vendor-key', name: credential.env } : { mode: 'caller' },
      evaluated: evaluation !== undefined,
      evidenceValidUntil: earliest(evaluation?.evidence.map((item) => item.expires) ?? []),
      // Nothing known counts as the worst: it trains, nothing is signed, nothing is approved.
      trainsOnData: evaluation?.processing.trainsOnData ?? true,
      dpaSigned: evaluation?.processing.dpaSigned ?? false,
      retentionDays: evaluation?.processing.retentionDays ?? null,
      regions: evaluation?.processing.regions ?? [],
      approvedFor: evaluation?.approvedFor ?? [],
    };
  });
}

function content(
  { keep, whenNotKept, maxMegabytes }: NonNullable<SingleData<'fairlead'>['content']>,
  host: string,
): ProgramContent {
  const named = (names: readonly string[]) =>
    names.map((name) => (name === '*' ? name : fullName(name, host)));
  return {
    keep: keep.map(({ repositories: names, ...rest }) => ({ ...rest, repositories: named(names) })),
    whenNotKept,
    maxBytes: maxMegabytes * 1_000_000,
  };
}

function retention(
  times: NonNullable<SingleData<'fairlead'>['retention']>,
  { classes, sharing: rows }: SingleData<'data-handling'>,
): ProgramRetention {
  const own = Object.entries(classes).flatMap(([id, one]) => (one.retention ? [[id, one.retention]] : []));
  const shared = Object.entries(rows).flatMap(([id, row]) => {
    const cells = Object.entries(row).flatMap(([vendor, cell]) =>
      typeof cell === 'string' || cell.retentionDays === undefined ? [] : [[vendor, cell.retentionDays]],
    );
    return cells.length === 0 ? [] : [[id, Object.fromEntries(cells)]];
  });
  return { ...times, classes: Object.fromEntries(own), shared: Object.fromEntries(shared) };
}

function streams(fairlead: SingleData<'fairlead'>): ProgramStream[] {
  return Object.entries(fairlead.streams).map(([name, { format, from, to }]) => ({
    name,
    format,
    from,
    to:
      to.kind === 'file'
        ? { kind: 'file', maxBytes: to.maxMegabytes * 1_000_000, keep: to.keep }
        : { kind: 'webhook', url: to.url, auth: to.auth ?? null },
  }));
}

function earliest(days: readonly string[]): string | null {
  return [...days].sort()[0] ?? null;
}

function models(file: SingleData<'models'>): ProgramModel[] {
  return Object.entries(file.models).flatMap(([vendor, list]) =>
    Object.entries(list).map(([id, { capabilities, price, maxOutputTokens }]) => ({
      id,
      vendor,
      capabilities,
      price,
      maxOutputTokens,
    })),
  );
}

function budgets(file: SingleData<'budgets'> | undefined, host: string): Program['budgets'] {
  return {
    limits: (file?.limits ?? []).map(({ scope, subject, period, usd }) => ({
      scope,
      subject: scope === 'repository' && subject !== '*' ? fullName(subject, host) : subject,
      period,
      limit: microUsd(usd),
    })),
    calls: (file?.calls ?? []).map(({ subject, concurrent = null, perMinute = null }) => ({
      subject,
      concurrent,
      perMinute,
    })),
  };
}

const usualWeek = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '17:00' } as const;

function teams(file: SingleData<'teams'>, host: string): ProgramTeam[] {
  return Object.entries(file.teams).map(([id, team]) => ({
    id,
    name: team.name,
    members: team.members,
    repositories: team.repositories.map((name) => fullName(name, host)),
    calendar: {
      timeZone: team.timeZone,
      ...(team.workingWeek ?? usualWeek),
      holidays: team.holidays,
    },
  }));
}

function repositories(file: SingleData<'repositories'>, host: string): ProgramRepository[] {
  return Object.entries(file.repositories).map(([name, repository]) => ({
    id: fullName(name, host),
    classification: repository.classification,
    allowlisted: repository.allowlisted,
    team: repository.team,
    service: repository.service ?? null,
    aliases: repository.aliases.map((alias) => fullName(alias, host)),
  }));
}

function assistants(file: SingleData<'assistants'>): ProgramAssistant[] {
  return Object.entries(file.assistants).map(([id, { name, versions, capabilities, accounts }]) => ({
    id,
    name,
    versions,
    capabilities,
    ...(accounts !== undefined && { accounts }),
  }));
}

function stages(file: SingleData<'rollout'>, host: string): ProgramStage[] {
  return [...file.stages]
    .sort((a, b) => a.rank - b.rank)
    .map((stage) => ({
      id: stage.id,
      rank: stage.rank,
      teams: stage.teams,
      repositories: stage.repositories.map((name) => fullName(name, host)),
      capabilities: stage.capabilities,
      models: stage.models,
    }));
}

function sharing(file: SingleData<'data-handling'>): Program['sharing'] {
  const matrix: { [dataClass: string]: { [vendor: string]: SharingRule } } = {};
  for (const [dataClass, row] of Object.entries(file.sharing)) {
    const cells: { [vendor: string]: SharingRule } = {};
    for (const [vendor, cell] of Object.entries(row))
      cells[vendor] = typeof cell === 'string' ? cell : cell.rule;
    matrix[dataClass] = cells;
  }
  return matrix;
}
