import type { Dialect } from './types.ts';

/** What a refused caller is told. */
export interface Refusal {
  /** HTTP status of the response. */
  readonly status: number;
  /** The reason id, such as `repository.allowlist`, or an error code. */
  readonly code: string;
  /** One plain sentence. */
  readonly message: string;
  /** What the reader can do about it. */
  readonly whatToDo: string;
  readonly link?: string;
  /** Operation id, by which the entry in the ledger is found. */
  readonly op: string;
}

export interface RenderedRefusal {
  readonly contentType: string;
  readonly body: string;
}

// The vendors' own names for kinds of errors, by status: clients choose their wording by them.
const openaiTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
};
const anthropicTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

/** Ends a sentence that has no end, so that parts can be joined. */
function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?:]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

function refusalText(refusal: Refusal): string {
  const parts = [
    `Fairlead refused this call (${refusal.code}).`,
    sentence(refusal.message),
    sentence(refusal.whatToDo),
  ];
  if (refusal.link !== undefined) parts.push(`See ${refusal.link}`);
  parts.push(`[${refusal.op}]`);
  return parts.filter((part) => part !== '').join(' ');
}

/**
 * The body of a refusal in the caller's own error dialect, so that the assistant shows it. The text carries the
 * reason id, one sentence, what to do, a link when there is one, and the operation id.
 */
export function renderRefusal(dialect: Dialect, refusal: Refusal): RenderedRefusal {
  const message = refusalText(refusal);
  const fallback = refusal.status >= 500 ? 'api_error' : 'invalid_request_error';
  const body =
    dialect === 'anthropic'
      ? {
          type: 'error',
          error: { type: anthropicTypes[refusal.status] ?? fallback, message },
          request_id: refusal.op,
        }
      : {
          error: { message, type: openaiTypes[refusal.status] ?? fallback, code: refusal.code, param: null },
        };
  return { contentType: 'application/json', body: JSON.stringify(body) };
}
