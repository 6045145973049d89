import type { z } from 'zod';
import { dataHandlingFile, repositoriesFile } from './schemas/data.ts';
import { moduleFile, playbookFrontMatter, quizFile } from './schemas/enablement.ts';
import { fairleadFile } from './schemas/fairlead.ts';
import { operatingModelFile, teamsFile } from './schemas/people.ts';
import {
  budgetsFile,
  controlsFile,
  kpisFile,
  legalFile,
  riskFile,
  scanningFile,
} from './schemas/registers.ts';
import { rolloutFile } from './schemas/rollout.ts';
import { assistantsFile, mcpFile, modelsFile } from './schemas/tools.ts';
import { vendorFile } from './schemas/vendor.ts';

/** The files that stand once in a program, at fixed paths. */
export const singleFiles = {
  fairlead: fairleadFile,
  'operating-model': operatingModelFile,
  teams: teamsFile,
  assistants: assistantsFile,
  mcp: mcpFile,
  controls: controlsFile,
  budgets: budgetsFile,
  repositories: repositoriesFile,
  models: modelsFile,
  'data-handling': dataHandlingFile,
  scanning: scanningFile,
  rollout: rolloutFile,
  kpis: kpisFile,
  legal: legalFile,
} as const;

/** Without these nothing can be decided; the others may be absent. */
export const requiredFiles = [
  'fairlead',
  'operating-model',
  'teams',
  'assistants',
  'repositories',
  'models',
  'data-handling',
  'rollout',
  'controls',
] as const satisfies readonly (keyof typeof singleFiles)[];

/** Whether a file of this name, at the top of a folder, makes it a program, a broken one perhaps. */
export function isProgramFile(name: string): boolean {
  return name.endsWith('.yaml') && Object.hasOwn(singleFiles, name.slice(0, -'.yaml'.length));
}

/** The files of which a program may hold many. */
export const manyFiles = {
  vendor: { schema: vendorFile, pattern: /^vendors\/[^/]+\.yaml$/, place: 'vendors/ID.yaml' },
  risk: { schema: riskFile, pattern: /^risks\/[^/]+\.yaml$/, place: 'risks/ID.yaml' },
  module: {
    schema: moduleFile,
    pattern: /^training\/[^/]+\/module\.yaml$/,
    place: 'training/MODULE/module.yaml',
  },
  quiz: { schema: quizFile, pattern: /^training\/[^/]+\/quiz\.yaml$/, place: 'training/MODULE/quiz.yaml' },
  playbook: { schema: playbookFrontMatter, pattern: /^playbooks\/[^/]+\.md$/, place: 'playbooks/NAME.md' },
} as const;

export type SingleKind = keyof typeof singleFiles;
export type ManyKind = keyof typeof manyFiles;
export type SingleData<K extends SingleKind> = z.output<(typeof singleFiles)[K]>;
export type ManyData<K extends ManyKind> = z.output<(typeof manyFiles)[K]['schema']>;

/** The Cedar texts that decide, and those that say what must never be possible. */
export const policyPattern = /^policies\/(?:[^/]+\/)*[^/]+\.cedar$/;
export const invariantPattern = /^invariants\/[^/]+\.cedar$/;
/** YAML that other parts read: here it is only checked to be readable. */
export const plainYamlPattern = /^(?:fixtures\/[^/]+\.yaml|tests\/(?:[^/]+\/)*[^/]+\.test\.yaml)$/;
export const lessonPattern = /^training\/[^/]+\/lesson\.md$/;
