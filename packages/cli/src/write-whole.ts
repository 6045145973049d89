import { existsSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

/**
 * Writes a file, readable by its owner, that is there whole or not at all: what it replaces stays until then. Devices and
 * pipes are written as they are. @throws the system's error
 */
export function writeWhole(file: string, text: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) {
    writeFileSync(file, text);
    return;
  }
  // A link stays one.
  const target = existsSync(file) ? realpathSync(file) : file;
  const partial = `${target}.partial`;
  // What a killed run left keeps its own mode.
  rmSync(partial, { force: true });
  try {
    writeFileSync(partial, text, { mode: 0o600 });
    renameSync(partial, target);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}
