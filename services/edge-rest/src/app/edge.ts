import { randomUUID } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { type Contract, compileRoutes, createRouter, type MethodFacts, type Route } from "@staymesh/contract";
import type { Logger } from "@staymesh/service-kit";
import { unaryAnswer } from "./answer.ts";
import { INTERNAL, OK, UNKNOWN } from "./codes.ts";
import { callHeaders, deadlineOf, type RequestContext } from "./context.ts";
import type { Cors } from "./cors.ts";
import { upstreamOf } from "./fan-out.ts";
import { hasKey } from "./key.ts";
import type { Observe } from "./observe.ts";
import type { Pages } from "./pages.ts";
import { type Plan, planRoute } from "./plan.ts";
import { type EdgeRequest, type EdgeResponse, type Upstream, UpstreamError } from "./ports.ts";
import { ownProblem, Problem, type ProblemFacts, problemBody, problemHeaders } from "./problem.ts";
import type { Rate } from "./rate.ts";
import { usableRequestId } from "./request-headers.ts";
import { withRetirement } from "./retirement.ts";
import { createRpcs, type Rpc } from "./rpc.ts";
import { streamAnswer } from "./stream-answer.ts";
import { upstreamProblem } from "./upstream-problem.ts";

export interface EdgeParts {
  readonly contract: Contract;
  /** By full service name; routes that nobody behind them answers are not offered. */
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly asksKeys: boolean;
  readonly maxBodyBytes: number;
  readonly maxUriBytes: number;
  readonly pages: Pages;
  readonly cors: Cors;
  readonly observe: Observe;
  /** Without it nothing is limited. */
  readonly rate?: Rate;
  readonly log: Logger;
}

export interface Edge {
  /** Answers every request, whatever it is; never rejects. */
  readonly handle: (request: EdgeRequest) => Promise<EdgeResponse>;
  readonly routes: readonly Route[];
  /** The methods behind the routes, for clients that bring whole messages. */
  readonly rpcs: readonly Rpc[];
  /** Ends the streams of events, which would never end by themselves; their clients resume elsewhere. */
  readonly endStreams: () => void;
}

