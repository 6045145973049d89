export { configPlaces, type FileKind, fileKindOf } from './files.ts';
export { scanProjectConfig } from './scan.ts';
export type { ApprovedServer, ConfigFinding, ProjectFile } from './types.ts';
