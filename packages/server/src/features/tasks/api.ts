export { openTasks } from './create.ts';
export { takeTaskFacts } from './import.ts';
export type { ConnectedSource, ProvenanceDocument, TaskFigures, TaskRowsQuery } from './types.ts';
