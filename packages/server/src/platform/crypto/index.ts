export {
  type Ed25519KeyPair,
  generateEd25519,
  loadEd25519,
  publicKeyOf,
  signEd25519,
  verifyEd25519,
} from './ed25519.ts';
export { nodeHash, nodeRandom, sha256Hex } from './ports.ts';
export { loadSecret } from './secret-file.ts';
export { newUuid } from './uuid.ts';
