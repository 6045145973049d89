import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  githubEvents,
  readGithubEvent,
} from '../../packages/server/src/features/integrations/webhooks/github-events.ts';
import { type Extent, type JsonSchema, sampleOf } from '../support/json-samples.ts';
import { hasReference, referenceDir } from '../support/reference.ts';

/* Payloads as GitHub describes them are read: with all their fields, and with as few as they may have. */

const folder = resolve(import.meta.dirname, '../../node_modules/@octokit/openapi-webhooks/generated');
const context = { names: { defaultHost: 'github.com' }, incidentLabel: 'text' };

interface Webhooks {
  readonly webhooks: {
    readonly [name: string]: {
      readonly post: {
        readonly requestBody?: {
          readonly content: { readonly 'application/json'?: { readonly schema: JsonSchema } };
        };
      };
    };
  };
  readonly components: { readonly schemas: { readonly [name: string]: JsonSchema } };
}

type Payload = { action?: string; repository?: object; [field: string]: unknown };

/** Each event and action of which something is kept, with a payload of it. */
function* payloadsOf(file: string, extent: Extent): Generator<readonly [event: string, payload: Payload]> {
  const { webhooks, components } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Webhooks;
  const find = (ref: string) => components.schemas[ref.slice('#/components/schemas/'.length)]!;
  for (const [name, { post }] of Object.entries(webhooks)) {
    const schema = post.requestBody?.content['application/json']?.schema;
    for (const event of githubEvents) {
      const prefix = `${event.replaceAll('_', '-')}-`;
      if (schema === undefined || !name.startsWith(prefix)) continue;
      const payload = sampleOf(schema, find, extent) as Payload;
      // Names of other events begin with that of this one.
      if (payload.action?.replaceAll('_', '-') !== name.slice(prefix.length)) continue;
      const repository = {
        ...payload.repository,
        full_name: 'acme/web',
        html_url: 'https://github.com/acme/web',
      };
      yield [event, { ...payload, repository }];
    }
  }
}

describe.each(['api.github.com.json', 'ghec.json', 'ghes-3.14.json', 'ghes-3.19.json'])('%s', (file) => {
  it.each(['most', 'least'] as const)('has no payload that cannot be read (%s fields)', (extent) => {
    const read = new Map<string, number>();
    for (const [event, payload] of payloadsOf(file, extent)) {
      let heard: ReturnType<typeof readGithubEvent> | null = null;
      expect(() => {
        heard = readGithubEvent(event, payload, context);
      }, `${event} ${payload.action}`).not.toThrow();
      read.set(event, (read.get(event) ?? 0) + 1);
      const { facts, hints } = heard as unknown as ReturnType<typeof readGithubEvent>;
      if (event.startsWith('pull_request')) expect(hints, `${event} ${payload.action}`).toHaveLength(1);
      if (event === 'deployment_status') expect(facts.map(({ type }) => type)).toEqual(['deployment']);
    }
    expect([...read.keys()].sort()).toEqual([...githubEvents].sort());
    expect(read.get('pull_request')).toBeGreaterThan(15);
  });
});

describe.skipIf(!hasReference('openapi/github-webhook-samples.json', 'GitHub’s webhook samples'))(
  'samples of deliveries',
  () => {
    const samples = JSON.parse(
      readFileSync(join(referenceDir, 'openapi/github-webhook-samples.json'), 'utf8'),
    ) as { readonly [event: string]: Payload };

    it('give the facts that stand in them', () => {
      const { facts, hints } = readGithubEvent('pull_request', samples.pull_request!, context);
      const repository = 'github.com/codertocat/hello-world';
      expect(hints).toEqual([{ repository, number: 2 }]);
      expect(facts).toMatchObject([
        {
          ...{ type: 'change', id: `${repository}#2`, author: { login: 'Codertocat', kind: 'human' } },
          ...{ openedAt: '2019-05-15T15:20:33Z', updatedAt: '2019-05-15T15:20:33Z', additions: 1, files: 1 },
        },
      ]);
      expect(readGithubEvent('pull_request_review', samples.pull_request_review!, context).facts).toEqual([
        {
          ...{ type: 'event', change: `${repository}#2`, id: 'review-237895671', kind: 'review' },
          ...{ at: '2019-05-15T15:20:38Z', by: { login: 'Codertocat', kind: 'human' }, state: 'commented' },
        },
      ]);
    });

    it('are passed over where nothing is kept of them', () => {
      for (const event of Object.keys(samples).filter((name) => !githubEvents.includes(name)))
        expect(readGithubEvent(event, samples[event]!, context)).toEqual({
          facts: [],
          hints: [],
          renamed: [],
        });
    });
  },
);
