import { describe, expect, it } from 'vitest';
import { ApiError, failureOf, readFailure } from './errors.ts';

describe('a refusal of the API', () => {
  it('keeps its code, message and fix', () => {
    const error = { code: 'identity.not-allowed', message: 'Not yours.', fix: 'Ask.' };
    expect(readFailure(403, { error })).toEqual({ status: 403, ...error });
  });

  it.each([null, undefined, 'text', 7, {}, { error: null }, { error: { code: 1, message: {}, fix: [] } }])(
    'that reads %j still says its status and what to do',
    (body) => {
      const failure = readFailure(502, body);
      expect(failure.code).toBe('http.502');
      expect(failure.message).toContain('502');
      expect(failure.fix).not.toBe('');
    },
  );
});

describe('what was thrown', () => {
  it('is the refusal, when it was one', () => {
    const failure = { status: 403, code: 'x.y', message: 'm', fix: 'f' };
    expect(failureOf(new ApiError(failure))).toEqual(failure);
  });

  it('is "no answer" when a request never got one', () => {
    expect(failureOf(new TypeError('Failed to fetch')).code).toBe('console.unreachable');
  });

  it('never shows the text of an unknown error', () => {
    expect(JSON.stringify(failureOf(new Error('secret detail')))).not.toContain('secret');
  });
});
