import { schemaOf } from '@fairlead/core/outputs';
import { z } from 'zod';
import { type ControlApp, filledLine, granted, grantedToTokens } from '../../platform/http/index.ts';
import type { ControlCaller } from '../identity/api.ts';
import type { OpenedPart } from './api.ts';
import { type ContentDeps, eraseContent, readContent } from './service.ts';

const tags = ['content'];
const op = z.uuid();
const partOf = (opened: OpenedPart | null) =>
  opened && {
    salt: Buffer.from(opened.salt).toString('base64'),
    content: Buffer.from(opened.bytes).toString('base64'),
  };

const subject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('op'), value: op }),
  z.strictObject({ kind: z.literal('session'), value: filledLine }),
  z.strictObject({ kind: z.literal('pseudonym'), value: filledLine }),
  z.strictObject({ kind: z.literal('period'), value: z.string().regex(/^\d{4}-\d\d-\d\d\/\d{1,4}$/) }),
  z.strictObject({ kind: z.literal('before'), value: z.iso.date() }),
]);

/** Kept content: how it stands, reading it with a purpose, erasing it. */
export function contentRoutes(app: ControlApp, deps: ContentDeps): void {
  const audit = { access: granted('ReadAudit', 'audit'), privacy: 'audit' } as const;
  app.get(
    '/api/content',
    {
      config: { ...audit, privacy: 'system' },
      schema: {
        tags,
        operationId: 'contentStatus',
        summary: 'Whether content of calls is kept, and how that goes',
        response: { 200: schemaOf('content-status') },
      },
    },
    async () => {
      const status = deps.content.status();
      const counts = status.state === 'on' ? await deps.content.counts() : null;
      return { ...status, items: counts?.items ?? null };
    },
  );
  app.post(
    '/api/content/read',
    {
      config: audit,
      schema: {
        tags,
        operationId: 'readContent',
        summary: 'What was sent and received in a call; that it was asked becomes an entry first',
        body: z.strictObject({ op, purpose: filledLine }),
        response: { 200: schemaOf('content-get') },
      },
    },
    async ({ body, caller }) => {
      const opened = await readContent(deps, { ...body, by: (caller as ControlCaller).by });
      return { request: partOf(opened.request), response: partOf(opened.response) };
    },
  );
  app.post(
    '/api/content/erase',
    {
      config: { access: grantedToTokens(), privacy: 'audit' },
      schema: {
        tags,
        operationId: 'eraseContent',
        summary: 'Erase content with its salts; entries and their proofs stay as they are',
        body: z.strictObject({ subject, reason: filledLine }),
        response: { 200: z.object({ items: z.int() }) },
      },
    },
    async ({ body, caller }) => eraseContent(deps, { ...body, by: (caller as ControlCaller).by }),
  );
}
