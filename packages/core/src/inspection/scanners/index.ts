import { scanAzureKey } from './azure-key.ts';
import { scanEnvLine } from './env-file.ts';
import { scanPrivateKey, scanPuttyKey } from './key-block.ts';
import { scanKubernetesSecret } from './kubernetes-secret.ts';
import { scanPersonalTable } from './personal-table.ts';
import type { Scanner } from './scanner.ts';

export type { Scanned, Scanner, ScanStep } from './scanner.ts';

const scanners = {
  'azure-key': scanAzureKey,
  'private-key': scanPrivateKey,
  'putty-key': scanPuttyKey,
  'env-line': scanEnvLine,
  'kubernetes-secret': scanKubernetesSecret,
  'personal-table': scanPersonalTable,
} as const satisfies Record<string, Scanner>;

export type ScannerId = keyof typeof scanners;

/** The scanner of that id, or undefined. */
export function findScanner(id: string): Scanner | undefined {
  return Object.hasOwn(scanners, id) ? scanners[id as ScannerId] : undefined;
}
