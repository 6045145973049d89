export type {
  CallView,
  Capability,
  Dialect,
  Endpoint,
  Skipped,
  Span,
  TextUnit,
  UnitKind,
  Usage,
} from './types.ts';
