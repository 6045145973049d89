import type { PolicyMeta } from '@fairlead/core/policy';
import type { Program } from '@fairlead/core/program';
import { z } from 'zod';
import { type ControlApp, granted } from '../../platform/http/index.ts';
import type { ActiveBundle } from '../gateway/api.ts';

const named = z.object({ id: z.string(), name: z.string() });
const programView = z.object({
  organisation: named,
  stage: z.object({ id: z.string(), rank: z.number() }),
  bundle: z.string().describe('Digest of the program in force'),
  unsigned: z.boolean(),
  engine: z.enum(['compiled', 'cedar-wasm']),
  activatedAt: z.string(),
  principals: z.array(
    named.extend({
      kind: z.enum(['human', 'service']),
      teams: z.array(z.string()),
      roles: z.array(z.string()),
    }),
  ),
  assistants: z.array(named),
  repositories: z.array(
    z.object({
      id: z.string(),
      classification: z.enum(['public', 'internal', 'confidential', 'restricted']),
      allowlisted: z.boolean(),
      team: z.string(),
    }),
  ),
  vendors: z.array(named.extend({ dialect: z.enum(['openai', 'anthropic']), host: z.string() })),
  models: z.array(z.object({ id: z.string(), vendor: z.string() })),
  policies: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      severity: z.string(),
      advice: z.string(),
      owner: z.string(),
      control: z.string(),
      file: z.string(),
    }),
  ),
});

export interface ProgramInForce {
  readonly bundle: () => ActiveBundle;
  /** Milliseconds since the epoch. */
  readonly activatedAt: number;
  /** A local directory that nobody signed. */
  readonly unsigned: boolean;
}

/** What is in force: names the console shows and offers. */
export function programRoutes(app: ControlApp, { bundle, activatedAt, unsigned }: ProgramInForce): void {
  app.get(
    '/api/program',
    {
      config: { access: granted('ReadConfiguration', 'keys', 'audit'), privacy: 'system' },
      schema: {
        tags: ['program'],
        operationId: 'program',
        summary: 'The program in force',
        response: { 200: programView },
      },
    },
    async () => {
      const { digest, engine, index } = bundle();
      const { program, stage } = index;
      return {
        ...listsOf(program),
        organisation: { id: program.organisation.id, name: program.organisation.name },
        stage: { id: stage.id, rank: stage.rank },
        bundle: digest,
        unsigned,
        engine: engine.kind,
        activatedAt: new Date(activatedAt).toISOString(),
        principals: principalsOf(program),
        policies: engine.policies.map(policyOf),
      };
    },
  );
}

function listsOf({ assistants, repositories, vendors, models }: Program) {
  return {
    assistants: assistants.map(({ id, name }) => ({ id, name })),
    repositories: repositories.map(({ id, classification, allowlisted, team }) => ({
      id,
      classification,
      allowlisted,
      team,
    })),
    vendors: vendors.map(({ id, name, dialect, baseUrl }) => ({
      id,
      name,
      dialect,
      host: new URL(baseUrl).host,
    })),
    models: models.map(({ id, vendor }) => ({ id, vendor })),
  };
}

/** Each person and service account once, with every team and role they have. */
function principalsOf({ teams }: Program) {
  const found = new Map<
    string,
    { id: string; name: string; kind: 'human' | 'service'; teams: string[]; roles: string[] }
  >();
  for (const team of teams) {
    for (const { id, name, kind, roles } of team.members) {
      const known = found.get(id) ?? { id, name, kind, teams: [], roles: [] };
      known.teams.push(team.id);
      known.roles = [...new Set([...known.roles, ...roles])].sort();
      found.set(id, known);
    }
  }
  return [...found.values()];
}

function policyOf({ id, annotations, file }: PolicyMeta) {
  const { title = id, severity = '', advice = '', owner = '', control = '' } = annotations;
  return { id, title, severity, advice, owner, control, file };
}
