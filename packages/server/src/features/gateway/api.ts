export { type Gateway, type GatewayOptions, startGateway } from './create.ts';
export type { TlsFiles } from './listener.ts';
export { createGatewayMetrics } from './metrics.ts';
export {
  type ActiveBundle,
  defaultLimits,
  type GatewayDeps,
  type GatewayLimits,
  type VendorAccess,
} from './types.ts';
