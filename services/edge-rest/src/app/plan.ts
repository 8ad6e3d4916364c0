import type { DescField, Message } from "@bufbuild/protobuf";
import { fromBinary, ScalarType, toBinary } from "@bufbuild/protobuf";
import { type Contract, callPolicy, type MethodFacts, type Route } from "@staymesh/contract";
import { jsonWriter } from "./answer-json.ts";
import { type RequestBuilder, requestBuilder } from "./build-request.ts";
import { type MessageChecker, messageChecker } from "./check-message.ts";
import { type Locate, locator } from "./locate.ts";
import { type LocationOf, locationOf } from "./location.ts";
import type { Upstream } from "./ports.ts";
import { retirementHeaders } from "./retirement.ts";
import { type WireTranslator, wireTranslator } from "./wire-json.ts";

/** Everything about one route that can be known before the first request. */
export interface Plan {
  readonly route: Route;
  readonly upstream: Upstream;
  /** As in "POST /v1/{parent=properties/*}/quotes": for metrics, spans and logs, which never see a caller's own path. */
  readonly label: string;
  readonly needsKey: boolean;
  readonly repeatable: boolean;
  /** Headers that go with every answer, since callers are to leave the method. */
  readonly retired: Readonly<Record<string, string>>;
  readonly build: RequestBuilder;
  /** Takes what headers say into a message that came whole, and checks it; gives what is wrong. */
  readonly complete: MessageChecker;
  readonly locate: Locate;
  readonly encode: (message: Message) => Buffer;
  readonly decode: (bytes: Uint8Array) => Message;
  readonly output: Output;
  readonly locationOf: LocationOf | undefined;
  readonly etagField: DescField | undefined;
  /** Of a stream's messages. */
  readonly resumeField: DescField | undefined;
  readonly nextPageField: DescField | undefined;
}

export type Output =
  | { readonly kind: "json"; readonly write: (message: Message) => string; readonly translate: WireTranslator }
  /** One field of the answer, as JSON. */
  | { readonly kind: "field"; readonly write: (message: Message) => string }
  | { readonly kind: "empty" }
  /** google.api.HttpBody: bytes as they are; `field` where it is part of the answer. */
  | { readonly kind: "raw"; readonly field: DescField | undefined };

export interface PlanOptions {
  readonly contract: Contract;
  readonly routes: readonly Route[];
  readonly upstreamOf: (method: MethodFacts) => Upstream;
  readonly asksKeys: boolean;
  readonly maxBodyBytes: number;
  /** Undefined for methods whose rules cannot be evaluated. */
  readonly validateOf: (route: Route) => Route["method"]["validate"] | undefined;
}

export function planRoute(route: Route, options: PlanOptions): Plan {
  const { contract, routes } = options;
  const { method } = route;
  const { output } = method;
  const locate = locator(route);
  const validate = options.validateOf(route);
  return {
    route,
    upstream: options.upstreamOf(method),
    label: `${route.verb} ${route.rule.template}`,
    needsKey: options.asksKeys && !method.public,
    repeatable: callPolicy(method).retry !== undefined,
    retired: retirementHeaders(method.retirement),
    build: requestBuilder(route, { contract, maxBodyBytes: options.maxBodyBytes, locate, validate }),
    complete: messageChecker(route, contract.reasons, validate),
    locate,
    encode: (message) => {
      const bytes = toBinary(method.input, message);
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
    decode: (bytes) => fromBinary(output, bytes),
    output: outputOf(route, contract),
    locationOf: locationOf(route, routes),
    etagField: textField(route, "etag"),
    resumeField: output.fields.find((field) => contract.options.field(field)?.resumeToken === true),
    nextPageField: textField(route, "next_page_token"),
  };
}

function textField({ method }: Route, name: string): DescField | undefined {
  const field = method.output.fields.find((candidate) => candidate.name === name);
  return field?.fieldKind === "scalar" && field.scalar === ScalarType.STRING ? field : undefined;
}

function outputOf({ method, responseField }: Route, { registry }: Contract): Output {
  const { output } = method;
  if (responseField === undefined) {
    if (output.typeName === "google.api.HttpBody") return { kind: "raw", field: undefined };
    if (output.typeName === "google.protobuf.Empty") return { kind: "empty" };
    return { kind: "json", write: jsonWriter(output, registry), translate: wireTranslator(output) };
  }
  if (responseField.message?.typeName === "google.api.HttpBody" && responseField.fieldKind === "message") {
    return { kind: "raw", field: responseField };
  }
  const write = jsonWriter(output, registry);
  const { jsonName } = responseField;
  return {
    kind: "field",
    write: (message) => {
      const whole: unknown = JSON.parse(write(message));
      const value: unknown = typeof whole === "object" && whole !== null ? Reflect.get(whole, jsonName) : null;
      return JSON.stringify(value ?? null);
    },
  };
}
