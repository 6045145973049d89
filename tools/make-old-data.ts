/*
 * Adds a small data folder of this version to test/fixtures/old-data, for the tests of later ones: the demo's, after some
 * calls, with one call under way as after a crash. To be run before a release: node tools/make-old-data.ts
 */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { runDemo } from '../packages/server/src/features/demo/cli.ts';
import { fairleadVersion } from '../packages/server/src/platform/process/version.ts';
import { fixtureSigningKey, oldDataFolder } from '../test/support/old-data.ts';
import { startVendor } from './soak/vendor.ts';

// A start refuses data of the future, so it is made in the past of whoever will read it.
const real = Date.now;
const ago = real() - Date.parse('2025-06-02T09:00:00Z');
Date.now = () => real() - ago;

const into = join(oldDataFolder, fairleadVersion);
const scratch = mkdtempSync(join(tmpdir(), 'fairlead-old-data-'));
const dataDir = join(scratch, 'data');
mkdirSync(`${dataDir}.keys`, { mode: 0o700 });
writeFileSync(join(`${dataDir}.keys`, 'ledger-signing.pem'), fixtureSigningKey(), { mode: 0o600 });

const vendor = await startVendor();
const options = {
  port: 0,
  consolePort: 0,
  dataDir,
  vendorUrls: new Map([['openai', vendor.url]]),
  history: false,
};
const demo = await runDemo(options);
const { gateway, keys } = demo.ready;
const chat = (key: string, content: string, stream = false) =>
  fetch(`${gateway}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'gpt-5.5', max_tokens: 16, stream, messages: [{ role: 'user', content }] }),
  });

for (let i = 0; i < 8; i++)
  await (await chat(keys.allowed, `Erkläre Zeile ${i}: naïve façade 😀`, i % 2 === 1)).text();
await (await chat(keys.allowed, 'Write to jane.roe@example.org, card 4111 1111 1111 1111.')).text();
await (await chat(keys.unlisted, 'Hello.')).text();
await (await chat(keys.outsideStage, 'Hello.')).text();
// Its answer has begun and isn't over: the decision is recorded, the outcome is not.
const open = await chat(keys.allowed, 'Count to twelve.', true);
await new Promise((done) => setTimeout(done, 100));

rmSync(into, { recursive: true, force: true });
mkdirSync(into, { recursive: true });
// The checkpoint first: what was signed must be in the database that is copied after it.
copyFileSync(join(`${dataDir}.keys`, 'ledger-last-signed'), join(into, 'ledger-last-signed'));
copyFileSync(join(dataDir, 'instance.json'), join(into, 'instance.json'));
for (const name of ['ledger.db', 'state.db']) {
  const database = new Database(join(dataDir, name));
  database.exec(`vacuum into '${join(scratch, name)}'`);
  database.close();
  writeFileSync(join(into, `${name}.gz`), gzipSync(readFileSync(join(scratch, name)), { level: 9 }));
}
await open.text();
await demo.close();
await vendor.close();
rmSync(scratch, { recursive: true, force: true });
process.stdout.write(`${into}\n`);
