import type { DescField } from "@bufbuild/protobuf";
import type { Contract, MethodFacts } from "./facts.ts";
import { fieldByName, isScalarMessage, isTextField, resolveFieldPath } from "./field-path.ts";
import type { HttpRule } from "./http-rule.ts";
import { type PathTemplate, parsePathTemplate, templateShape } from "./path-template.ts";

/** A path variable and the request field that it sets. */
export interface PathBinding {
  readonly fields: readonly DescField[];
  readonly start: number;
  /** How many segments; undefined = all that are left. */
  readonly length: number | undefined;
  readonly multi: boolean;
}

export type BodyBinding =
  | { readonly kind: "none" }
  | { readonly kind: "whole" }
  | { readonly kind: "field"; readonly field: DescField };

/** One way to call one method over HTTP, checked against the descriptors. */
export interface Route {
  readonly method: MethodFacts;
  readonly rule: HttpRule;
  /** An upper-case HTTP method, or "*". */
  readonly verb: string;
  readonly template: PathTemplate;
  readonly path: readonly PathBinding[];
  readonly body: BodyBinding;
  readonly responseField: DescField | undefined;
}

/** All routes of the given methods (default: all of the contract). Throws with every rule that is wrong, and with both of two that conflict. */
export const compileRoutes = (
  contract: Contract,
  serves: (method: MethodFacts) => boolean = () => true,
): readonly Route[] => {
  const problems: string[] = [];
  const routes: Route[] = [];
  const taken = new Map<string, Route>();
  for (const method of contract.services.flatMap((service) => service.methods).filter(serves)) {
    for (const rule of method.http) {
      const route = collect(problems, `${describe(method, rule)}: `, () => compileRoute(method, rule));
      if (route === undefined) {
        continue;
      }
      const key = `${route.verb} ${templateShape(route.template)}`;
      const other = taken.get(key);
      if (other === undefined) {
        taken.set(key, route);
        routes.push(route);
      } else {
        problems.push(`${describe(method, rule)} conflicts with ${describe(other.method, other.rule)}`);
      }
    }
    problems.push(...bindingProblems(method));
  }
  if (problems.length > 0) {
    throw new Error(`the HTTP rules of the contract do not work:\n${problems.map((line) => `- ${line}`).join("\n")}`);
  }
  return routes;
};

const describe = (method: MethodFacts, rule: HttpRule): string => `${method.fullName} (${rule.verb} ${rule.template})`;

const collect = <Value>(problems: string[], prefix: string, read: () => Value): Value | undefined => {
  try {
    return read();
  } catch (problem) {
    problems.push(prefix + (problem instanceof Error ? problem.message : String(problem)));
    return undefined;
  }
};

/** The bindings of one method say the same in other paths; another body would be another meaning. */
const bindingProblems = ({ fullName, http }: MethodFacts): readonly string[] =>
  http.some(({ body }) => body !== http[0]?.body) ? [`${fullName}: its bindings differ in their body`] : [];

const compileRoute = (method: MethodFacts, rule: HttpRule): Route => {
  if (method.kind === "client_streaming" || method.kind === "bidi_streaming") {
    throw new Error("a stream from the client cannot be bound to HTTP");
  }
  const template = parsePathTemplate(rule.template);
  const path = template.variables.map((variable): PathBinding => {
    const fields = resolveFieldPath(method.input, variable.fieldPath);
    const leaf = fields.at(-1);
    if (leaf === undefined || !isTextField(leaf)) {
      throw new Error(`the path cannot carry ${variable.fieldPath}, which is no single value`);
    }
    const { start, length, multi } = variable;
    const open = template.segments[start + length - 1]?.kind === "many";
    return { fields, start, length: open ? undefined : length, multi };
  });
  const body = bodyBinding(method, rule);
  checkBody(rule, body, path);
  checkQuery(method, body, path);
  return { method, rule, verb: rule.verb, template, path, body, responseField: responseField(method, rule) };
};

const bodyBinding = (method: MethodFacts, { body }: HttpRule): BodyBinding => {
  switch (body) {
    case "":
      return { kind: "none" };
    case "*":
      return { kind: "whole" };
    default:
      return { kind: "field", field: topLevel(method.input, body, "body") };
  }
};

const responseField = (method: MethodFacts, { responseBody }: HttpRule): DescField | undefined =>
  responseBody === "" ? undefined : topLevel(method.output, responseBody, "response_body");

const topLevel = (desc: MethodFacts["input"], name: string, option: string): DescField => {
  const field = fieldByName(desc, name);
  if (field === undefined) {
    throw new Error(`its ${option} "${name}" is no top-level field of ${desc.typeName}`);
  }
  return field;
};

const checkBody = (rule: HttpRule, body: BodyBinding, path: readonly PathBinding[]): void => {
  if (body.kind !== "none" && (rule.verb === "GET" || rule.verb === "HEAD")) {
    throw new Error(`${rule.verb} has no body`);
  }
  if (body.kind === "field" && path.some(({ fields }) => fields.length === 1 && fields[0] === body.field)) {
    throw new Error(`${body.field.name} is bound by the path and by the body`);
  }
};

/** What neither path nor body takes must fit into query parameters. */
const checkQuery = (method: MethodFacts, body: BodyBinding, path: readonly PathBinding[]): void => {
  if (body.kind === "whole") {
    return;
  }
  const bound = new Set(path.map(({ fields }) => fields[0]));
  for (const field of method.input.fields) {
    const free = !bound.has(field) && !(body.kind === "field" && body.field === field);
    if (free && field.fieldKind === "list" && field.listKind === "message" && !isScalarMessage(field.message)) {
      throw new Error(`a query cannot carry ${field.name}, a list of messages; bind it by the body`);
    }
  }
};
