import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { clientFile, fetchDocument, renderClient } from '../../tools/generate-client.ts';
import { root } from '../support/fairlead.ts';

it('the console’s client is what the server’s OpenAPI document says: else run "npm run client"', async () => {
  expect(readFileSync(join(root, clientFile), 'utf8')).toBe(await renderClient(await fetchDocument()));
});
