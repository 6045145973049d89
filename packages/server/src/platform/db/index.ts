export { type EpochArea, epochChannel, raisesEpoch } from './config-epoch.ts';
export { damagedFile } from './damaged.ts';
export { describeDatabase, isDatabaseAway } from './database-away.ts';
export { checkDatabaseUrl } from './database-hosts.ts';
export { describeFull, isDiskFull } from './disk-full.ts';
export {
  assertPostgresSchema,
  assertSchema,
  lockSchema,
  type Migration,
  migratePostgres,
  migrateSqlite,
  migrateWithin,
  schemaAbsent,
} from './migrations.ts';
export { type OpenSqliteOptions, openSqlite, refuseNetworkFilesystem } from './open-sqlite.ts';
export { type PendingRows, pendingRows } from './pending-rows.ts';
export { openPool } from './postgres-pool.ts';
export { refusePooler } from './postgres-pooler.ts';
export { cutSession, endSession, openSession, within } from './postgres-session.ts';
export {
  cutLog,
  giveBack,
  giveBackStep,
  overwriting,
  overwritingAll,
  type PackedFile,
  packFile,
  prepareRoom,
} from './sqlite-room.ts';
export { openState, type StateDatabase, type StateLocation } from './state-database.ts';
export { type CopiedTable, copyTables, isEmptyPostgres, objectsOf, quoted } from './table-copy.ts';
export { copyTablesBack, tablesOf } from './table-copy-back.ts';
