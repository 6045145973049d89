export type { ViewStore } from './store.ts';
export type { SavedView, ViewFilter } from './types.ts';
