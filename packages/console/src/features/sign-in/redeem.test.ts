import { describe, expect, it } from 'vitest';
import { fragmentToken } from './redeem.ts';

describe('the token in the address', () => {
  it('is what follows its name', () => {
    expect(fragmentToken('#sign-in=fli_Abc-123_~.x')).toBe('fli_Abc-123_~.x');
  });

  it.each([
    '',
    '#',
    '#sign-in=',
    '#sign-in=a b',
    '#sign-in=<script>',
    '#other=fli_a',
    `#sign-in=${'a'.repeat(513)}`,
  ])('is not read from %j', (hash) => {
    expect(fragmentToken(hash)).toBeNull();
  });
});
