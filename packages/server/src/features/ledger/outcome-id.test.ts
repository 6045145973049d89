import { outcomeId as outcomeIdOf } from '@fairlead/core/ledger';
import { expect, it } from 'vitest';
import { newUuid, nodeHash } from '../../platform/crypto/index.ts';
import { outcomeId } from './outcome-id.ts';

it('is the id that core derives', () => {
  for (let i = 0; i < 100; i += 1) {
    const op = newUuid();
    expect(outcomeId(op)).toBe(outcomeIdOf(nodeHash, op));
  }
});
