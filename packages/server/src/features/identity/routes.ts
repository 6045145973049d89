import { schemaOf } from '@fairlead/core/outputs';
import { z } from 'zod';
import { type ControlApp, granted, oneLine } from '../../platform/http/index.ts';
import { type ControlCaller, type Identity, type IssuedKey, tokenScopes } from './api.ts';
import { checkScope, type MayDo } from './token-scopes.ts';

const line = oneLine(200);
const instant = z.iso.datetime({ offset: true }).describe('RFC 3339, such as 2030-01-31T12:00:00Z');
const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

const keyRequest = z.strictObject({
  principal: line,
  repositories: z.array(line).min(1),
  assistant: line,
  device: line.optional(),
  vendor: line.optional(),
  label: line.optional(),
  expiresAt: instant,
});
const beyondGrants = z
  .array(z.string())
  .describe('Repositories of the key that no team of its holder owns or lists.');
const issuedKey = schemaOf('key-issue');
const keyView = z.object({
  id: z.string(),
  principal: z.string(),
  repositories: z.array(z.string()),
  assistant: z.string(),
  device: z.string().nullable(),
  vendor: z.string().nullable(),
  label: z.string().nullable(),
  createdAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
  beyondGrants,
});
const scope = z.enum(tokenScopes);
const issuedToken = schemaOf('token-issue').extend({ scope });
const tokenView = z.object({
  id: z.string(),
  scope,
  label: z.string().nullable(),
  createdAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
});
const byId = z.object({ id: z.string().max(64) });
const reason = z.strictObject({ reason: line.default('') });
const nothing = z.object({ ok: z.literal(true) });

function times(row: {
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}) {
  const revokedAt = row.revokedAt === null ? null : iso(row.revokedAt);
  return { createdAt: iso(row.createdAt), expiresAt: iso(row.expiresAt), revokedAt };
}

const shownOnce = ({ beyondGrants: beyond, expiresAt, ...issued }: IssuedKey) => ({
  ...issued,
  expiresAt: iso(expiresAt),
  beyondGrants: [...beyond],
});

/** Keys and tokens over the control API. `mayDo` says what policy permits a person who signed in. */
export function identityRoutes(app: ControlApp, identity: Identity, mayDo: MayDo): void {
  keyRoutes(app, identity);
  endingRoutes(app, identity);
  tokenRoutes(app, identity, mayDo);
}

const byOf = (caller: unknown) => (caller as ControlCaller).by;

function keyRoutes(app: ControlApp, identity: Identity): void {
  const tags = ['keys'];
  app.get(
    '/api/keys',
    {
      config: { access: granted('ReadConfiguration', 'keys'), privacy: 'operational' },
      schema: {
        tags,
        operationId: 'listKeys',
        summary: 'Every key, newest first',
        response: { 200: z.array(keyView) },
      },
    },
    async () =>
      identity.listKeys().map((row) => ({
        ...row,
        repositories: [...row.repositories],
        beyondGrants: [...row.beyondGrants],
        ...times(row),
      })),
  );
  app.post(
    '/api/keys',
    {
      config: { access: granted('IssueKey', 'keys'), privacy: 'operational' },
      schema: {
        tags,
        operationId: 'issueKey',
        summary: 'Issue a key',
        body: keyRequest,
        response: { 201: issuedKey },
      },
    },
    async ({ body, caller }, reply) => {
      const { expiresAt, ...rest } = body;
      const issued = await identity.issueKey({ ...rest, expiresAt: Date.parse(expiresAt) }, byOf(caller));
      reply.code(201);
      return shownOnce(issued);
    },
  );
}

function endingRoutes(app: ControlApp, identity: Identity): void {
  const tags = ['keys'];
  app.post(
    '/api/keys/:id/rotate',
    {
      config: { access: granted('IssueKey', 'keys'), privacy: 'operational' },
      schema: {
        tags,
        operationId: 'rotateKey',
        summary: 'Replace a key by one with the same binding',
        params: byId,
        body: z.strictObject({ expiresAt: instant }),
        response: { 201: issuedKey },
      },
    },
    async ({ params, body, caller }, reply) => {
      const issued = await identity.rotateKey(params.id, Date.parse(body.expiresAt), byOf(caller));
      reply.code(201);
      return shownOnce(issued);
    },
  );
  app.post(
    '/api/keys/:id/revoke',
    {
      config: { access: granted('RevokeKey', 'keys'), privacy: 'operational' },
      schema: {
        tags,
        operationId: 'revokeKey',
        summary: 'Revoke a key at once',
        params: byId,
        body: reason,
        response: { 200: nothing },
      },
    },
    async ({ params, body, caller }) => {
      await identity.revokeKey(params.id, body.reason, byOf(caller));
      return { ok: true as const };
    },
  );
}

function tokenRoutes(app: ControlApp, identity: Identity, mayDo: MayDo): void {
  const tags = ['tokens'];
  app.get(
    '/api/tokens',
    {
      config: { access: granted('ReadConfiguration', 'admin'), privacy: 'operational' },
      schema: {
        tags,
        operationId: 'listTokens',
        summary: 'Every control-plane token, newest first',
        response: { 200: z.array(tokenView) },
      },
    },
    async () => identity.listTokens().map((row) => ({ ...row, ...times(row) })),
  );
  app.post(
    '/api/tokens',
    {
      config: { access: granted('IssueToken', 'admin'), privacy: 'operational' },
      schema: {
        tags,
        operationId: 'issueToken',
        summary: 'Issue a control-plane token',
        body: z.strictObject({ scope, label: line.optional(), expiresAt: instant }),
        response: { 201: issuedToken },
      },
    },
    async ({ body, caller }, reply) => {
      const { expiresAt, ...rest } = body;
      checkScope(caller as ControlCaller, rest.scope, mayDo);
      const issued = await identity.issueToken({ ...rest, expiresAt: Date.parse(expiresAt) }, byOf(caller));
      reply.code(201);
      return { ...issued, expiresAt: iso(issued.expiresAt) };
    },
  );
  app.post(
    '/api/tokens/:id/revoke',
    {
      config: { access: granted('RevokeToken', 'admin'), privacy: 'operational' },
      schema: {
        tags,
        operationId: 'revokeToken',
        summary: 'Revoke a control-plane token at once',
        params: byId,
        body: reason,
        response: { 200: nothing },
      },
    },
    async ({ params, body, caller }) => {
      await identity.revokeToken(params.id, body.reason, byOf(caller));
      return { ok: true as const };
    },
  );
}
