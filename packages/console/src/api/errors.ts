/** A refusal of the control API, or that it could not be reached. */
export interface ApiFailure {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** What the reader can do about it. */
  readonly fix: string;
}

/** Carries an {@link ApiFailure} through code that throws. */
export class ApiError extends Error {
  readonly failure: ApiFailure;
  constructor(failure: ApiFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

const unreachable: ApiFailure = {
  status: 0,
  code: 'console.unreachable',
  message: 'Fairlead does not answer.',
  fix: 'See whether it still runs, then try again.',
};

/** Whatever was thrown, as something that can be shown. */
export function failureOf(error: unknown): ApiFailure {
  if (error instanceof ApiError) return error.failure;
  // fetch says "it failed" with a TypeError and nothing else.
  if (error instanceof TypeError) return unreachable;
  return {
    status: 0,
    code: 'console.internal',
    message: 'This page failed.',
    fix: 'Load it again; if it fails again, report it with what you did before.',
  };
}

/** Reads `{error:{code,message,fix}}`; anything else becomes a failure that says only the status. */
export function readFailure(status: number, body: unknown): ApiFailure {
  const error = (body as { error?: { code?: unknown; message?: unknown; fix?: unknown } } | null)?.error;
  const text = (value: unknown, otherwise: string) => (typeof value === 'string' ? value : otherwise);
  return {
    status,
    code: text(error?.code, `http.${status}`),
    message: text(error?.message, `Fairlead answered with status ${status}.`),
    fix: text(error?.fix, 'Try again; if it stays so, look at the log of the server.'),
  };
}
