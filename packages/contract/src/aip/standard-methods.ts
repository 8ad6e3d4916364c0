import { ScalarType } from "@bufbuild/protobuf";
import type { MethodFacts } from "../facts.ts";
import { type AipModel, fieldNamed, type Resource, type RouteShape, snake, upperCamel } from "./model.ts";
import { type AipRule, problems, routedRule } from "./rule.ts";

const OPERATION = "Operation";

const begins =
  (verb: string) =>
  ({ name }: MethodFacts, { custom }: RouteShape): boolean =>
    new RegExp(`^${verb}[A-Z]`).test(name) && custom === "";

const noun = ({ name }: MethodFacts): string => name.replace(/^[A-Z][a-z]+/, "");

const requestName = ({ name, input }: MethodFacts): readonly [boolean, string] => [
  input.name !== `${name}Request`,
  `takes ${input.name} and not ${name}Request`,
];

const answers = ({ output }: MethodFacts, ...names: readonly string[]): readonly [boolean, string] => [
  !names.includes(output.name),
  `answers with ${output.name} and not with ${names.join(" or ")}`,
];

const over = (route: RouteShape, verb: string): readonly [boolean, string] => [
  route.verb !== verb,
  `is ${route.verb} and not ${verb}`,
];

const resourceOf = ({ resources }: AipModel, name: string): Resource | undefined =>
  resources.find(({ desc }) => desc.name === name);

/** Get, List, Create, Update and Delete: the methods that mean the same for every resource. */
export const standardMethodRules: readonly AipRule[] = [
  routedRule("AIP-131/get", begins("Get"), (method, route) =>
    problems(over(route, "GET"), requestName(method), answers(method, noun(method)), [
      !route.variables.has("name"),
      "does not read by name",
    ]),
  ),

  routedRule("AIP-132/list", begins("List"), (method, route, { resources }) => {
    const [first] = method.output.fields;
    const resource = resources.find(({ desc }) => desc === first?.message);
    const isNested = resource?.patterns.every((pattern) => pattern.split("/").length > 2) === true;
    return problems(
      over(route, "GET"),
      requestName(method),
      answers(method, `${method.name}Response`),
      [first?.fieldKind !== "list", "its answer does not begin with what it lists"],
      [first?.name !== snake(noun(method)), `its list is called ${first?.name} and not ${snake(noun(method))}`],
      [isNested && !route.variables.has("parent"), "lists what has a parent and takes none"],
      [
        resource !== undefined && upperCamel(resource.plural) !== noun(method),
        `lists ${resource?.plural} under another name`,
      ],
    );
  }),

  routedRule("AIP-133/create", begins("Create"), (method, route, model) => {
    const name = noun(method);
    const own = fieldNamed(method.input, snake(name));
    const isNested = resourceOf(model, name)?.patterns.every((pattern) => pattern.split("/").length > 2) === true;
    return problems(
      over(route, "POST"),
      requestName(method),
      answers(method, name, OPERATION),
      [own?.message?.name !== name, `takes no field ${snake(name)}`],
      [route.body !== snake(name), `its body is "${route.body}" and not the resource`],
      [isNested && !route.variables.has("parent"), "creates what has a parent and takes none"],
      [fieldNamed(method.input, "name") !== undefined, "takes a name, which follows from parent and id"],
    );
  }),

  routedRule("AIP-133/id", begins("Create"), (method) => {
    const id = `${snake(noun(method))}_id`;
    return problems([
      fieldNamed(method.input, id)?.scalar !== ScalarType.STRING,
      `lets nobody choose the id: there is no text ${id}`,
    ]);
  }),

  routedRule("AIP-133/creates", begins("Create"), (method) =>
    problems([
      !method.creates && method.output.name !== OPERATION && method.idempotency !== "NO_SIDE_EFFECTS",
      "does not say that it creates",
    ]),
  ),

  routedRule("AIP-134/update", begins("Update"), (method, route) => {
    const name = noun(method);
    const own = snake(name);
    return problems(
      over(route, "PATCH"),
      requestName(method),
      answers(method, name, OPERATION),
      [route.body !== own, `its body is "${route.body}" and not the resource`],
      [!route.variables.has(`${own}.name`), `its path does not bind ${own}.name`],
    );
  }),

  routedRule("AIP-134/mask", begins("Update"), ({ input }, _route, { contract }) => {
    const mask = fieldNamed(input, "update_mask");
    return problems(
      [mask?.message?.typeName !== "google.protobuf.FieldMask", "takes no update_mask"],
      [
        mask !== undefined && contract.options.fieldBehavior(mask).includes(2),
        "asks for an update_mask, which may be absent",
      ],
    );
  }),

  routedRule("AIP-135/delete", begins("Delete"), (method, route) =>
    problems(over(route, "DELETE"), requestName(method), answers(method, "Empty", noun(method), OPERATION), [
      !route.variables.has("name"),
      "does not delete by name",
    ]),
  ),
];

export const isStandard = (method: MethodFacts, route: RouteShape): boolean =>
  ["Get", "List", "Create", "Update", "Delete"].some((verb) => begins(verb)(method, route));
