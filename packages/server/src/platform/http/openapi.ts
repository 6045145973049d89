import type { PrivacyClass } from '@fairlead/core/privacy';
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { RouteAccess } from './access.ts';

const securitySchemes = {
  token: { type: 'http', scheme: 'bearer' },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'fairlead',
    description: 'Set by sign-in under a name of this installation; never enough without the header.',
  },
  session: { type: 'apiKey', in: 'header', name: 'x-fairlead-session' },
  signature: {
    type: 'apiKey',
    in: 'header',
    name: 'x-hub-signature-256',
    description: 'sha256= and the HMAC-SHA-256 of the body by the secret that the webhook shares.',
  },
} as const;

/** What every path may answer instead. */
const errorSchema = {
  type: 'object',
  properties: {
    error: {
      type: 'object',
      properties: {
        code: { type: 'string', description: 'See errors.md' },
        message: { type: 'string' },
        fix: { type: 'string', description: 'What to do about it' },
        place: {
          type: 'object',
          properties: {
            file: { type: 'string' },
            line: { type: 'integer' },
            column: { type: 'integer' },
            path: { type: 'string' },
          },
        },
      },
      required: ['code', 'message', 'fix'],
    },
  },
  required: ['error'],
};

const errorAnswer = {
  description: 'What went wrong',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
};

type Transform = NonNullable<FastifyDynamicSwaggerOptions['transform']>;

/** Adds to a route's own description who may call it, and what it holds of people. */
const transform: Transform = (input) => {
  const { schema, url } = jsonSchemaTransform(input as never) as { schema: object; url: string };
  const { access, privacy } = (input.route.config ?? {}) as {
    readonly access?: RouteAccess;
    readonly privacy?: PrivacyClass;
  };
  const about: object = {
    ...(access && securityOf(access)),
    ...(privacy && { 'x-fairlead-privacy': privacy }),
  };
  return { schema: { ...schema, ...about }, url };
};

interface Document {
  readonly paths: { readonly [path: string]: { readonly [method: string]: { responses?: object } } };
  readonly components: { readonly schemas: { readonly [name: string]: unknown } };
}

/** Adds how every path fails, and drops schemas that nothing refers to. */
function complete(input: unknown): unknown {
  const document = jsonSchemaTransformObject(input as never) as unknown as Document;
  for (const methods of Object.values(document.paths)) {
    for (const operation of Object.values(methods)) {
      operation.responses = { ...operation.responses, default: errorAnswer };
    }
  }
  const schemas = { ...document.components.schemas, Error: errorSchema };
  const used = JSON.stringify([document.paths, schemas]);
  const kept = Object.entries(schemas).filter(([name]) => used.includes(`"#/components/schemas/${name}"`));
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(kept.sort()) } };
}

function securityOf(access: RouteAccess): object {
  const bySession = { cookie: [], session: [] };
  if (access.kind === 'open') return { security: [] };
  if (access.kind === 'signed') return { security: [{ signature: [] }] };
  if (access.kind === 'identified') return { security: [{ token: [] }, bySession] };
  const { action, scopes } = access;
  return {
    security: action === null ? [{ token: [] }] : [{ token: [] }, bySession],
    'x-fairlead-scopes': [...new Set(['admin', ...scopes])],
    'x-fairlead-action': action,
  };
}

/** Options of the document that describes the control API. */
export function openApiOptions(version: string): object {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Fairlead control API',
        description: 'What the console and the command line use. Every path is authorised.',
        version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: { securitySchemes },
    },
    transform,
    transformObject: complete,
  };
}
