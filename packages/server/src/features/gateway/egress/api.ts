/* The rules of the way out, for other features that send something: private addresses refused, no redirects. */
export { createEgress, type Egress, type ProxyEnvironment } from '../egress.ts';
