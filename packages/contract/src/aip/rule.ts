import type { DescEnum, DescField, DescMessage } from "@bufbuild/protobuf";
import type { MethodFacts } from "../facts.ts";
import { type AipModel, type Resource, type RouteShape, routeShapes } from "./model.ts";

/** What is wrong with one element of a contract. */
export interface Finding {
  /** The number of the Google API improvement proposal and the rule's own name: "AIP-158/page-size". */
  readonly rule: string;
  /** The full name of the method, message, field, enum or value. */
  readonly subject: string;
  readonly problem: string;
}

/** One rule of the API improvement proposals (https://google.aip.dev), as far as descriptors can show it. */
export interface AipRule {
  readonly name: string;
  readonly check: (model: AipModel) => readonly Finding[];
}

/** The problems of one element; none where it keeps the rule. */
export type Check<Element> = (element: Element, model: AipModel) => readonly string[];

const ruleOver =
  <Element>(elements: (model: AipModel) => readonly Element[], nameOf: (element: Element) => string) =>
  (name: string, check: Check<Element>): AipRule => ({
    name,
    check: (model) =>
      elements(model).flatMap((element) =>
        check(element, model).map((problem) => ({ rule: name, subject: nameOf(element), problem })),
      ),
  });

export const methodRule = ruleOver(
  ({ methods }) => methods,
  ({ fullName }: MethodFacts) => fullName,
);

export const messageRule = ruleOver(
  ({ messages }) => messages,
  ({ typeName }: DescMessage) => typeName,
);

export const fieldRule = ruleOver(
  ({ messages }) => messages.flatMap(({ fields }) => fields),
  (field: DescField) => `${field.parent.typeName}.${field.name}`,
);

export const enumRule = ruleOver(
  ({ enums }) => enums,
  ({ typeName }: DescEnum) => typeName,
);

export const resourceRule = ruleOver(
  ({ resources }) => resources,
  ({ desc }: Resource) => desc.typeName,
);

/** A rule over the methods of one kind that have a route. */
export const routedRule = (
  name: string,
  concerns: (method: MethodFacts, route: RouteShape, model: AipModel) => boolean,
  check: (method: MethodFacts, route: RouteShape, model: AipModel) => readonly string[],
): AipRule =>
  methodRule(name, (method, model) => {
    const [route] = routeShapes(method);
    return route !== undefined && concerns(method, route, model) ? check(method, route, model) : [];
  });

/** The problems whose condition holds. */
export const problems = (...told: readonly (readonly [boolean, string])[]): readonly string[] =>
  told.flatMap(([holds, problem]) => (holds ? [problem] : []));
