/* Reading enrolled devices beside the server that writes them, for features that follow them. */
export { openDeviceStore } from '../store-sql.ts';
