export {
  type DifferentialResult,
  type Disagreement,
  runDifferential,
  runExtensionCases,
} from './differential.ts';
