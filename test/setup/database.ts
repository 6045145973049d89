import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, inject } from 'vitest';
import type {} from './postgres.ts';

export interface TestDatabase {
  /** Connection URL of a new, empty database. */
  readonly url: string;
  /** Closes whatever is still connected and removes it. */
  drop(): Promise<void>;
}

/** A new, empty PostgreSQL database for one suite. */
export async function createPostgresDatabase(): Promise<TestDatabase> {
  const base = inject('postgresUrl');
  if (base === '') throw new Error(`no PostgreSQL in this run: ${inject('postgresUnavailable')}`);
  const name = `t_${crypto.randomUUID().replaceAll('-', '')}`;
  await asAdmin(base, `create database ${name}`);
  const url = new URL(base);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => asAdmin(base, `drop database if exists ${name} with (force)`) };
}

/** `describe` for suites that need PostgreSQL. Without one they show as skipped, with the reason in their name. */
export function describePostgres(title: string, body: () => void): void {
  const reason = inject('postgresUnavailable');
  if (reason === '') describe(title, body);
  else describe.skip(`${title} (SKIPPED lane: postgres: ${reason})`, body);
}

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

/** A new folder (0700) outside the checkout. */
export function temporaryFolder(): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), 'fairlead-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
