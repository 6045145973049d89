import type { Migration } from '../../platform/db/index.ts';

const rowColumns = (text: string, integer: string) => `
  idx ${integer} primary key, id ${text} not null unique, ts ${integer} not null, kind ${text} not null,
  op ${text}, decision ${text}, policy_ids ${text} not null, repository ${text}, actor ${text}, assistant ${text},
  vendor ${text}, model ${text}, session ${text}, data_classes ${text} not null, status ${integer}, outcome ${text},
  cost ${integer}, origin ${text} not null, title ${text} not null, latency_ms ${integer}, first_byte_ms ${integer},
  usage ${text}`;

const filtered = ['kind', 'decision', 'repository', 'actor', 'assistant', 'vendor', 'model', 'session', 'op'];

const tables = (text: string, integer: string, after: string): readonly string[] => [
  `create table audit_state (
     one ${integer} primary key check (one = 1), origin ${text} not null, next ${integer} not null, last_id ${text}
   )${after}`,
  `create table audit_entries (${rowColumns(text, integer)})${after}`,
  ...filtered.map(
    (column) =>
      `create index audit_entries_${column} on audit_entries (${column}, idx) where ${column} is not null`,
  ),
  `create table audit_policies (
     policy_id ${text} not null, idx ${integer} not null, primary key (policy_id, idx)
   )${after}`,
  `create table audit_hours (
     hour ${integer} primary key, first_idx ${integer} not null, last_idx ${integer} not null,
     allowed ${integer} not null, refused ${integer} not null, failed ${integer} not null,
     unknown ${integer} not null, cost ${integer} not null, priced ${integer} not null, unpriced ${integer} not null
   )${after}`,
  `create table audit_counts (
     dimension ${text} not null, hour ${integer} not null, value ${text} not null, calls ${integer} not null,
     refused ${integer} not null, last_idx ${integer} not null, primary key (dimension, hour, value)
   )${after}`,
  `create table audit_totals (
     facet ${text} not null, value ${text} not null, count ${integer} not null, primary key (facet, value)
   )${after}`,
  `create table audit_sessions (
     session ${text} primary key, assistant ${text}, actor ${text}, started_at ${integer} not null,
     last_at ${integer} not null, last_idx ${integer} not null, calls ${integer} not null, refused ${integer} not null,
     input_tokens ${integer} not null, output_tokens ${integer} not null, cost ${integer} not null,
     priced ${integer} not null
   )${after}`,
  'create index audit_sessions_last on audit_sessions (last_idx)',
  `create table audit_session_repositories (
     session ${text} not null, repository ${text} not null, primary key (session, repository)
   )${after}`,
];

/** Tables that a rebuild empties, but for the words and (on PostgreSQL) the policies. */
export const auditTables = [
  'audit_state',
  'audit_entries',
  'audit_hours',
  'audit_counts',
  'audit_totals',
  'audit_combinations',
  'audit_sessions',
  'audit_session_repositories',
] as const;

const combined = ['kind', 'decision', 'assistant', 'vendor', 'model'];

/** What entries that were there before have of it is taken from their rows. */
const combinations = (text: string, after: string): readonly string[] => [
  `create table audit_combinations (
     ${combined.map((column) => `${column} ${text} not null`).join(', ')}, primary key (${combined.join(', ')})
   )${after}`,
  `insert into audit_combinations (${combined.join(', ')})
     select distinct ${combined.map((column) => `coalesce(${column}, '')`).join(', ')} from audit_entries`,
];

/**
 * The read model, in `metrics.db` or PostgreSQL. Nothing in it is anywhere the only copy. The words that entries are
 * found by are the one place where the two databases differ.
 */
export const auditMigrations: readonly Migration[] = [
  {
    id: '0001-audit',
    sqlite: [
      ...tables('text', 'integer', ' strict'),
      "create virtual table audit_text using fts5 (words, content = '', detail = none)",
    ],
    postgres: [
      ...tables('text', 'bigint', ''),
      'create table audit_text (idx bigint primary key, words tsvector not null)',
      'create index audit_text_words on audit_text using gin (words)',
    ],
  },
  {
    // SQLite has no way to intersect two of its indexes; the index of words does just that. What a row is filtered by
    // became words of it (`markOf`), and the indexes of columns are no longer needed, but for those of one call or session.
    id: '0002-marks',
    sqlite: [
      ...filtered
        .filter((column) => column !== 'op' && column !== 'session')
        .map((column) => `drop index audit_entries_${column}`),
      // Stays empty here; PostgreSQL looks policies up in it.
      'delete from audit_policies',
      // Words that come again, so that a beginning is looked up here and not in every text.
      'create table audit_words (word text primary key not null) strict, without rowid',
      // Built again from the ledger.
      ...['entries', 'hours', 'counts', 'totals', 'sessions', 'session_repositories'].map(
        (table) => `delete from audit_${table}`,
      ),
      "insert into audit_text (audit_text) values ('delete-all')",
      'update audit_state set next = 0, last_id = null',
    ],
    postgres: [],
  },
  {
    // An index of words that rows can be taken out of again.
    id: '0003-forgetting',
    sqlite: [
      'drop table audit_text',
      "create virtual table audit_text using fts5 (words, content = '', detail = none, contentless_delete = 1)",
      // Built again from the ledger.
      ...['entries', 'hours', 'counts', 'totals', 'sessions', 'session_repositories', 'words'].map(
        (table) => `delete from audit_${table}`,
      ),
      'update audit_state set next = 0, last_id = null',
    ],
    postgres: [],
  },
  {
    id: '0004-combinations',
    sqlite: combinations('text', ' strict, without rowid'),
    postgres: combinations('text', ''),
  },
];
