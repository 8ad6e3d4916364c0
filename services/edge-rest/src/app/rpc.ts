import { randomUUID } from "node:crypto";
import type { Message } from "@bufbuild/protobuf";
import type { Contract, MethodFacts } from "@staymesh/contract";
import { passedHeaders } from "./answer.ts";
import { INTERNAL, OK, UNAVAILABLE, UNKNOWN } from "./codes.ts";
import { callHeaders, type RequestContext } from "./context.ts";
import type { EdgeParts } from "./edge.ts";
import { hasKey } from "./key.ts";
import type { Locate } from "./locate.ts";
import type { Observed } from "./observe.ts";
import type { Plan } from "./plan.ts";
import { type CallHeaders, type CallOptions, type EdgeRequest, type StatusDetails, UpstreamError } from "./ports.ts";
import { type FieldProblem, invalidRequest, ownProblem, Problem, type ProblemFacts } from "./problem.ts";
import { usableRequestId } from "./request-headers.ts";
import { upstreamProblem } from "./upstream-problem.ts";

/** One method for clients that bring the request message itself, as those of Connect and gRPC-Web do. */
export interface Rpc {
  readonly method: MethodFacts;
  readonly unary: (message: Message, caller: RpcCaller) => Promise<RpcAnswer>;
  readonly stream: (message: Message, caller: RpcCaller) => AsyncGenerator<Message>;
}

export interface RpcCaller {
  readonly request: EdgeRequest;
  readonly signal: AbortSignal;
  /** What the client still waits, if it said so. */
  readonly timeoutMs: number | undefined;
  /** What is wrong with the text that the message was read from. */
  readonly problems: readonly FieldProblem[];
  readonly setHeader: (name: string, value: string) => void;
}

export interface RpcAnswer {
  readonly message: Message;
  readonly headers: CallHeaders;
}

/** A call that is refused or failed; `sent` are the details of the service that refused it. */
export class RpcFailure extends Error {
  override readonly name = "RpcFailure";
  readonly facts: ProblemFacts;
  readonly sent: StatusDetails["all"];

  constructor(facts: ProblemFacts, sent: StatusDetails["all"] = []) {
    super(facts.detail);
    this.facts = facts;
    this.sent = sent;
  }
}

interface Tools {
  readonly contract: Contract;
  readonly parts: EdgeParts;
  readonly openStreams: Set<() => void>;
}

/** Of several routes to one method the first is taken: what it does is the same. */
export function createRpcs(plans: Iterable<Plan>, parts: EdgeParts, openStreams: Set<() => void>): readonly Rpc[] {
  const rpcs = new Map<string, Rpc>();
  const tools = { contract: parts.contract, parts, openStreams };
  for (const plan of plans) {
    const { method } = plan.route;
    if (rpcs.has(method.path)) continue;
    rpcs.set(method.path, {
      method,
      unary: (message, caller) => unary(tools, plan, message, caller),
      stream: (message, caller) => stream(tools, plan, message, caller),
    });
  }
  return [...rpcs.values()];
}

async function unary(tools: Tools, plan: Plan, message: Message, caller: RpcCaller): Promise<RpcAnswer> {
  const call = begin(tools, plan, caller);
  try {
    const options = await prepare(tools, plan, message, caller, call.context);
    const { answer, cancel } = plan.upstream.unary(plan.encode(message), options, plan.repeatable);
    onAbort(caller.signal, cancel);
    const { message: bytes, headers } = await answer;
    call.end(undefined);
    return { message: plan.decode(bytes), headers: passedHeaders(headers) };
  } catch (error) {
    throw call.end(error);
  }
}

async function* stream(tools: Tools, plan: Plan, message: Message, caller: RpcCaller): AsyncGenerator<Message> {
  const call = begin(tools, plan, caller);
  let drained = false;
  let drain: () => void = () => {};
  try {
    const options = await prepare(tools, plan, message, caller, call.context);
    const { messages, cancel } = plan.upstream.stream(plan.encode(message), options);
    drain = () => {
      drained = true;
      cancel();
    };
    onAbort(caller.signal, cancel);
    if (plan.resumeField !== undefined) tools.openStreams.add(drain);
    for await (const bytes of messages) yield plan.decode(bytes);
    call.end(undefined);
  } catch (error) {
    const gone = new UpstreamError(UNAVAILABLE, "The stream goes on at another edge.", undefined);
    throw call.end(drained ? gone : error);
  } finally {
    tools.openStreams.delete(drain);
  }
}

/** Everything that is asked of a request before its service sees it. */
async function prepare(
  { contract, parts }: Tools,
  plan: Plan,
  message: Message,
  { request, timeoutMs, problems, setHeader }: RpcCaller,
  context: RequestContext,
): Promise<CallOptions> {
  const { method } = plan.route;
  if (plan.needsKey && !hasKey(request)) {
    throw ownProblem(contract.reasons, "UNAUTHENTICATED", "The request brings no key.", {
      headers: { "www-authenticate": "Bearer" },
    });
  }
  if (plan.needsKey && parts.rate !== undefined) {
    const limits = await parts.rate(request, method.rateCost);
    for (const [name, value] of Object.entries(limits)) setHeader(name, value);
  }
  const errors = problems.length > 0 ? problems : plan.complete(message, request.headers, asNamed);
  if (errors.length > 0) throw invalidRequest(contract.reasons, errors);
  return {
    path: method.path,
    headers: callHeaders(request, context, parts.asksKeys),
    deadline: Date.now() + Math.min(timeoutMs ?? method.timeoutMs, method.timeoutMs),
  };
}

/** A typed client knows the fields by the names of the contract. */
const asNamed: Locate = (field, reason, description) => ({ field, in: "body", pointer: field, reason, description });

interface Begun {
  readonly context: RequestContext;
  /** Closes the books on the call; gives what the client is told of an error. */
  readonly end: (error: unknown) => RpcFailure | undefined;
}

function begin({ contract, parts }: Tools, plan: Plan, caller: RpcCaller): Begun {
  const { request } = caller;
  const observed: Observed = parts.observe(request);
  const requestId = usableRequestId(request.headers["x-request-id"]) ?? randomUUID();
  const { span } = observed;
  const context = { requestId, traceId: span.traceId, span, instance: request.rawPath };
  const label = `POST ${plan.route.method.path}`;
  caller.setHeader("x-request-id", requestId);
  for (const [name, value] of Object.entries(plan.retired)) caller.setHeader(name, value);
  return {
    context,
    end: (error) => {
      const failure = error === undefined ? undefined : failureOf(error);
      const { status, code, reason = "" } = failure?.facts ?? { status: 200, code: OK };
      observed.end(label, status, code, reason, requestId);
      return failure;
    },
  };

  function failureOf(error: unknown): RpcFailure {
    if (error instanceof Problem) return new RpcFailure(error.facts);
    const told = { requestId, traceId: span.traceId, route: label };
    if (error instanceof UpstreamError) {
      const isFault = error.code === INTERNAL || error.code === UNKNOWN;
      if (isFault) parts.log.error({ ...told, code: error.code }, "a service failed");
      const facts = upstreamProblem(error, contract, asNamed, request.headers["accept-language"]);
      return new RpcFailure(facts, facts.code === error.code && !isFault ? error.details?.all : []);
    }
    parts.log.error({ ...told, err: error }, "the edge failed");
    return new RpcFailure(ownProblem(contract.reasons, "INTERNAL", "The request could not be answered.").facts);
  }
}

function onAbort(signal: AbortSignal, cancel: () => void): void {
  if (signal.aborted) cancel();
  else signal.addEventListener("abort", cancel, { once: true });
}
