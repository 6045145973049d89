export { openDelivery } from './create.ts';
export { takeFacts } from './service.ts';
export type { DeliveryStore } from './store.ts';
