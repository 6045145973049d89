export { type AddCheckpoint, formatAddCheckpoint, parseAddCheckpoint } from './add-checkpoint.ts';
export {
  type Checkpoint,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  peekCheckpoint,
  signCheckpoint,
} from './checkpoint.ts';
export { cosignatureTime, cosignatureType, cosignatureVerifier, cosigner } from './cosignature.ts';
export {
  type Actor,
  type AdminEntry,
  type ConfigEntry,
  type DecisionEntry,
  type Entry,
  type EntryEnvelope,
  type EntryKind,
  entryKinds,
  entryVersion,
  type KeptContent,
  type OutcomeEntry,
  type RecoveryEntry,
  type RepeatEntry,
  type RepositoryEvidence,
} from './entry.ts';
export {
  type Evidence,
  formatEvidence,
  parseEvidence,
  type ShownInclusion,
  verifyEvidence,
} from './evidence.ts';
export { outcomeId, recoveryId } from './ids.ts';
export {
  ed25519Type,
  formatVerifierKey,
  type NoteSignature,
  type NoteSigner,
  type NoteVerifier,
  noteKeyId,
  openNote,
  type ParsedNote,
  parseNote,
  parseVerifierKey,
  signatureLine,
  signNote,
  type VerifierKey,
} from './note.ts';
export { type ConsistencyClaim, type InclusionClaim, verifyConsistency, verifyInclusion } from './proof.ts';
export { proveConsistency, proveInclusion, readFrontier, type TileReader } from './prove.ts';
export {
  decodeBundle,
  encodeBundle,
  maxEntryBytes,
  parseTilePath,
  type TileAddress,
  tileHeight,
  tilePath,
  tileWidth,
  widthAt,
} from './tiles.ts';
export {
  appendLeaf,
  copyFrontier,
  emptyFrontier,
  equalBytes,
  type Frontier,
  foldNodes,
  frontierRoot,
  hashBytes,
  hashChildren,
  hashLeaf,
  type LeafRange,
  perfectNodes,
  type TreeNode,
} from './tree.ts';
