import { describe, expect, it } from 'vitest';
import { databaseIdOf } from './node-id.ts';

describe('the number inside a node id', () => {
  it.each([
    // Pairs as GitHub's REST API shows them of public events.
    ['CE_lADOAJeYfM49evz5zwAAAAFHXeig', 5_492_304_032],
    ['CE_lADOCELT_M5AZN3SzwAAAAFYxrC_', 5_784_383_679],
    ['CE_lADOHK9fA85If7x0zwAAAAGDf0mG', 6_501_124_486],
    [Buffer.from('011:ClosedEvent2013').toString('base64'), 2013],
  ])('%s is the number that REST gives', (nodeId, id) => {
    expect(databaseIdOf(nodeId)).toBe(id);
  });

  it.each([
    '',
    'CE_',
    'CE_////',
    'CE_lADOAJeYfM49evz5zwAAAAFHXe',
    'CE_lADOAJeYfM49evz5zwAAAAFHXeigAA',
    'CE_gadOAJeYfA',
    'CE_lADOAJeYfM49evz5z_________8',
    'node 7',
    Buffer.from('ClosedEvent').toString('base64'),
  ])('is not guessed: %j', (nodeId) => {
    expect(databaseIdOf(nodeId)).toBeNull();
  });
});
