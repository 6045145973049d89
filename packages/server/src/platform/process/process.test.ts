import { describe, expect, it } from 'vitest';
import { checkEnvironment, checkNodeVersion } from './index.ts';

describe('checkNodeVersion', () => {
  it.each(['22.22.2', '22.23.0', '24.15.0', '24.21.0', '25.0.0', '26.1.0'])('takes %s', (version) =>
    checkNodeVersion(version),
  );
  it.each(['18.20.0', '20.19.5', '21.0.0', '22.22.1', '22.9.0', '23.11.0', '24.14.9', 'nonsense'])(
    'refuses %s in one line that names it',
    (version) => {
      expect(() => checkNodeVersion(version)).toThrowError(
        expect.objectContaining({
          code: 'server.node-too-old',
          message: expect.stringMatching(`^[^\n]*${version}[^\n]*$`),
        }),
      );
    },
  );
  it('takes the Node of this run', () => checkNodeVersion());
});

describe('checkEnvironment', () => {
  it('refuses to run without certificate checks', () => {
    expect(() => checkEnvironment({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toThrowError(
      expect.objectContaining({ code: 'server.tls-verification-off' }),
    );
    checkEnvironment({ NODE_TLS_REJECT_UNAUTHORIZED: '1' });
    checkEnvironment({});
  });
});
