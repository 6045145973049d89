/* Reading keys and people beside the server that writes them, for features that follow them. */
export { stateFile } from '../create.ts';
export { openIdentityStore } from '../store-sql.ts';
