import { z } from 'zod';
import { type ControlApp, granted, oneLine, ownCredential } from '../../platform/http/index.ts';
import type { Devices } from './api.ts';

export const line = oneLine(300);
const instant = z.iso.datetime({ offset: true }).describe('RFC 3339, such as 2030-01-31T12:00:00Z');
const iso = (milliseconds: number) => new Date(milliseconds).toISOString();
const byId = z.object({ id: z.string().max(64) });
const reason = z.strictObject({ reason: line.default('') });
const nothing = z.object({ ok: z.literal(true) });
const byOf = (caller: unknown) => (caller as { readonly by: string }).by;

const deviceView = z.object({
  id: z.string(),
  principal: z.string(),
  repositories: z.array(z.string()).nullable(),
  name: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
});

/** Enrolment and the ending of devices and tokens over the control API. What a run asks for: `run-routes.ts`. */
export function deviceRoutes(app: ControlApp, devices: Devices): void {
  codeRoutes(app, devices);
  listRoutes(app, devices);
  tokenRoutes(app, devices);
}

function codeRoutes(app: ControlApp, devices: Devices): void {
  const tags = ['devices'];
  app.post(
    '/api/enrolment-codes',
    {
      config: { access: granted('IssueKey', 'keys'), privacy: 'operational' },
      schema: {
        tags,
        operationId: 'issueEnrolmentCode',
        summary: 'Make a code that enrols one device of a person, within ten minutes',
        body: z.strictObject({
          principal: line,
          repositories: z.array(line).optional(),
          loginExpiresAt: instant,
        }),
        response: { 201: z.object({ id: z.string(), code: z.string(), expiresAt: z.string() }) },
      },
    },
    async ({ body, caller }, reply) => {
      const { loginExpiresAt, ...rest } = body;
      const request = { ...rest, loginExpiresAt: Date.parse(loginExpiresAt) };
      const issued = await devices.issueCode(request, byOf(caller));
      reply.code(201);
      return { ...issued, expiresAt: iso(issued.expiresAt) };
    },
  );
  app.post(
    '/api/enrolments',
    {
      config: { access: ownCredential('an enrolment code'), privacy: 'subject' },
      schema: {
        tags,
        operationId: 'enrolDevice',
        summary: 'Turn a code into the login of a device',
        body: z.strictObject({ code: z.string().max(200), name: line.default('') }),
        response: {
          201: z.object({ id: z.string(), login: z.string(), principal: z.string(), expiresAt: z.string() }),
        },
      },
    },
    async ({ body }, reply) => {
      const { device, login } = await devices.enrol(body.code, body.name);
      reply.code(201);
      return { id: device.id, login, principal: device.principal, expiresAt: iso(device.expiresAt) };
    },
  );
}

function listRoutes(app: ControlApp, devices: Devices): void {
  const tags = ['devices'];
  app.get(
    '/api/devices',
    {
      config: { access: granted('ReadConfiguration', 'keys'), privacy: 'operational' },
      schema: {
        tags,
        operationId: 'listDevices',
        summary: 'Every enrolled device, newest first',
        response: { 200: z.array(deviceView) },
      },
    },
    async () =>
      devices.list().map(({ repositories, createdAt, expiresAt, revokedAt, ...rest }) => ({
        ...rest,
        repositories: repositories === null ? null : [...repositories],
        createdAt: iso(createdAt),
        expiresAt: iso(expiresAt),
        revokedAt: revokedAt === null ? null : iso(revokedAt),
      })),
  );
  app.post(
    '/api/devices/:id/revoke',
    {
      config: { access: granted('RevokeKey', 'keys'), privacy: 'operational' },
      schema: {
        tags,
        operationId: 'revokeDevice',
        summary: 'End a device’s login and all its tokens at once',
        params: byId,
        body: reason,
        response: { 200: nothing },
      },
    },
    async ({ params, body, caller }) => {
      await devices.revoke(params.id, body.reason, byOf(caller));
      return { ok: true as const };
    },
  );
}

function tokenRoutes(app: ControlApp, devices: Devices): void {
  const tags = ['devices'];
  app.post(
    '/api/assistant-tokens/:id/revoke',
    {
      config: { access: granted('RevokeKey', 'keys'), privacy: 'operational' },
      schema: {
        tags,
        operationId: 'revokeAssistantToken',
        summary: 'End one token of an assistant (its jti) at once',
        params: byId,
        body: reason,
        response: { 200: nothing },
      },
    },
    async ({ params, body, caller }) => {
      await devices.revokeToken(params.id, body.reason, byOf(caller));
      return { ok: true as const };
    },
  );
  app.post(
    '/api/assistant-token-keys/rotate',
    {
      config: { access: granted('IssueToken', 'admin'), privacy: 'system' },
      schema: {
        tags,
        operationId: 'rotateAssistantTokenKey',
        summary: 'Sign assistants’ tokens with a new key',
        body: z.strictObject({ atOnce: z.boolean().default(false).describe('End every token in use.') }),
        response: { 200: z.object({ kid: z.string() }) },
      },
    },
    async ({ body, caller }) => devices.rotateSigningKey(body.atOnce, byOf(caller)),
  );
}
