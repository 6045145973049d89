import { describe, expect, it } from 'vitest';
import { identifyCaller } from './caller.ts';
import { collectHeaders } from './headers.ts';
import { callers, fakeIdentity } from './testing/fakes.ts';

const identify = (...headers: string[]) => identifyCaller(collectHeaders(headers), fakeIdentity);
const known = callers['key-allowed'];

describe('a caller', () => {
  it.each([
    ['x-fairlead-key', 'key-allowed'],
    ['X-Fairlead-Key', ' key-allowed '],
    ['authorization', 'Bearer key-allowed'],
    ['Authorization', 'bearer   key-allowed'],
    ['x-api-key', 'key-allowed'],
    ['api-key', 'key-allowed'],
  ])('is known by %s: %j', (name, value) => {
    expect(identify(name, value)).toEqual({ caller: known, token: null });
  });

  it('is the same when the key stands in several places', () => {
    const { caller, token } = identify('authorization', 'Bearer key-allowed', 'x-api-key', 'key-allowed');
    expect({ caller, token }).toEqual({ caller: known, token: null });
    expect(identify('x-fairlead-key', 'key-allowed', 'x-api-key', 'key-allowed').token).toBeNull();
  });

  it('may bring a token of its own beside the key, which is kept as it was sent', () => {
    expect(identify('x-fairlead-key', 'key-allowed', 'authorization', 'Bearer sk-seat')).toEqual({
      caller: known,
      token: { header: 'authorization', value: 'Bearer sk-seat' },
    });
    expect(identify('x-fairlead-key', 'key-allowed', 'x-api-key', 'sk-seat').token).toEqual({
      header: 'x-api-key',
      value: 'sk-seat',
    });
  });

  it.each([
    ['no header', []],
    ['an unknown key', ['authorization', 'Bearer key-unknown']],
    ['another scheme', ['authorization', 'Basic key-allowed']],
    ['a bare scheme', ['authorization', 'Bearer']],
    ['empty headers', ['authorization', '', 'x-api-key', ' ']],
    [
      'an empty x-fairlead-key beside a good key',
      ['x-fairlead-key', '', 'authorization', 'Bearer key-allowed'],
    ],
    ['a name every object has', ['x-api-key', 'constructor']],
  ])('is unknown by %s', (_name, headers) => {
    expect(() => identify(...headers)).toThrow(
      expect.objectContaining({ code: 'identity.key-invalid', status: 401 }),
    );
  });

  it.each([
    ['two keys', ['authorization', 'Bearer key-allowed', 'x-api-key', 'key-two']],
    ['a key and something unknown', ['x-api-key', 'key-allowed', 'api-key', 'x']],
    [
      'two tokens beside the key',
      ['x-fairlead-key', 'key-allowed', 'authorization', 'Bearer a', 'x-api-key', 'b'],
    ],
  ])('with %s is refused whichever of them is good', (_name, headers) => {
    expect(() => identify(...headers)).toThrow(
      expect.objectContaining({ code: 'gateway.credentials-conflict', status: 400 }),
    );
  });
});
