import { z } from 'zod';
import { type ControlApp, granted } from '../../platform/http/index.ts';
import { type ControlDeps, measureControls } from './service.ts';

const controlView = z
  .object({
    id: z.string(),
    title: z.string(),
    owner: z.string(),
    frameworks: z.array(z.string()),
    state: z.enum(['enforced', 'observed', 'off', 'unknown']),
    where: z.array(z.enum(['gateway', 'hook', 'editor', 'ci', 'api'])),
    since: z.string().nullable(),
    how: z.string().describe('How the state is known'),
    evidence: z.object({ entryId: z.string() }).nullable(),
  })
  .meta({ id: 'Control' });

/** The state of every control, measured now. */
export function controlStateRoutes(app: ControlApp, deps: ControlDeps): void {
  app.get(
    '/api/controls',
    {
      config: { access: granted('ReadOverview', 'audit'), privacy: 'system' },
      schema: {
        tags: ['controls'],
        operationId: 'listControls',
        summary: 'Every control of the program with its measured state',
        response: { 200: z.array(controlView) },
      },
    },
    async () =>
      (await measureControls(deps)).map(({ control, state, where, since, how, entryId }) => ({
        id: control.id,
        title: control.title,
        owner: control.owner,
        frameworks: [...control.frameworks],
        state,
        where: [...where],
        since: since === null ? null : new Date(since).toISOString(),
        how,
        evidence: entryId === null ? null : { entryId },
      })),
  );
}
