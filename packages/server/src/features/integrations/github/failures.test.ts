import { FairleadError } from '@fairlead/core/errors';
import { describe, expect, it } from 'vitest';
import { type Failure, failureOf, waitAfter } from './failures.ts';

const now = Date.UTC(2026, 7, 1);
const of = (status: number, body: unknown, headers: Parameters<typeof failureOf>[1] = {}) =>
  failureOf(status, headers, body, now);

describe('what went wrong', () => {
  it('is nothing when there is data and no error', () => {
    expect(of(200, { data: { node: {} } })).toBeNull();
  });

  it.each<[string, number, unknown, string | null]>([
    ['no JSON', 200, undefined, null],
    ['no data', 200, { data: null }, null],
    ['nothing at all', 200, {}, null],
    [
      'a part that failed',
      200,
      { data: { node: {} }, errors: [{ path: ['node', 'x'], message: 'Oops' }] },
      null,
    ],
    ['errors of no known shape', 200, { data: { node: {} }, errors: 'Oops' }, null],
    ['a time-out said as an error', 200, { errors: [{ message: 'Something went wrong' }] }, null],
    ['a field that is unknown', 200, { errors: [{ message: 'Field x' }] }, 'collection.answer-unknown'],
    [
      'an unknown repository',
      200,
      { data: null, errors: [{ type: 'NOT_FOUND', path: ['node'], message: '' }] },
      'collection.repository-unknown',
    ],
    [
      'a missing right',
      200,
      { data: {}, errors: [{ type: 'FORBIDDEN', path: ['node', 'pullRequests'], message: '' }] },
      'collection.forbidden',
    ],
    ['a token that is not taken', 401, { message: 'Bad credentials' }, 'collection.unauthorised'],
    ['a refusal', 403, { message: 'Resource not accessible' }, 'collection.forbidden'],
    ['a redirect', 302, undefined, 'collection.answer-unknown'],
    ['no such address', 404, { message: 'Not Found' }, 'collection.answer-unknown'],
    ['a bad gateway', 502, undefined, null],
  ])('%s', (_, status, body, code) => {
    const failure = of(status, body);
    expect(failure?.kind).toBe('failure');
    expect(failure?.final?.code ?? null).toBe(code);
  });

  it('is a limit, as often as the host says so and however', () => {
    const limits = [
      of(403, { message: 'You have exceeded a secondary rate limit.' }),
      of(403, { message: 'You have triggered an abuse detection mechanism.' }),
      of(403, { message: 'No.' }, { 'retry-after': '7' }),
      of(429, undefined),
      of(200, { errors: [{ type: 'RATE_LIMITED', message: '' }] }),
      of(403, { message: 'API rate limit exceeded for user' }, { 'x-ratelimit-remaining': '0' }),
    ];
    expect(limits.map((failure) => [failure?.kind, failure?.final])).toEqual(
      limits.map(() => ['limit', null]),
    );
  });

  it('is not that a token may not see a team, or that there is nothing of a number', () => {
    const path = ['node', 'pullRequests', 'nodes', 3, 'timelineItems', 'nodes', 0, 'requestedReviewer'];
    expect(of(200, { data: {}, errors: [{ type: 'FORBIDDEN', path, message: '' }] })).toBeNull();
    expect(
      of(200, { data: {}, errors: [{ type: 'NOT_FOUND', path: ['node', 'p7'], message: '' }] }),
    ).toBeNull();
    const both = [
      { type: 'FORBIDDEN', path, message: '' },
      { path: ['node', 'pullRequests'], message: 'Oops' },
    ];
    expect(of(200, { data: {}, errors: both })?.reason).toBe('partial answer');
  });

  it('on the way is told by a word, never by what was said', () => {
    const thrown = Object.assign(new Error('secret host.internal'), { code: 'ECONNRESET' });
    expect(failureOf(0, {}, thrown, now)).toMatchObject({
      kind: 'failure',
      reason: 'ECONNRESET',
      final: null,
    });
    expect(failureOf(0, {}, new Error('secret'), now)?.reason).toBe('unreachable');
    const refused = new Error('x', { cause: new FairleadError('gateway.vendor-address') });
    expect(failureOf(0, {}, refused, now)?.final?.code).toBe('gateway.vendor-address');
  });
});

describe('the wait', () => {
  const random = (byte: number) => ({ random: { bytes: () => Uint8Array.of(byte) } });
  const failure: Failure = { kind: 'failure', reason: 'x', retryAfterMs: null, final: null };

  it('is what the host asks for, in seconds or as a date, an hour at most', () => {
    const asked = (value: string) => of(429, undefined, { 'retry-after': value })?.retryAfterMs;
    expect([asked('30'), asked('999999'), asked(new Date(now + 5000).toUTCString()), asked('soon')]).toEqual([
      30_000,
      3_600_000,
      5_000,
      null,
    ]);
    expect(waitAfter({ ...failure, retryAfterMs: 30_000 }, 9, random(255)).milliseconds).toBe(30_000);
    const reset = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 60) };
    expect(of(403, { message: 'rate limit exceeded' }, reset)?.retryAfterMs).toBe(61_000);
  });

  it('doubles, is different for many who fail at once, and has an end', () => {
    const waits = [1, 2, 3, 30].map((attempt) => waitAfter(failure, attempt, random(0)).milliseconds);
    expect(waits).toEqual([1000, 2000, 4000, 300_000]);
    expect(waitAfter(failure, 1, random(128)).milliseconds).toBe(750);
    const limit = { ...failure, kind: 'limit' as const };
    expect(waitAfter(limit, 1, random(0))).toEqual({ reason: 'limit', milliseconds: 60_000 });
    expect(waitAfter(limit, 9, random(0)).milliseconds).toBe(900_000);
    expect(waitAfter(limit, 1, random(128)).milliseconds).toBe(75_000);
  });
});
