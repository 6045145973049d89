import type { ProgramIndex } from '@fairlead/core/decision';
import { FairleadError } from '@fairlead/core/errors';
import { z } from 'zod';
import { type ControlApp, ownCredential } from '../../platform/http/index.ts';
import type { DeviceRow, Devices } from './api.ts';
import { line } from './routes.ts';
import { type RunTerms, termsOf } from './terms.ts';

/** What the routes of a run need beside the devices. */
export interface RunContext {
  readonly devices: Devices;
  readonly index: () => ProgramIndex | null;
  /** Base URL of the gateway as clients reach it, without `/v1`. */
  readonly gateway: () => string;
}

const run = z.strictObject({ assistant: line, remotes: z.array(line).min(1).max(20) });
const terms = z.object({
  gateway: z.string(),
  assistant: z.string(),
  repositories: z.array(z.string()),
  repositoryEvidence: z.enum(['token', 'claim']),
  tokenLifeSeconds: z.number(),
  models: z.array(z.object({ id: z.string(), dialect: z.enum(['openai', 'anthropic']) })),
  mcpServers: z.array(
    z.object({ id: z.string(), url: z.string().nullable(), command: z.array(z.string()).nullable() }),
  ),
});
const minted = z.object({
  id: z.string(),
  token: z.string(),
  /** Relative, so that the device's own clock doesn't matter. */
  lifeSeconds: z.number(),
  repositories: z.array(z.string()),
});

/** What `fairlead run` asks: each request carries the login of its device, which the route itself looks at. */
export function runRoutes(app: ControlApp, context: RunContext): void {
  const { devices } = context;
  const tags = ['run'];
  app.post(
    '/api/run/terms',
    {
      config: { access: ownCredential('the login of a device'), privacy: 'subject' },
      schema: {
        tags,
        operationId: 'runTerms',
        summary: 'What a run in these repositories may do, before anything is started',
        body: run,
        response: { 200: terms },
      },
    },
    async ({ body, headers }) => wire(termsOf(context, deviceOf(devices, headers.authorization), body)),
  );
  app.post(
    '/api/run/tokens',
    {
      config: { access: ownCredential('the login of a device'), privacy: 'subject' },
      schema: {
        tags,
        operationId: 'mintToken',
        summary: 'Mint a token for an assistant in these repositories',
        body: run.extend({ use: z.enum(['refresh', 'session']).default('refresh') }),
        response: { 201: minted },
      },
    },
    async ({ body, headers }, reply) => {
      const { use, ...request } = body;
      const device = deviceOf(devices, headers.authorization);
      const { id, token, lifeSeconds, repositories } = await devices.mint(device, request, use);
      reply.code(201);
      return { id, token, lifeSeconds, repositories: [...repositories] };
    },
  );
  app.post(
    '/api/run/tokens/end',
    {
      config: { access: ownCredential('the login of a device'), privacy: 'subject' },
      schema: {
        tags,
        operationId: 'endToken',
        summary: 'End a token of this device, when its run is over',
        body: z.strictObject({ token: z.string().max(10_000) }),
        response: { 200: z.object({ ok: z.literal(true) }) },
      },
    },
    async ({ body, headers }) => {
      await devices.endToken(deviceOf(devices, headers.authorization), body.token);
      return { ok: true as const };
    },
  );
}

function deviceOf(devices: Devices, authorization: string | undefined): DeviceRow {
  const login = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  const device = login === undefined ? null : devices.authenticateLogin(login);
  if (device === null) throw new FairleadError('identity.login-invalid');
  return device;
}

function wire({ repositories, models, mcpServers, ...rest }: RunTerms) {
  return {
    ...rest,
    repositories: [...repositories],
    models: [...models],
    mcpServers: mcpServers.map(({ id, url, command }) => ({ id, url, command: command && [...command] })),
  };
}
