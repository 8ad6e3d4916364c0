import type { DescField } from "@bufbuild/protobuf";
import type { Route } from "../routes.ts";
import { fileHeaders, successHeaders } from "./headers.ts";
import { type Json, present } from "./json.ts";
import type { MessageExamples } from "./message-examples.ts";
import { readsVersion } from "./parameters.ts";
import { isObject } from "./plain.ts";
import type { Schemas } from "./schemas.ts";

const HTTP_BODY = "google.api.HttpBody";
const EMPTY = "google.protobuf.Empty";

/** What a request carries; undefined where it carries nothing. */
export const requestBody = (route: Route, schemas: Schemas, examples: MessageExamples): Json | undefined => {
  const { method, body } = route;
  switch (body.kind) {
    case "none":
      return undefined;
    case "whole": {
      if (method.input.typeName === HTTP_BODY) {
        return binaryBody();
      }
      const bound = new Set(route.path.filter(({ fields }) => fields.length === 1).map(({ fields }) => fields[0]));
      const without = (field: DescField) => bound.has(field);
      const name = `${method.input.typeName}${bound.size === 0 ? "" : ".Body"}`;
      const schema = schemas.variant(method.input, name, { without, partial: false });
      return jsonBody(schema, true, examples.request(method.input, without));
    }
    case "field": {
      const { message } = body.field;
      if (message?.typeName === HTTP_BODY) {
        return binaryBody();
      }
      const isPatch = route.verb === "PATCH" && body.field.fieldKind === "message" && message !== undefined;
      const schema = isPatch
        ? schemas.variant(message, `${message.typeName}.Patch`, { without: () => false, partial: true })
        : schemas.ofField(body.field);
      const example = isPatch
        ? examples.patch(message)
        : body.field.fieldKind === "message"
          ? examples.request(body.field.message, () => false)
          : undefined;
      return jsonBody(schema, isPatch || schemas.isRequired(body.field), example);
    }
  }
};

const jsonBody = (schema: Json, required: boolean, example: Json | undefined): Json => ({
  required,
  content: { "application/json": present({ schema, example }) },
});

const binaryBody = (): Json => ({
  required: true,
  content: { "*/*": { schema: { type: "string", format: "binary" } } },
});

/** The answer of a success, under its status. */
export const successResponse = (route: Route, schemas: Schemas, examples: MessageExamples): Json => {
  const { method, responseField } = route;
  const { output } = method;
  const type = responseField === undefined ? output : responseField.message;
  if (type?.typeName === HTTP_BODY) {
    const content = { "*/*": { schema: { type: "string", format: "binary" } } };
    const headers = fileHeaders(route);
    return { "200": { description: "The file, of the media type that it has.", headers, content } };
  }
  const headers = successHeaders(route);
  if (output.typeName === EMPTY && responseField === undefined && method.kind === "unary") {
    return { "204": { description: "Done; there is nothing to say.", headers } };
  }
  const schema = responseField === undefined ? answerSchema(route, schemas) : schemas.ofField(responseField);
  const example = answerExample(route, schemas, examples);
  if (method.kind === "server_streaming") {
    const content = streamContent(schema, example);
    return { "200": { description: "The messages, one after the other.", headers, content } };
  }
  const answer = { description: "Done.", headers, content: { "application/json": present({ schema, example }) } };
  const unchanged = { description: "The resource is as it was: If-None-Match names its version.", headers };
  return {
    [method.creates ? "201" : "200"]: answer,
    ...(readsVersion(route) ? { "304": unchanged } : {}),
  };
};

const answerExample = ({ method, responseField }: Route, schemas: Schemas, examples: MessageExamples): unknown => {
  if (responseField !== undefined) {
    const { message } = responseField;
    const one = message === undefined ? undefined : examples.answer(message);
    return one === undefined || responseField.fieldKind !== "list" ? one : [one];
  }
  const whole = examples.answer(method.output);
  const ends = schemas.operationTypes(method.desc);
  return ends === undefined || !isObject(whole)
    ? whole
    : { ...whole, metadata: examples.packed(ends.metadata), response: examples.packed(ends.response) };
};

/** An operation that is known to end with one type says so. */
const answerSchema = ({ method }: Route, schemas: Schemas): Json => {
  const whole = schemas.ofMessage(method.output);
  const ends = schemas.operationTypes(method.desc);
  if (ends === undefined) {
    return whole;
  }
  const properties = { response: schemas.inAny(ends.response), metadata: schemas.inAny(ends.metadata) };
  return { allOf: [whole, { type: "object", properties }] };
};

/** One line, or one event, for each message. */
const streamContent = (schema: Json, example: unknown): Json => ({
  "application/jsonl": {
    schema: {
      type: "object",
      description: "One line. A line with an error is the last.",
      properties: { result: schema, error: { $ref: "#/components/schemas/Problem" } },
    },
    example: { result: example },
  },
  "text/event-stream": {
    schema: {
      type: "string",
      description:
        "Server-sent events: each has one message as JSON in its data and, where the stream can be resumed, its place as id. An event named `error` has a problem in its data and is the last; one named `end` says that there is nothing more.",
    },
    example: `data: ${JSON.stringify(example)}\n\n`,
  },
});
