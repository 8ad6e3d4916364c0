import { getOption, hasOption, ScalarType } from "@bufbuild/protobuf";
import type { MethodFacts } from "../facts.ts";
import { type AipModel, fieldNamed, routeShapes, shapeOf } from "./model.ts";
import { type AipRule, methodRule, problems, resourceRule } from "./rule.ts";

const writes = ({ idempotency }: MethodFacts): boolean => idempotency !== "NO_SIDE_EFFECTS";

/** What makes a write safe to repeat, to try, and to make only upon what was read. */
export const writeRules: readonly AipRule[] = [
  methodRule("AIP-155/request-id", (method, { contract }) => {
    if (!writes(method)) {
      return [];
    }
    const id = fieldNamed(method.input, "request_id");
    return id?.scalar !== ScalarType.STRING
      ? ["writes and takes no request_id"]
      : problems(
          [contract.options.field(id)?.transport !== true, "its request_id belongs to what the request means"],
          [!isUuid(contract, id), "its request_id may be no UUID"],
        );
  }),

  methodRule("AIP-163/validate-only", (method) =>
    problems([
      writes(method) && fieldNamed(method.input, "validate_only")?.scalar !== ScalarType.BOOL,
      "writes and cannot be tried: there is no validate_only",
    ]),
  ),

  methodRule("AIP-154/etag", (method, model) => {
    const resource = writes(method) ? changed(method, model) : undefined;
    return problems([
      resource !== undefined &&
        fieldNamed(resource, "etag") !== undefined &&
        fieldNamed(method.input, "etag") === undefined &&
        !method.input.fields.some(({ message }) => message === resource),
      "changes a resource that has an etag, and takes none",
    ]);
  }),

  resourceRule("AIP-154/version", ({ desc }, { methods }) =>
    problems([
      methods.some(({ name }) => name === `Update${desc.name}`) && fieldNamed(desc, "etag") === undefined,
      "can be changed and has no etag",
    ]),
  ),
];

/** The resource that the path of a write names. */
const changed = (method: MethodFacts, { allResources }: AipModel) => {
  const [route] = routeShapes(method);
  const named = [...(route?.variables ?? [])].find(([path]) => /(^|\.)name$/.test(path))?.[1];
  return allResources.find(({ patterns }) => patterns.some((pattern) => shapeOf(pattern) === named))?.desc;
};

const isUuid = ({ registry }: AipModel["contract"], field: Parameters<typeof getOption>[0]): boolean => {
  const extension = registry.getExtension("buf.validate.field");
  if (extension === undefined || !hasOption(field, extension)) {
    return false;
  }
  const rules: unknown = getOption(field, extension);
  const text = member(member(rules, "type"), "value");
  return member(member(text, "wellKnown"), "case") === "uuid";
};

const member = (holder: unknown, name: string): unknown =>
  typeof holder === "object" && holder !== null ? Reflect.get(holder, name) : undefined;
