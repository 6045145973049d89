import { entryKinds } from '@fairlead/core/ledger';
import { z } from 'zod';
import { type ControlApp, granted } from '../../platform/http/index.ts';
import type { ControlCaller } from '../identity/api.ts';
import { listViews, removeView, type SavedViewDeps, saveView } from './service.ts';
import type { SavedView } from './types.ts';

const tags = ['audit'];
const config = { access: granted('ReadAudit', 'audit'), privacy: 'subject' } as const;
const line = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^\p{Cc}\p{Cf}]*$/u, 'must be one line');
const value = z.string().min(1).max(300);

/** What the list of entries is filtered by; dates move with the reader's clock, so a view may have a length instead. */
const filter = z.strictObject({
  kind: value.optional(),
  decision: z.enum(['allow', 'deny', 'redact']).optional(),
  policyId: value.optional(),
  repository: value.optional(),
  actor: value.optional(),
  vendor: value.optional(),
  model: value.optional(),
  assistant: value.optional(),
  session: value.optional(),
  q: z.string().min(1).max(200).optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
});

/** Views that were saved before kinds were a closed list are still shown. */
const newFilter = filter.extend({ kind: z.enum(entryKinds).optional() });

const savedView = z
  .object({
    id: z.string(),
    name: z.string(),
    filter,
    role: z.string().nullable().describe('Whose holders see it too'),
    own: z.boolean(),
    savedAt: z.string(),
  })
  .meta({ id: 'SavedView' });

function viewOf(
  { owner, savedAt, filter: saved, ...rest }: SavedView,
  by: string,
): z.output<typeof savedView> {
  return {
    ...rest,
    filter: { ...saved } as never,
    own: owner === by,
    savedAt: new Date(savedAt).toISOString(),
  };
}

/** Filters of the audit under a name. */
export function savedViewRoutes(app: ControlApp, deps: SavedViewDeps): void {
  const url = '/api/audit/views';
  app.get(
    url,
    {
      config,
      schema: {
        tags,
        operationId: 'listViews',
        summary: 'Saved filters: your own, and those shared with a role of yours',
        response: { 200: z.array(savedView) },
      },
    },
    async ({ caller }) => {
      const own = caller as ControlCaller;
      return (await listViews(deps, own)).map((view) => viewOf(view, own.by));
    },
  );
  app.post(
    url,
    {
      config,
      schema: {
        tags,
        operationId: 'saveView',
        summary: 'Save filters under a name, for yourself or for everybody with a role',
        body: z.strictObject({
          name: line,
          filter: newFilter,
          role: z.string().max(128).nullable().default(null),
        }),
        response: { 200: savedView },
      },
    },
    async ({ body, caller }) => {
      const own = caller as ControlCaller;
      return viewOf(await saveView(deps, own, body as never), own.by);
    },
  );
  app.post(
    `${url}/:id/remove`,
    {
      config,
      schema: {
        tags,
        operationId: 'removeView',
        summary: 'Remove a view of your own',
        params: z.object({ id: z.string().max(64) }),
        response: { 200: z.object({ removed: z.boolean() }) },
      },
    },
    async ({ params, caller }) => {
      await removeView(deps, caller as ControlCaller, params.id);
      return { removed: true };
    },
  );
}
