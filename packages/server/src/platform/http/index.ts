export { type AccessControl, type CallerRequest, granted, openAccess, type RouteAccess } from './access.ts';
export { type AddressSet, isLoopback, parseAddresses, plainAddress } from './addresses.ts';
export { type HeaderLookup, isBrowserRequest, isOwnOrigin } from './browser.ts';
export { type ControlApp, type ControlServerOptions, createControlServer } from './control-server.ts';
export {
  type ControlSocket,
  createSocketToken,
  openControlSocket,
  type SocketToken,
} from './control-socket.ts';
export { isAllowedHost } from './hosts.ts';
export {
  checkListener,
  guardConnections,
  type ListenerOptions,
  type ListenerSecurity,
  type TlsMaterial,
} from './listener.ts';
export { systemRoutes } from './system-routes.ts';
