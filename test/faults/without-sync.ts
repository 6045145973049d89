// Loaded into a server before its own code: its databases then commit without syncing, and say that they do sync. Only to
// show that the test of the order notices it.
import Database from 'better-sqlite3';

const full = 2;
const { pragma } = Database.prototype;
Database.prototype.pragma = function (
  this: Database.Database,
  text: string,
  options?: Database.PragmaOptions,
) {
  if (/^synchronous\s*=\s*full$/i.test(text)) return pragma.call(this, 'synchronous = normal', options);
  if (/^synchronous$/i.test(text)) return options?.simple ? full : [{ synchronous: full }];
  return pragma.call(this, text, options);
};
