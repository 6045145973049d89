export {
  type AccessControl,
  type CallerRequest,
  granted,
  grantedToTokens,
  identifiedAccess,
  identifiedAnd,
  openAccess,
  ownCredential,
  type RouteAccess,
  signedAccess,
} from './access.ts';
export { type AddressSet, isLoopback, parseAddresses, plainAddress } from './addresses.ts';
export { type HeaderLookup, isBrowserRequest, isOwnOrigin, isOwnPage } from './browser.ts';
export {
  type ControlApp,
  type ControlRoute,
  type ControlServerOptions,
  createControlServer,
  headerOf,
  ownOriginOf,
  routesOf,
} from './control-server.ts';
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
export { createRateLimit, type RateLimit } from './rate-limit.ts';
export { answerRaw, clientErrorStatus } from './raw-answer.ts';
export { pagePolicy } from './security-headers.ts';
export { systemRoutes } from './system-routes.ts';
export { filledLine, oneLine } from './texts.ts';
