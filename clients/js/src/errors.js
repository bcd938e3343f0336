/**
 * A node refused a request, or an answer broke off.
 *
 * `status` is the HTTP status, `code` one of docs/runs.md, `param` the place of the request that is
 * at fault. `retryAfterSeconds` is there where the node says when another try makes sense.
 */
export class TroupeError extends Error {
  constructor(message, { status, type, code, param, traceId, retryAfterSeconds, cause } = {}) {
    super(message, { cause });
    this.name = new.target.name;
    Object.assign(this, { status, type, code, param, traceId, retryAfterSeconds });
  }
}

/** No node answered: nothing is known of what became of the request. */
export class UnreachableError extends TroupeError {}

/** What was sent is no plan: `code` says what is wrong with it, `param` where. */
export class InvalidPlanError extends TroupeError {}

/** There is no such run, or it has no such step. */
export class NotFoundError extends TroupeError {}

/** The run is not in a state for what was asked: over, being ended, or there already. */
export class ConflictError extends TroupeError {}

/** The node understands what was asked and does not do it. */
export class NotServedError extends TroupeError {}

/** A run has ended without completing. Its results are in `run`. */
export class RunFailedError extends TroupeError {
  constructor(run) {
    const why = run.error?.message ?? `it was ${run.state}`;
    super(`Run \`${run.id}\`: ${why}`, { code: run.error?.code });
    this.run = run;
  }
}

const KINDS = new Map([
  ...[
    "invalid_input",
    "unknown_key",
    "dag_cycle",
    "dag_invalid",
    "dep_not_found",
    "model_unknown",
    "tool_not_found",
    "currency_mismatch",
    "too_large",
  ].map((code) => [code, InvalidPlanError]),
  ...["run_not_found", "task_not_found"].map((code) => [code, NotFoundError]),
  ...[
    "run_exists",
    "run_completed",
    "run_aborted",
    "run_not_ended",
    "run_stopping",
    "task_state",
  ].map((code) => [code, ConflictError]),
  ["not_implemented", NotServedError],
]);

/** Reads an error in the shape of the OpenAI API; anything else becomes the message. */
export async function errorOf(response) {
  const text = await response.text();
  const seconds = Number.parseFloat(response.headers.get("retry-after") ?? "");
  const more = {
    status: response.status,
    retryAfterSeconds: Number.isNaN(seconds) ? undefined : seconds,
  };
  let error;
  try {
    error = JSON.parse(text)?.error;
  } catch {
    error = undefined;
  }
  if (typeof error?.message !== "string") {
    return new TroupeError(text || `status ${response.status}`, more);
  }
  const { message, type, code, param, trace_id: traceId } = error;
  return new (KINDS.get(code) ?? TroupeError)(message, { ...more, type, code, param, traceId });
}
