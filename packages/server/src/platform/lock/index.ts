export { createDataFolder, exposuresOf } from './data-folder.ts';
export {
  acquireWriterLock,
  lockIsEmpty,
  readWriterInfo,
  type WriterInfo,
  type WriterLock,
} from './writer-lock.ts';
