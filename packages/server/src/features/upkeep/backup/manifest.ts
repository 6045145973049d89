import { FairleadError } from '@fairlead/core/errors';
import { z } from 'zod';

/** The first file of a backup. */
export const manifestFile = 'manifest.json';
export const maxManifestBytes = 65_536;

/** Names that a part may have: files right in the data folder, nothing that leads anywhere else. */
export const partName = /^[a-z][a-z0-9-]{0,40}\.(?:db|json)$/;

/** The part with what servers on PostgreSQL agree on. A server alone has no such file. */
export const replicasPart = 'replicas.db';

const part = z.strictObject({
  name: z.string().regex(partName),
  /** Length in bytes. */
  bytes: z.int().nonnegative(),
  /** Lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const manifest = z.strictObject({
  format: z.literal('fairlead-backup'),
  version: z.literal(1),
  /** RFC 3339. */
  createdAt: z.string().max(40),
  fairlead: z.string().max(40),
  origin: z.string().max(200),
  vkey: z.string().max(400),
  /** Entries in the copy, signed or not. */
  size: z.int().nonnegative(),
  /** Root of the newest signed tree, lower-case hex; empty when nothing was signed. */
  root: z.string().regex(/^(?:[0-9a-f]{64})?$/),
  /** The newest signed checkpoint. */
  checkpoint: z.string().max(8_192),
  parts: z.array(part).min(1).max(32),
});

export type BackupManifest = z.infer<typeof manifest>;
export type BackupPart = z.infer<typeof part>;

/** @throws FairleadError `backup.invalid` */
export function parseManifest(text: string): BackupManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid('its manifest is not JSON');
  }
  const parsed = manifest.safeParse(json);
  if (!parsed.success) throw invalid('its manifest is not that of a backup this Fairlead can read');
  const names = parsed.data.parts.map(({ name }) => name);
  if (new Set(names).size !== names.length || !names.includes('ledger.db')) {
    throw invalid('its manifest names a part twice, or no ledger');
  }
  return parsed.data;
}

export function invalid(why: string, cause?: unknown): FairleadError {
  return new FairleadError('backup.invalid', { message: `The file is not a whole backup: ${why}.`, cause });
}
