/* What the commands about keys, tokens, devices and people write as JSON. */
import { z } from 'zod';
import { moment, output } from './define.ts';

const issued = {
  id: z.string(),
  expiresAt: moment,
};
const listed = {
  id: z.string(),
  state: z.enum(['live', 'expired', 'revoked']).describe('At the time of asking.'),
  createdAt: moment,
  expiresAt: moment,
  revokedAt: moment.nullable(),
};
const scope = z.string().describe('What it is for; `admin` has every scope.');
const label = z.string().nullable().describe('What it is for, in words.');

const keySchema = z.object({
  ...issued,
  key: z.string().describe('Shown once; Fairlead keeps only its hash.'),
  beyondGrants: z.array(z.string()).describe('Repositories of it that no team of its holder owns or lists.'),
});
const keyRowSchema = z.object({
  ...listed,
  principal: z.string().describe('Member id from teams.yaml.'),
  repositories: z.array(z.string()),
  assistant: z.string(),
  device: z.string().nullable(),
  vendor: z.string().nullable(),
  label,
});
const tokenSchema = z.object({
  ...issued,
  token: z.string().describe('Shown once; Fairlead keeps only its hash.'),
  scope,
});
const tokenRowSchema = z.object({ ...listed, scope, label });
const deviceRowSchema = z.object({
  ...listed,
  principal: z.string().describe('Member id from teams.yaml.'),
  repositories: z.array(z.string()).nullable().describe('Null: all that are granted to the person.'),
  name: z.string().describe('What its user calls it.'),
});
const codeSchema = z.object({
  ...issued,
  code: z.string().describe('Works once; shown once.'),
});
const signInSchema = z.object({ url: z.string().describe('Works once.'), expiresAt: moment });

const times = {
  createdAt: '2026-11-01T09:30:00.000Z',
  expiresAt: '2026-12-01T09:30:00.000Z',
  revokedAt: null,
};

export const identityOutputs = {
  'key-issue': output(['key issue --format json', 'key rotate --format json'], 'A new key.', keySchema, {
    id: 'key-7',
    key: 'flk_…',
    expiresAt: times.expiresAt,
    beyondGrants: [],
  }),
  'key-list': output(['key list --format json'], 'One key, one a line.', keyRowSchema, {
    ...{ id: 'key-7', state: 'live', principal: 'dana.moss', assistant: 'codex', ...times },
    repositories: ['github.com/acme/payments-api'],
    ...{ device: null, vendor: null, label: null },
  }),
  'token-issue': output(['token issue --format json'], 'A new token of the control API.', tokenSchema, {
    ...{ id: 'token-2', token: 'flt_…', scope: 'audit', expiresAt: times.expiresAt },
  }),
  'token-list': output(
    ['token list --format json'],
    'One token of the control API, one a line.',
    tokenRowSchema,
    { id: 'token-2', state: 'live', scope: 'audit', label: 'the auditors', ...times },
  ),
  'device-list': output(['device list --format json'], 'One enrolled device, one a line.', deviceRowSchema, {
    ...{ id: 'device-3', state: 'live', principal: 'dana.moss', name: 'laptop', ...times },
    repositories: null,
  }),
  'enroll-code': output(['enroll code --format json'], 'A code that enrols one device.', codeSchema, {
    ...{ id: 'code-1', code: 'flc_…', expiresAt: '2026-11-01T09:40:00.000Z' },
  }),
  'sign-in': output(['sign-in --format json'], 'A link into the console.', signInSchema, {
    url: 'http://127.0.0.1:7421/#sign-in=…',
    expiresAt: '2026-11-01T09:35:00.000Z',
  }),
};
