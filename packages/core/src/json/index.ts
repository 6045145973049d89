export { canonicalJson } from './canonical.ts';
