import { one, overChanges, overDeployments, overPeople } from './kpi-definition.ts';

/** What went wrong in production, in programs and in code. */
export const failureKpis = [
  overDeployments(
    {
      id: 'change_failure_rate',
      version: 'v2',
      formula:
        'production deployments that incidents fall to ÷ production deployments; an incident without links falls in equal parts to those of its service in the 7 days before',
      unit: 'share',
      sources: ['incidents', 'deployments'],
    },
    { kind: 'share', known: ({ matured }) => matured, hit: ({ failure }) => failure },
  ),
  overDeployments(
    {
      id: 'rework_rate',
      version: 'v3',
      formula: 'production deployments that brought a revert or fixed an incident ÷ production deployments',
      unit: 'share',
      sources: ['deployments'],
    },
    { kind: 'share', hit: ({ isRework }) => one(isRework) },
  ),
  overChanges(
    {
      id: 'incident_frequency.delivery',
      version: 'v2',
      formula:
        'incidents within 28 days of the merge that fall to changes of class A or B ÷ those changes × 100',
      unit: 'per 100 changes',
      sources: ['incidents'],
    },
    {
      kind: 'rare',
      eligible: ({ isAssistants }) => isAssistants,
      known: ({ matured }) => matured,
      weights: ({ incidentShares }) => incidentShares,
      scale: 100,
    },
  ),
  overPeople(
    {
      id: 'incident_frequency.governance',
      formula:
        'confirmed leaks, bypasses, unapproved vendors, models or MCP servers, IP matches and ledger gaps ÷ weeks of people active with an assistant × 1,000',
      unit: 'per 1,000 developer-weeks',
      sources: ['governance_incidents', 'usage'],
      owner: 'security',
    },
    { kind: 'counted', eligible: ({ active }) => active, scale: 1000 },
  ),
  overChanges(
    {
      id: 'findings_per_100',
      formula: 'security findings in merged changes ÷ merged changes × 100',
      unit: 'per 100 changes',
      sources: ['scanners'],
      owner: 'security',
    },
    { kind: 'ratio', counts: true, numerator: ({ findings }) => findings, denominator: () => 1, scale: 100 },
  ),
];
