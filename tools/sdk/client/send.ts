import type { ErrorClass } from "./errors.ts";
import { ConnectionError, errorOfProblem, localDetails, StaymeshError, TimeoutError } from "./errors.ts";
import type { MethodPlan, RetryPlan, Shapes } from "./plan.ts";
import type { BuiltRequest, RequestFields } from "./request.ts";
import { buildRequest } from "./request.ts";

export interface ClientOptions {
  /** The address of the edge, such as https://booking.example. */
  readonly baseUrl: string;
  /** Your key. */
  readonly key: string;
  /** How often a call is sent again at most; what the contract says if it is not said. */
  readonly maxRetries?: number | undefined;
  /** Headers for each call. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Another fetch, such as one that goes through a proxy. */
  readonly fetch?: typeof fetch | undefined;
}

export interface CallOptions {
  /** For the whole call with all its repetitions; what the contract says if it is not said. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** All that calls of one client have in common. */
export interface Setting {
  readonly client: ClientOptions;
  readonly errors: Readonly<Record<string, ErrorClass>>;
  readonly shapes: Shapes;
}

export interface Attempted {
  readonly plan: MethodPlan;
  readonly built: BuiltRequest;
  readonly requestId: string | undefined;
  readonly accept: string;
  readonly options: CallOptions;
}

// The server knows its deadline; a little longer, so that its answer about it still arrives.
const GRACE_MS = 500;

/** The same request id for all attempts of a call: what makes a write safe to repeat. */
export function prepare(setting: Setting, plan: MethodPlan, request: RequestFields, options: CallOptions): Attempted {
  const given = request["requestId"];
  const requestId = plan.requestId ? (typeof given === "string" ? given : crypto.randomUUID()) : undefined;
  const fields = requestId === undefined ? request : { ...request, requestId };
  const built = buildRequest(plan, setting.client.baseUrl, fields);
  return { plan, built, requestId, accept: "application/json", options };
}

/** Sends a call until it has an answer, it may not be repeated, or its time is over. The answer is read by `read`. */
export async function send<Answer>(
  setting: Setting,
  call: Attempted,
  read: (response: Response) => Promise<Answer>,
): Promise<Answer> {
  const end = performance.now() + (call.options.timeoutMs ?? call.plan.timeoutMs);
  const { retry } = call.plan;
  for (let failures = 1; ; failures += 1) {
    try {
      return await once(setting, call, end - performance.now(), read);
    } catch (error) {
      call.options.signal?.throwIfAborted();
      const leftMs = end - performance.now();
      const waitMs = retry === undefined ? undefined : waitBeforeRetry(retry, error, failures);
      const most = setting.client.maxRetries ?? (retry?.attemptsMax ?? 1) - 1;
      if (waitMs === undefined || failures > most || waitMs >= leftMs) throw error;
      await delay(waitMs, call.options.signal);
    }
  }
}

async function once<Answer>(
  setting: Setting,
  call: Attempted,
  leftMs: number,
  read: (response: Response) => Promise<Answer>,
): Promise<Answer> {
  const deadline = AbortSignal.timeout(Math.max(1, Math.ceil(leftMs + GRACE_MS)));
  const signal = AbortSignal.any([deadline, ...(call.options.signal === undefined ? [] : [call.options.signal])]);
  const headers = { "x-server-timeout": (Math.max(1, leftMs) / 1000).toFixed(3) };
  try {
    return await read(await ask(setting, call, signal, headers));
  } catch (error) {
    if (error instanceof StaymeshError) throw error;
    call.options.signal?.throwIfAborted();
    const details = (what: string, code: string) => localDetails(`${call.plan.method}: ${what}`, code, call.requestId);
    if (deadline.aborted) {
      throw new TimeoutError(details("no answer within its time", "DEADLINE_EXCEEDED"), { cause: error });
    }
    throw new ConnectionError(details("the connection failed", "UNAVAILABLE"), { cause: error });
  }
}

/** One exchange; a refusal is thrown in the class of its reason. */
export async function ask(
  { client, errors }: Setting,
  { plan, built, accept, requestId, options }: Attempted,
  signal: AbortSignal,
  extra: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const response = await (client.fetch ?? fetch)(built.url, {
    method: plan.verb,
    headers: {
      accept,
      authorization: `Bearer ${client.key}`,
      ...(built.body === undefined ? {} : { "content-type": "application/json" }),
      ...extra,
      ...client.headers,
      ...options.headers,
    },
    ...(built.body === undefined ? {} : { body: built.body }),
    signal,
  });
  if (response.ok) return response;
  const replayed = response.headers.get("idempotency-replayed") === "true";
  throw errorOfProblem(errors, await problemOf(response), response.status, requestId, replayed);
}

async function problemOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return { detail: `HTTP ${response.status}: ${text.slice(0, 200)}` };
  }
}

/** Undefined where sending it again changes nothing. */
export function waitBeforeRetry(retry: RetryPlan, error: unknown, failures: number): number | undefined {
  if (!(error instanceof StaymeshError) || error instanceof TimeoutError || error.replayed) return undefined;
  const passing = error instanceof ConnectionError || [429, 502, 503].includes(error.status);
  // A twin of this write is still at work: its answer is there soon.
  const busy = error.code === "ABORTED" && error.retryAfterMs !== undefined;
  if (!passing && !busy) return undefined;
  // Half of it is left to chance, so that callers that failed together do not come back together.
  const { firstWaitMs, waitMaxMs, multiplier } = retry;
  const backOff = Math.min(waitMaxMs, firstWaitMs * multiplier ** (failures - 1)) * (0.5 + Math.random() / 2);
  return Math.max(error.retryAfterMs ?? 0, backOff);
}

export function delay(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", leave);
      resolve();
    }, ms);
    if (signal?.aborted === true) leave();
    else signal?.addEventListener("abort", leave, { once: true });
  });
}