/** The whole edge but its sockets. Throws where the contract's routes do not work. */
export function createEdge(parts: EdgeParts): Edge {
  const { contract, upstreams } = parts;
  const routes = compileRoutes(contract, (method) => upstreamOf(method, upstreams) !== undefined);
  const plans = new Map(routes.map((route) => [route, planRoute(route, planOptions(parts, routes))]));
  const router = createRouter(routes);
  const openStreams = new Set<() => void>();

  const dispatch = async (request: EdgeRequest, context: RequestContext, seen: Seen): Promise<EdgeResponse> => {
    if (request.rawPath.length + request.rawQuery.length > parts.maxUriBytes) {
      throw ownProblem(contract.reasons, "URI_TOO_LONG", `Path and query may have ${parts.maxUriBytes} bytes at most.`);
    }
    const page = await parts.pages(request);
    if (page !== undefined) return page;
    if (request.method === "OPTIONS") {
      const allow = router.allowed(request.rawPath);
      if (allow.length > 0) return parts.cors.preflight(request, [...allow, "OPTIONS"]);
    }
    const match = router.match(request.method, request.rawPath);
    switch (match.kind) {
      case "none":
        throw ownProblem(contract.reasons, "ROUTE_NOT_FOUND", `There is no ${request.method} on this path.`);
      case "malformed":
        throw ownProblem(contract.reasons, "INVALID_REQUEST", "The path is wrongly encoded.", {
          errors: [
            {
              field: "",
              in: "path",
              parameter: "",
              reason: "path.encoding",
              description: "the path is wrongly encoded",
            },
          ],
        });
      case "wrong_method": {
        const allow = [...match.allow, "OPTIONS"].join(", ");
        throw ownProblem(contract.reasons, "METHOD_NOT_ALLOWED", `This path takes ${allow}.`, { headers: { allow } });
      }
      case "route": {
        const plan = plans.get(match.route);
        if (plan === undefined) throw new Error(`${match.route.method.fullName} has no plan`);
        seen.plan = plan;
        return call(plan, request, match.values, context, seen);
      }
    }
  };

  const call = async (
    plan: Plan,
    request: EdgeRequest,
    values: readonly string[],
    context: RequestContext,
    seen: Seen,
  ): Promise<EdgeResponse> => {
    const { method } = plan.route;
    if (plan.needsKey && !hasKey(request)) {
      throw ownProblem(contract.reasons, "UNAUTHENTICATED", "The request brings no key.", {
        headers: { "www-authenticate": "Bearer" },
      });
    }
    if (plan.needsKey && parts.rate !== undefined) seen.limits = await parts.rate(request, method.rateCost);
    const deadline = deadlineOf(request, method.timeoutMs, contract.reasons);
    const message = await plan.build(request, values);
    const bytes = plan.encode(message);
    const options = { path: method.path, headers: callHeaders(request, context, parts.asksKeys), deadline };
    if (method.kind === "unary") {
      const unary = plan.upstream.unary(bytes, options, plan.repeatable);
      request.onLeave(unary.cancel);
      const { message: answer, headers } = await unary.answer;
      return unaryAnswer(plan, answer, headers, request);
    }
    const stream = plan.upstream.stream(bytes, options);
    request.onLeave(stream.cancel);
    const tell = (error: unknown) => problemBody(problemOf(error, plan, request, context), context);
    const response = await streamAnswer(plan, stream, request, tell);
    return plan.resumeField === undefined ? response : tracked(response, openStreams);
  };

  const problemOf = (
    error: unknown,
    plan: Plan | undefined,
    request: EdgeRequest,
    context: RequestContext,
  ): ProblemFacts => {
    if (error instanceof Problem) return error.facts;
    if (error instanceof UpstreamError && plan !== undefined) {
      if (error.code === INTERNAL || error.code === UNKNOWN) {
        const { requestId } = context;
        parts.log.error(
          { requestId, traceId: context.span.traceId, route: plan.label, code: error.code },
          "a service failed",
        );
      }
      return upstreamProblem(error, contract, plan.locate, request.headers["accept-language"]);
    }
    const { requestId } = context;
    parts.log.error({ err: error, requestId, traceId: context.span.traceId, route: plan?.label }, "the edge failed");
    return ownProblem(contract.reasons, "INTERNAL", "The request could not be answered.").facts;
  };

  const handle = async (request: EdgeRequest): Promise<EdgeResponse> => {
    const observed = parts.observe(request);
    const requestId = usableRequestId(request.headers["x-request-id"]) ?? randomUUID();
    const { span } = observed;
    const context = { requestId, traceId: span.traceId, span, instance: request.rawPath.slice(0, 500) };
    const seen: Seen = { plan: undefined, limits: {} };
    let response: EdgeResponse;
    let reason = "";
    let code = OK;
    try {
      response = await dispatch(request, context, seen);
    } catch (error) {
      const facts = problemOf(error, seen.plan, request, context);
      reason = facts.reason ?? "";
      code = facts.code;
      response = problemResponse(facts, context);
    }
    observed.end(seen.plan?.label, response.status, code, reason, requestId);
    return parts.cors.mark(request, {
      ...response,
      headers: {
        ...withRetirement(response.headers, seen.plan?.retired ?? {}),
        ...seen.limits,
        "x-request-id": requestId,
      },
    });
  };

  return {
    handle,
    routes,
    rpcs: createRpcs(plans.values(), parts, openStreams),
    endStreams: () => {
      for (const end of openStreams) end();
    },
  };
}

interface Seen {
  plan: Plan | undefined;
  /** Headers about the quota, which go with every answer. */
  limits: Readonly<Record<string, string>>;
}

function planOptions(parts: EdgeParts, routes: readonly Route[]) {
  const { contract, upstreams, asksKeys, maxBodyBytes, log } = parts;
  const broken = new Set<string>();
  return {
    contract,
    routes,
    asksKeys,
    maxBodyBytes,
    upstreamOf: (method: MethodFacts): Upstream => {
      const upstream = upstreamOf(method, upstreams);
      if (upstream === undefined) throw new Error(`${method.fullName} has no upstream`);
      return upstream;
    },
    // Warms the rules as well: the first check of a type takes up to half a second.
    validateOf: ({ method }: Route) => {
      try {
        method.validate(create(method.input));
        return method.validate;
      } catch (err) {
        if (!broken.has(method.input.typeName))
          log.warn({ err, type: method.input.typeName }, "its rules cannot be checked at the edge");
        broken.add(method.input.typeName);
        return undefined;
      }
    },
  };
}

function problemResponse(facts: ProblemFacts, context: RequestContext): EdgeResponse {
  return {
    status: facts.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...problemHeaders(facts),
    },
    content: { kind: "bytes", bytes: Buffer.from(JSON.stringify(problemBody(facts, context))), compressible: true },
  };
}

/** Remembers a stream until it ends. */
function tracked(response: EdgeResponse, open: Set<() => void>): EdgeResponse {
  const { content } = response;
  if (content.kind !== "stream") return response;
  open.add(content.cancel);
  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      if (content.kind === "stream") yield* content.chunks;
    } finally {
      if (content.kind === "stream") open.delete(content.cancel);
    }
  }
  return { ...response, content: { ...content, chunks: chunks() } };
}
