import { fieldNamed, snake, upperCamel } from "./model.ts";
import { type AipRule, methodRule, problems, routedRule } from "./rule.ts";
import { isStandard } from "./standard-methods.ts";
import { PREPOSITIONS } from "./words.ts";

export const customMethodRules: readonly AipRule[] = [
  routedRule(
    "AIP-136/verb",
    (method, route) => !isStandard(method, route),
    ({ name }, { custom, template }) =>
      problems(
        [custom === "", `is no standard method, and ${template} names no verb`],
        [custom !== "" && !name.startsWith(upperCamel(custom)), `is called ${name} and its route ":${custom}"`],
      ),
  ),

  routedRule(
    "AIP-136/http",
    (_method, { custom }) => custom !== "",
    ({ idempotency }, { verb, body }) =>
      problems(
        [verb !== "POST" && verb !== "GET", `is ${verb}, and a custom method is POST or GET`],
        [verb === "GET" && idempotency !== "NO_SIDE_EFFECTS", "has effects and is GET"],
        [verb === "POST" && body !== "*", `its body is "${body}" and not the whole request`],
      ),
  ),

  methodRule("AIP-136/prepositions", ({ name }) => {
    const found = snake(name)
      .split("_")
      .find((word) => PREPOSITIONS.has(word));
    return problems([found !== undefined, `has the preposition "${found}" in its name`]);
  }),

  methodRule("AIP-136/names", ({ name, input }) =>
    problems([input.name !== `${name}Request`, `takes ${input.name} and not ${name}Request`]),
  ),

  routedRule(
    "AIP-231/batch",
    ({ name }) => name.startsWith("Batch"),
    ({ name, input, output }, { custom, verb }) => {
      const kind = /^Batch(Get|Create|Update|Delete)[A-Z]/.exec(name)?.[1] ?? "";
      const items = fieldNamed(input, kind === "Get" || kind === "Delete" ? "names" : "requests");
      return problems(
        [kind === "", `${name} is no batch of a standard method`],
        [custom !== `batch${kind}`, `its route ends with ":${custom}" and not ":batch${kind}"`],
        [verb !== (kind === "Get" ? "GET" : "POST"), `is ${verb}`],
        [output.name !== `${name}Response` && output.name !== "Empty", `answers with ${output.name}`],
        [
          items?.fieldKind !== "list" && fieldNamed(input, "requests")?.fieldKind !== "list",
          "takes no list of requests or names",
        ],
      );
    },
  ),

  methodRule("AIP-4232/signature", (method, { contract }) => {
    const { input, desc } = method;
    const signatures = contract.options.methodSignature(desc).map((text) => (text === "" ? [] : text.split(",")));
    const needed = input.fields.filter((field) => contract.options.fieldBehavior(field).includes(2));
    const known = (path: string) => fieldNamed(input, path.split(".")[0] ?? "") !== undefined;
    return problems(
      [needed.length > 0 && signatures.length === 0, "has required fields and no google.api.method_signature"],
      [
        signatures.some((names) => needed.some(({ name }) => !names.includes(name))),
        "a signature of it leaves out a required field",
      ],
      [!signatures.flat().every(known), "a signature of it names a field that it does not have"],
    );
  }),
];
