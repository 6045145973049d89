import type { DetectorGroup } from '../detector.ts';
import { aiVendors } from './ai-vendors.ts';
import { assignments } from './assignments.ts';
import { chat } from './chat.ts';
import { cloud } from './cloud.ts';
import { fairlead } from './fairlead.ts';
import { fileShapes } from './file-shapes.ts';
import { furtherVendors } from './further-vendors.ts';
import { infrastructure } from './infrastructure.ts';
import { keys } from './keys.ts';
import { observability } from './observability.ts';
import { payments } from './payments.ts';
import { personalData } from './personal.ts';
import { registries } from './registries.ts';
import { sourceHosts } from './source-hosts.ts';
import { workTools } from './work-tools.ts';

/** All detectors that Fairlead ships, one group a file. */
export const detectorGroups: readonly DetectorGroup[] = [
  aiVendors,
  assignments,
  chat,
  cloud,
  fairlead,
  fileShapes,
  furtherVendors,
  infrastructure,
  keys,
  observability,
  payments,
  personalData,
  registries,
  sourceHosts,
  workTools,
];
