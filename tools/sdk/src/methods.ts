import { type Contract, callPolicy, compileRoutes, type MethodFacts, RETRY, type Route } from "@staymesh/contract";
import type { MethodPlan, PathField, RetryPlan } from "../client/plan.ts";

export interface SdkMethod {
  readonly facts: MethodFacts;
  readonly plan: MethodPlan;
  readonly kind: "unary" | "paged" | "stream" | "download";
  /** The type of one item, of a paged method. */
  readonly items: MethodFacts["output"]["fields"][number] | undefined;
}

export interface SdkService {
  readonly name: string;
  readonly methods: readonly SdkMethod[];
  /** Methods without a route: they are called over gRPC. */
  readonly grpcOnly: readonly string[];
}

/** What the SDK offers: every method that has its access rules in the contract, and a route. */
export function sdkServices(contract: Contract): readonly SdkService[] {
  const offered = contract.services.filter((service) => service.methods.some(isOffered));
  const routes = compileRoutes(contract, ({ service }) => offered.some(({ name }) => name === service));
  return offered.map(({ name, methods }) => {
    const withRoutes = methods.filter(isOffered).map((facts) => ({
      facts,
      route: routes.find(({ method }) => method === facts),
    }));
    return {
      name,
      methods: withRoutes.flatMap(({ facts, route }) =>
        route === undefined || !sendable(facts) ? [] : [sdkMethod(contract, facts, route)],
      ),
      grpcOnly: withRoutes
        .filter(({ facts, route }) => route === undefined || !sendable(facts))
        .map((it) => it.facts.name),
    };
  });
}

function isOffered({ scopes, public: open }: MethodFacts): boolean {
  return open || scopes.length > 0;
}

function sendable({ kind }: MethodFacts): boolean {
  return kind === "unary" || kind === "server_streaming";
}

function sdkMethod(contract: Contract, facts: MethodFacts, route: Route): SdkMethod {
  const { input, output } = facts;
  const items = facts.kind === "unary" ? pageItems(facts) : undefined;
  const resume = output.fields.find((field) => contract.options.field(field)?.resumeToken === true)?.jsonName;
  const resumable = resume !== undefined && input.fields.some(({ jsonName }) => jsonName === resume);
  const plan: MethodPlan = {
    method: facts.fullName,
    verb: route.verb,
    path: pathParts(route),
    body: route.body.kind === "whole" ? "*" : route.body.kind === "field" ? route.body.field.jsonName : "",
    timeoutMs: callPolicy(facts).timeoutMs,
    ...retryPlan(facts),
    requestId: facts.idempotency !== "NO_SIDE_EFFECTS" && input.fields.some(({ name }) => name === "request_id"),
    answer: output.typeName,
    ...(items === undefined ? {} : { items: items.jsonName }),
    ...(resumable ? { resume } : {}),
  };
  return { facts, plan, kind: kindOf(facts, items !== undefined), items };
}

/** Over REST a file is read again from its beginning and a stream from its token, which a gRPC channel cannot do. */
function retryPlan(facts: MethodFacts): { readonly retry?: RetryPlan } {
  const readsStream = facts.kind === "server_streaming" && facts.idempotency === "NO_SIDE_EFFECTS";
  const retry = callPolicy(facts).retry ?? (readsStream ? RETRY : undefined);
  if (retry === undefined) return {};
  const { attemptsMax, firstWaitMs, waitMaxMs, multiplier } = retry;
  return { retry: { attemptsMax, firstWaitMs, waitMaxMs, multiplier } };
}

function kindOf({ kind, output }: MethodFacts, isPaged: boolean): SdkMethod["kind"] {
  if (output.typeName === "google.api.HttpBody") return "download";
  if (kind === "server_streaming") return "stream";
  return isPaged ? "paged" : "unary";
}

function pageItems({ input, output }: MethodFacts): SdkMethod["items"] {
  const asks = input.fields.some(({ name }) => name === "page_token");
  const goesOn = output.fields.some(({ name }) => name === "next_page_token");
  return asks && goesOn ? output.fields.find(({ fieldKind }) => fieldKind === "list") : undefined;
}

function pathParts({ template, path }: Route): readonly (string | PathField)[] {
  const parts: (string | PathField)[] = [];
  let text = "";
  for (let index = 0; index < template.segments.length; index += 1) {
    text += "/";
    const variable = path.find(({ start }) => start === index);
    const segment = template.segments[index];
    if (variable !== undefined) {
      const { length = template.segments.length - index, fields } = variable;
      const like = template.segments
        .slice(index, index + length)
        .map(written)
        .join("/");
      parts.push(text, { field: fields.map(({ jsonName }) => jsonName).join("."), like });
      text = "";
      index += length - 1;
    } else if (segment?.kind === "literal") {
      text += encodeURIComponent(segment.value);
    } else {
      throw new Error("a path has a wildcard that no field fills, so that no client can fill it");
    }
  }
  const verb = template.verb === "" ? "" : `:${template.verb}`;
  return text + verb === "" ? parts : [...parts, text + verb];
}

function written(segment: Route["template"]["segments"][number]): string {
  return segment.kind === "literal" ? segment.value : segment.kind === "one" ? "*" : "**";
}
