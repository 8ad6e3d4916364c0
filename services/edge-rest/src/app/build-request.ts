import { randomUUID } from "node:crypto";
import { create, type Message } from "@bufbuild/protobuf";
import type { Contract, Route } from "@staymesh/contract";
import { type JsonBodyReader, jsonBodyReader } from "./json-body.ts";
import type { Locate } from "./locate.ts";
import type { EdgeRequest } from "./ports.ts";
import { type FieldProblem, invalidRequest, ownProblem, type Reasons } from "./problem.ts";
import { parseQuery, type QueryBinder, queryBinder } from "./query.ts";
import { isJson, readContent } from "./read-content.ts";
import { type Conditions, createConditions } from "./request-conditions.ts";
import { type FieldSetter, fieldSetter } from "./set-field.ts";
import { ValueProblem } from "./text-value.ts";
import { type MaskFiller, maskFiller } from "./update-mask.ts";

/** Makes the request message of one route out of an HTTP request; throws a Problem that names everything that is wrong. */
export type RequestBuilder = (request: EdgeRequest, values: readonly string[]) => Promise<Message>;

export interface BuilderOptions {
  readonly contract: Contract;
  readonly maxBodyBytes: number;
  readonly locate: Locate;
  /** Undefined where the contract's validation rules cannot be used. */
  readonly validate: Route["method"]["validate"] | undefined;
}

interface Tools extends BuilderOptions {
  readonly route: Route;
  readonly reasons: Reasons;
  readonly readJson: JsonBodyReader;
  readonly isRaw: boolean;
  readonly setters: readonly FieldSetter[];
  readonly bindQuery: QueryBinder;
  readonly fillMask: MaskFiller | undefined;
  readonly conditions: Conditions;
}

export function requestBuilder(route: Route, options: BuilderOptions): RequestBuilder {
  const { contract } = options;
  const { input } = route.method;
  const tools: Tools = {
    ...options,
    route,
    reasons: contract.reasons,
    readJson: jsonBodyReader(route, contract.registry),
    isRaw: rawTypeOf(route) === "google.api.HttpBody",
    setters: route.path.map(({ fields }) => fieldSetter(input, fields)),
    bindQuery: queryBinder(route),
    fillMask: maskFiller(route, contract.options),
    conditions: createConditions(route, randomUUID),
  };
  return (request, values) => build(tools, request, values);
}

function rawTypeOf({ method, body }: Route): string | undefined {
  if (body.kind === "whole") return method.input.typeName;
  return body.kind === "field" && body.field.fieldKind === "message" ? body.field.message.typeName : undefined;
}

async function build(tools: Tools, request: EdgeRequest, values: readonly string[]): Promise<Message> {
  const { message, errors: bodyErrors } = await readBody(tools, request);
  const errors = [...bodyErrors, ...bindPath(tools, message, values)];
  const parameters = parseQuery(request.rawQuery);
  if (parameters === undefined) {
    errors.push({
      field: "",
      in: "query",
      parameter: "",
      reason: "query.encoding",
      description: "the query is wrongly encoded",
    });
  } else if (parameters.length > 0) {
    errors.push(...tools.bindQuery(message, parameters));
  }
  errors.push(...tools.conditions(message, request.headers, tools.reasons));
  if (errors.length === 0 && tools.validate !== undefined) {
    errors.push(
      ...tools.validate(message).map(({ field, rule, description }) => tools.locate(field, rule, description)),
    );
  }
  if (errors.length > 0) throw invalidRequest(tools.reasons, errors);
  return message;
}

interface BodyResult {
  readonly message: Message;
  readonly errors: readonly FieldProblem[];
}

async function readBody(tools: Tools, request: EdgeRequest): Promise<BodyResult> {
  const { route, reasons } = tools;
  const { input } = route.method;
  if (route.body.kind === "none") {
    if (await hasContent(tools, request)) {
      const problem = {
        field: "",
        in: "body",
        pointer: "",
        reason: "body.unexpected",
        description: "this request takes no body",
      } as const;
      return { message: create(input), errors: [problem] };
    }
    return { message: create(input), errors: [] };
  }
  const body = await readContent(request, tools.maxBodyBytes, reasons);
  const contentType = request.headers["content-type"];
  if (tools.isRaw) return { message: rawMessage(route, body, contentType), errors: [] };
  if (body.length > 0 && !isJson(contentType)) {
    throw ownProblem(reasons, "UNSUPPORTED_MEDIA_TYPE", "The body has to be application/json in UTF-8.", {
      headers: { accept: "application/json" },
    });
  }
  const read = tools.readJson(body);
  if (read.kind === "problems") return { message: create(input), errors: read.errors };
  tools.fillMask?.(read.message, read.json);
  return { message: read.message, errors: [] };
}

async function hasContent(tools: Tools, request: EdgeRequest): Promise<boolean> {
  const { "content-length": length, "transfer-encoding": transfer } = request.headers;
  const announced = transfer !== undefined || (length !== undefined && length !== "0");
  return announced && (await readContent(request, tools.maxBodyBytes, tools.reasons)).length > 0;
}

/** A google.api.HttpBody takes any bytes as they are. */
function rawMessage({ method, body }: Route, data: Buffer, contentType: string | undefined): Message {
  const message = create(method.input);
  const fields = { contentType: contentType ?? "application/octet-stream", data: new Uint8Array(data) };
  if (body.kind === "field") {
    Reflect.set(message, body.field.localName, { ...fields, $typeName: "google.api.HttpBody", extensions: [] });
  } else {
    Object.assign(message, fields);
  }
  return message;
}

function bindPath({ route, setters }: Tools, message: Message, values: readonly string[]): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const [index, set] of setters.entries()) {
    try {
      set(message, values[index] ?? "");
    } catch (problem) {
      if (!(problem instanceof ValueProblem)) throw problem;
      const field = route.path[index]?.fields.map(({ name }) => name).join(".") ?? "";
      problems.push({ field, in: "path", parameter: field, reason: problem.rule, description: problem.message });
    }
  }
  return problems;
}
