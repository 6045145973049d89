/* The control API's paths, written by hand until the client is generated from its OpenAPI document. */
import type * as T from './types.ts';

interface Ok<Body, Content extends string> {
  headers: { [name: string]: unknown };
  content: { [type in Content]: Body };
}
interface Operation<Parameters, Body, Answer> {
  parameters: Parameters;
  requestBody?: Body extends null ? never : { content: { 'application/json': Body } };
  responses: { 200: Ok<Answer, 'application/json'> };
}
type Get<Answer, Parameters = object> = {
  parameters: object;
  get: Operation<Parameters, null, Answer>;
};
type Post<Body, Answer, Parameters = object> = {
  parameters: object;
  post: Operation<Parameters, Body, Answer>;
};
type ById = { path: { id: string } };
type Done = { ok: true };

/** Filters of the audit explorer, as they stand in its address. */
export interface EntriesQuery {
  cursor?: string;
  limit?: number;
  kind?: string;
  decision?: string;
  policyId?: string;
  repository?: string;
  actor?: string;
  vendor?: string;
  model?: string;
  assistant?: string;
  session?: string;
  q?: string;
  from?: string;
  to?: string;
}

export interface paths {
  '/api/sign-in': Post<{ token: string }, T.SignedIn>;
  '/api/sign-out': Post<object, Done>;
  '/api/me': Get<T.Me>;
  '/api/program': Get<T.Program>;
  '/api/overview': Get<T.Overview, { query: { window: T.Window } }>;
  '/api/audit/entries': Get<T.EntriesPage, { query: EntriesQuery }>;
  '/api/audit/entries/{id}': Get<T.EntryDetail, ById>;
  '/api/audit/entries/{id}/proof': Get<T.InclusionProof, ById>;
  '/api/audit/facets': Get<T.Facets>;
  '/api/audit/sessions': Get<T.SessionsPage, { query: { cursor?: string; limit?: number } }>;
  '/api/audit/sessions/{session}': Get<T.SessionDetail, { path: { session: string } }>;
  '/api/audit/people': Post<{ pseudonym: string; purpose: string }, { principal: string; name: string }>;
  '/api/controls': Get<T.Control[]>;
  '/api/keys': Get<T.KeyView[]> & Post<T.KeyRequest, T.IssuedKey>;
  '/api/keys/{id}/rotate': Post<{ expiresAt: string }, T.IssuedKey, ById>;
  '/api/keys/{id}/revoke': Post<{ reason: string }, Done, ById>;
  '/api/keys/{id}/resume': Post<{ reason: string }, Done, ById>;
  '/api/budgets': Get<T.Budgets>;
}
