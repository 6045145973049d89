export { type AddressSet, isLoopback, parseAddresses, plainAddress } from './addresses.ts';
export { type HeaderLookup, isBrowserRequest, isOwnOrigin } from './browser.ts';
export { isAllowedHost } from './hosts.ts';
export {
  checkListener,
  guardConnections,
  type ListenerOptions,
  type ListenerSecurity,
  type TlsMaterial,
} from './listener.ts';
