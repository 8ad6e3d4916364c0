import type { DescField } from "@bufbuild/protobuf";
import type { Route } from "../routes.ts";
import { type Json, present } from "./json.ts";
import type { Schemas } from "./schemas.ts";

const HTTP_BODY = "google.api.HttpBody";

/** What a request carries; undefined where it carries nothing. */
export const requestBody = (route: Route, schemas: Schemas): Json | undefined => {
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
      return jsonBody(schemas.variant(method.input, name, { without, partial: false }), true);
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
      return jsonBody(schema, isPatch || schemas.isRequired(body.field));
    }
  }
};

const jsonBody = (schema: Json, required: boolean): Json => ({ required, content: { "application/json": { schema } } });

const binaryBody = (): Json => ({
  required: true,
  content: { "application/octet-stream": { schema: { type: "string", format: "binary" } } },
});

/** The answer of a success, under its status. */
export const successResponse = (route: Route, schemas: Schemas): Json => {
  const { method, responseField } = route;
  const { output } = method;
  const type = responseField === undefined ? output : responseField.message;
  if (type?.typeName === HTTP_BODY) {
    const content = { "application/octet-stream": { schema: { type: "string", format: "binary" } } };
    return { "200": { description: "The file, of the type that it has.", content } };
  }
  if (output.typeName === "google.protobuf.Empty" && responseField === undefined && method.kind === "unary") {
    return { "204": { description: "Done." } };
  }
  const schema = responseField === undefined ? schemas.ofMessage(output) : schemas.ofField(responseField);
  if (method.kind === "server_streaming") {
    return { "200": { description: "The messages, one after the other.", content: streamContent(schema) } };
  }
  const headers = headersOf(route);
  const response = present({
    description: "Done.",
    headers: Object.keys(headers).length === 0 ? undefined : headers,
    content: { "application/json": { schema } },
  });
  return { [method.creates ? "201" : "200"]: response };
};

/** One line, or one event, for each message. */
const streamContent = (schema: Json): Json => ({
  "application/jsonl": {
    schema: { type: "object", properties: { result: schema, error: { $ref: "#/components/schemas/Problem" } } },
  },
  "text/event-stream": { schema: { type: "string" } },
});

const headersOf = ({ method }: Route): Json => {
  const has = (desc: Route["method"]["input"], name: string) => desc.fields.some((field) => field.name === name);
  const header = (description: string): Json => ({ description, schema: { type: "string" } });
  return present({
    Location: method.creates ? header("Where the new resource can be read.") : undefined,
    ETag: has(method.output, "etag") ? header("The version of the resource, for If-Match.") : undefined,
    "Idempotency-Replayed": has(method.input, "request_id")
      ? header("`true` where this is the stored answer of an earlier request with the same key.")
      : undefined,
    Link: has(method.output, "next_page_token") ? header("The next page, as rel=next.") : undefined,
  });
};
