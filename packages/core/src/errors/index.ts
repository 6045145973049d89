export { type CatalogueEntry, catalogue, type ErrorCode, isErrorCode } from './catalogue.ts';
export { type ErrorDetails, type ErrorPlace, FairleadError, isFairleadError } from './fairlead-error.ts';
