/*
 * Every name that telemetry shows: metrics, spans and their attributes. They are part of the public interface: dashboards
 * and alerts are written against them. Durations are in seconds, sizes in bytes, money in micro-USD.
 */

export const metricNames = {
  calls: 'fairlead_calls_total',
  refusals: 'fairlead_refusals_total',
  unauthenticated: 'fairlead_unauthenticated_total',
  outcomes: 'fairlead_outcomes_total',
  inFlight: 'fairlead_in_flight',
  beforeForward: 'fairlead_before_forward_seconds',
  cost: 'fairlead_cost_micro_usd_total',
  unpriced: 'fairlead_unpriced_calls_total',
  overruns: 'fairlead_budget_overruns_total',
  streamLagEntries: 'fairlead_stream_lag_entries',
  streamLagSeconds: 'fairlead_stream_lag_seconds',
  streamFailing: 'fairlead_stream_failing',
} as const;

export const spanNames = {
  /** A governed call, from its first byte to its recorded outcome. */
  call: 'fairlead.call',
  read: 'fairlead.read',
  inspect: 'fairlead.inspect',
  decide: 'fairlead.decide',
  record: 'fairlead.record',
  forward: 'fairlead.forward',
} as const;
export type SpanName = (typeof spanNames)[keyof typeof spanNames];

/** Attributes of spans. The `gen_ai.*` ones follow OpenTelemetry's conventions; none ever holds content. */
export const attributeNames = {
  op: 'fairlead.op',
  endpoint: 'fairlead.endpoint',
  decision: 'fairlead.decision',
  policyIds: 'fairlead.policy_ids',
  repository: 'fairlead.repository',
  assistant: 'fairlead.assistant',
  dataClasses: 'fairlead.data_classes',
  outcome: 'fairlead.outcome',
  vendor: 'gen_ai.provider.name',
  model: 'gen_ai.request.model',
  session: 'gen_ai.conversation.id',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  status: 'http.response.status_code',
} as const;
export type AttributeName = (typeof attributeNames)[keyof typeof attributeNames];
