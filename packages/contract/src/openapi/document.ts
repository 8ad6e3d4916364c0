import { type Comments, readComments } from "../comments.ts";
import type { Contract, Retirement } from "../facts.ts";
import type { Route } from "../routes.ts";
import { requestBody, successResponse } from "./bodies.ts";
import { type ErrorResponses, errorResponses, type ToldReason } from "./errors.ts";
import { answerHeaders } from "./headers.ts";
import { type Json, present } from "./json.ts";
import { type MessageExamples, messageExamples } from "./message-examples.ts";
import { headerComponents, headerParameters, pathParameters, queryParameters } from "./parameters.ts";
import { pathNamer } from "./path-names.ts";
import { problemSchema } from "./problem.ts";
import { createSchemas, type Schemas } from "./schemas.ts";

export interface OpenApiOptions {
  readonly title: string;
  readonly version?: string;
  readonly description?: string;
  /** False where no keys are asked for. */
  readonly asksKeys: boolean;
  /** What the server in front may refuse by itself, whatever the contract says; a reason of the contract wins. */
  readonly ownReasons?: readonly ToldReason[];
}

const VERBS: ReadonlySet<string> = new Set(["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"]);

/** The OpenAPI 3.1 document of the given routes, made of nothing but the descriptors. */
export const openApiDocument = (contract: Contract, routes: readonly Route[], options: OpenApiOptions): Json => {
  const comments = readComments(contract);
  const schemas = createSchemas(contract, comments);
  const tools: Tools = {
    examples: messageExamples(contract, schemas),
    comments,
    schemas,
    errors: errorResponses(contract, options),
    options,
    ids: operationIds(routes),
  };
  const nameOf = pathNamer(contract);
  const paths = new Map<string, Record<string, Json>>();
  for (const route of routes) {
    if (!VERBS.has(route.verb)) {
      continue;
    }
    const named = nameOf(route);
    const { path } = named;
    const item = paths.get(path) ?? {};
    item[route.verb.toLowerCase()] = operation(route, [...pathParameters(named, schemas)], tools);
    paths.set(path, item);
  }
  return present({
    openapi: "3.1.0",
    info: present({ title: options.title, version: options.version ?? "1", description: options.description }),
    servers: [{ url: "/" }],
    tags: tags(routes, comments),
    security: options.asksKeys ? [{ key: [] }] : [],
    paths: Object.fromEntries(paths),
    components: components(schemas, tools.errors, options, routes),
  });
};

interface Tools {
  readonly comments: Comments;
  readonly schemas: Schemas;
  readonly examples: MessageExamples;
  readonly errors: ErrorResponses;
  readonly options: OpenApiOptions;
  readonly ids: ReadonlyMap<Route, string>;
}

const operation = (route: Route, path: readonly Json[], tools: Tools): Json => {
  const { method } = route;
  const comment = tools.comments(`${method.service}.${method.name}`);
  const parameters = [...path, ...queryParameters(route, tools.schemas), ...headerParameters(route)];
  return present({
    operationId: tools.ids.get(route),
    summary: summaryOf(comment),
    description: [comment, ...retirementWords(method.retirement)].join("\n\n"),
    tags: [shortName(method.service)],
    deprecated: method.desc.deprecated ? true : undefined,
    security: tools.options.asksKeys ? (method.public ? [] : [{ key: method.scopes }]) : undefined,
    parameters: parameters.length === 0 ? undefined : parameters,
    requestBody: requestBody(route, tools.schemas, tools.examples),
    responses: { ...successResponse(route, tools.schemas, tools.examples), ...tools.errors.of(route) },
    "x-grpc-method": method.fullName,
    "x-timeout-ms": method.timeoutMs,
    "x-rate-cost": method.rateCost,
  });
};

const retirementWords = (retirement: Retirement | undefined): readonly string[] => {
  if (retirement === undefined) {
    return [];
  }
  const { deprecation, sunset, guideUri } = retirement;
  const day = (date: Date) => date.toISOString().slice(0, 10);
  const end = sunset === undefined ? "" : ` From ${day(sunset)} on it may be gone.`;
  const guide = guideUri === undefined ? "" : ` What to use instead: <${guideUri}>.`;
  return [`Deprecated from ${day(deprecation)} on.${end}${guide}`];
};

const summaryOf = (comment: string): string => {
  const sentence = /^[^.\n]*/.exec(comment)?.[0] ?? "";
  return sentence.trim();
};

const shortName = (service: string): string => service.slice(service.lastIndexOf(".") + 1);

/** Service and method; a further binding of a method, or a service of the same name elsewhere, has a longer id. */
const operationIds = (routes: readonly Route[]): ReadonlyMap<Route, string> => {
  const services = new Set(routes.map(({ method }) => method.service));
  const isUnique = (service: string) =>
    [...services].filter((other) => shortName(other) === shortName(service)).length === 1;
  const used = new Map<string, number>();
  return new Map(
    routes.map((route) => {
      const { service, name } = route.method;
      const id = `${isUnique(service) ? shortName(service) : service.replaceAll(".", "_")}_${name}`;
      const count = (used.get(id) ?? 0) + 1;
      used.set(id, count);
      return [route, count === 1 ? id : `${id}_${count}`];
    }),
  );
};

const tags = (routes: readonly Route[], comments: Comments): readonly Json[] =>
  [...new Set(routes.map(({ method }) => method.service))].map((service) =>
    present({ name: shortName(service), description: comments(service) }),
  );

const components = (
  schemas: Schemas,
  errors: ErrorResponses,
  { asksKeys }: OpenApiOptions,
  routes: readonly Route[],
): Json =>
  present({
    schemas: { ...schemas.components(), Problem: problemSchema() },
    parameters: headerComponents(),
    headers: answerHeaders(routes),
    responses: {
      ...errors.components(),
      Problem: {
        description: "Any other refusal.",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
    securitySchemes: asksKeys
      ? { key: { type: "http", scheme: "bearer", description: "A partner's key." } }
      : undefined,
  });
