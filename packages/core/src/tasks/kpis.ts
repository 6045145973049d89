import { kpiDefinitions } from '../delivery/index.ts';
import { costKpis } from './cost-kpis.ts';
import { failureKpis } from './failure-kpis.ts';
import {
  type KpiDescription,
  one,
  overChanges,
  overPeople,
  type TaskKpiDefinition,
} from './kpi-definition.ts';
import { escalationKpis, outcomeKpis } from './outcome-kpis.ts';

/** Who uses assistants, and what for. */
const useKpis = [
  overPeople(
    {
      id: 'adoption',
      formula: 'weeks of enrolled people in which they used an assistant ÷ weeks of enrolled people',
      unit: 'share',
      sources: ['usage'],
      owner: 'product',
    },
    { kind: 'share', eligible: ({ enrolled }) => enrolled, hit: ({ active }) => one(active) },
  ),
  overChanges(
    {
      id: 'assistant_share',
      formula:
        'merged changes of class A or B ÷ merged changes, automation aside: at least so many, since what is unknown isn’t counted (descriptive, selected)',
      unit: 'share',
      sources: ['changes'],
      owner: 'product',
    },
    {
      kind: 'share',
      eligible: ({ provenance }) => provenance.class !== 'automation',
      covered: ({ provenance }) => provenance.class !== 'U',
      hit: ({ isAssistants }) => one(isAssistants),
    },
  ),
];

/** Every figure of tasks and assistants, in the order in which they are read. */
export const taskKpiDefinitions: readonly TaskKpiDefinition[] = [
  ...outcomeKpis,
  ...escalationKpis,
  ...costKpis,
  ...failureKpis,
  ...useKpis,
];

/** Every figure there is, those of changes first. */
export const allKpiDefinitions: readonly KpiDescription[] = [...kpiDefinitions, ...taskKpiDefinitions];
