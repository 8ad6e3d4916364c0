import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { isTextField } from "../field-path.ts";
import type { Route } from "../routes.ts";
import { type Json, present } from "./json.ts";
import { exampleParts, patternParts } from "./name-parts.ts";
import type { NamedPath } from "./path-names.ts";
import type { Schemas } from "./schemas.ts";

const DEPTH_MAX = 3;

export const pathParameters = ({ parameters, partOf }: NamedPath, schemas: Schemas): readonly Json[] =>
  parameters.map(({ name, binding, offset }) => {
    const leaf = binding?.fields.at(-1);
    if (leaf === undefined || binding === undefined) {
      return {
        name,
        in: "path",
        required: true,
        description: "Any segment.",
        schema: { type: "string", minLength: 1 },
      };
    }
    if (binding.length === 1) {
      const { description, readOnly: _readOnly, writeOnly: _writeOnly, ...schema } = schemas.ofField(leaf);
      const example = exampleIn(schema);
      return present({ name, in: "path", required: true, description: description ?? `The ${name}.`, schema, example });
    }
    // Several parameters make up one resource name; its rules and its example are told segment by segment.
    const { pattern, examples } = schemas.ofField(leaf);
    const example = exampleParts(examples)?.[offset];
    const schema = present({
      type: "string",
      minLength: 1,
      pattern: patternParts(pattern)?.[offset],
      examples: example === undefined ? undefined : [example],
    });
    const description = `A part of \`${partOf(binding)}\`.`;
    return present({ name, in: "path", required: true, description, schema, example });
  });

const exampleIn = ({ examples }: Json): unknown => (Array.isArray(examples) ? examples[0] : undefined);

/** A parameter for every field that neither path nor body carries. */
export const queryParameters = (route: Route, schemas: Schemas): readonly Json[] => {
  if (route.body.kind === "whole") {
    return [];
  }
  const bodyField = route.body.kind === "field" ? route.body.field : undefined;
  const bound = new Set(route.path.map(({ fields }) => fields.map(({ name }) => name).join(".")));
  const visit = (desc: DescMessage, above: readonly DescField[]): readonly Json[] =>
    desc.fields.flatMap((field) => {
      const fields = [...above, field];
      if (field === bodyField || bound.has(fields.map(({ name }) => name).join("."))) {
        return [];
      }
      if (field.fieldKind === "message" && !isTextField(field)) {
        const deeper = above.length < DEPTH_MAX && !above.some((outer) => outer.message === field.message);
        return deeper ? visit(field.message, fields) : [];
      }
      const isTooDeep = field.fieldKind === "list" || field.fieldKind === "map" ? field.message !== undefined : false;
      return isTooDeep ? [] : [queryParameter(fields, schemas)];
    });
  return visit(route.method.input, []);
};

const queryParameter = (fields: readonly DescField[], schemas: Schemas): Json => {
  const leaf = fields.at(-1);
  if (leaf === undefined) {
    return {};
  }
  const { description, deprecated, ...schema } = schemas.ofField(leaf);
  return present({
    name: fields.map(({ jsonName }) => jsonName).join("."),
    in: "query",
    ...(leaf.fieldKind === "list" ? { style: "form", explode: true } : {}),
    // labels[colour]=red
    ...(leaf.fieldKind === "map" ? { style: "deepObject", explode: true } : {}),
    required: fields.every(schemas.isRequired) ? true : undefined,
    description,
    deprecated,
    schema,
    example: leaf.name === "request_id" ? undefined : exampleIn(schema),
  });
};

/** Whether an answer has a version that a caller may hold already. */
export const readsVersion = ({ method, verb, responseField }: Route): boolean =>
  verb === "GET" &&
  method.kind === "unary" &&
  responseField === undefined &&
  method.output.fields.some(({ name }) => name === "etag");

/** Headers that the edge maps to fields of the request. */
export const headerParameters = (route: Route): readonly Json[] => {
  const { method, body } = route;
  const has = (desc: DescMessage | undefined, name: string) =>
    desc?.fields.some((field) => field.name === name) === true;
  const writes = method.idempotency !== "NO_SIDE_EFFECTS";
  const references: string[] = readsVersion(route) ? ["IfNoneMatch"] : [];
  if (writes && has(method.input, "request_id")) {
    references.push("IdempotencyKey");
  }
  if (
    writes &&
    !method.creates &&
    (has(method.input, "etag") || (body.kind === "field" && has(body.field.message, "etag")))
  ) {
    references.push("IfMatch");
  }
  if (method.kind === "server_streaming" && has(method.input, "resume_token")) {
    references.push("LastEventId");
  }
  return references.map((name) => ({ $ref: `#/components/parameters/${name}` }));
};

export const headerComponents = (): Json => ({
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description:
      "A UUID that makes the request safe to repeat: the same key with the same request gives the same answer and no second effect. The same as `requestId`.",
    schema: { type: "string", format: "uuid" },
  },
  IfMatch: {
    name: "If-Match",
    in: "header",
    description: "The entity tag that the resource must still have. The same as `etag`.",
    schema: { type: "string" },
  },
  IfNoneMatch: {
    name: "If-None-Match",
    in: "header",
    description:
      "The entity tag of the version that the caller has: where it is still in force the answer is 304 and empty.",
    schema: { type: "string" },
  },
  LastEventId: {
    name: "Last-Event-ID",
    in: "header",
    description: "The id of the last event that was seen. The same as `resumeToken`.",
    schema: { type: "string" },
  },
});
