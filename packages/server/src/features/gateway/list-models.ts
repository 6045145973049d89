import type { ServerResponse } from 'node:http';
import { decideCall } from '@fairlead/core/decision';
import type { Dialect } from '@fairlead/core/wire';
import { identifyCaller } from './caller.ts';
import { type HeaderMap, headerValue } from './headers.ts';
import type { Runtime } from './runtime.ts';
import type { ActiveBundle } from './types.ts';

/**
 * `GET /v1/models`: only the models that policy would let this key use for a plain chat. The dialect of the answer
 * follows `anthropic-version`, as clients of both kinds ask under the same path.
 */
export function listModels(
  runtime: Runtime,
  bundle: ActiveBundle,
  headers: HeaderMap,
  response: ServerResponse,
  op: string,
): void {
  const { caller } = identifyCaller(headers, runtime.deps.identity);
  const dialect: Dialect = headerValue(headers, 'anthropic-version') === undefined ? 'openai' : 'anthropic';
  const usable = bundle.index.program.models.filter((model) => {
    const vendors = bundle.index.vendorsOf(model.id, dialect);
    const reachable = vendors.some((vendor) => vendor.id === model.vendor);
    const vendorAgrees = caller.vendor === null || caller.vendor === model.vendor;
    if (!reachable || !vendorAgrees || (vendors.length > 1 && caller.vendor === null)) return false;
    const question = {
      principal: caller.principal,
      repositories: caller.repositories,
      repositoryEvidence: caller.repositoryEvidence ?? 'key',
      repositoryMismatch: false,
      assistant: caller.assistant,
      model: model.id,
      vendor: model.vendor,
      ambiguousModel: false,
      capability: 'chat' as const,
      tools: [],
      mcpServers: [],
      serverTools: [],
      serverState: [],
      remoteRefs: 0,
      serviceTier: null,
      budgetReserved: true,
      unpriced: !runtime.deps.budgets.isPriced(bundle.index.program, model.vendor, model.id),
      dataClasses: [],
      inspection: 'clean' as const,
      exceptions: [],
    };
    const { index, engine } = bundle;
    return decideCall(index, engine, question, runtime.deps.clock.now()).decision === 'allow';
  });
  const body = JSON.stringify(dialect === 'openai' ? openaiList(usable) : anthropicList(usable));
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-fairlead-op': op,
  });
  response.end(body);
}

type Listed = readonly { readonly id: string; readonly vendor: string }[];

function openaiList(models: Listed): object {
  const data = models.map(({ id, vendor }) => ({ id, object: 'model', created: 0, owned_by: vendor }));
  return { object: 'list', data };
}

function anthropicList(models: Listed): object {
  const created = '1970-01-01T00:00:00Z';
  const data = models.map(({ id }) => ({ type: 'model', id, display_name: id, created_at: created }));
  return { data, has_more: false, first_id: models[0]?.id ?? null, last_id: models.at(-1)?.id ?? null };
}
