import { type Comments, type Contract, REASONS_OF_EVERY_METHOD } from "@staymesh/contract";
import { fieldType } from "./field-types.ts";
import type { SdkMethod, SdkService } from "./methods.ts";
import { docComment, errorClassName, lowerFirst, type TypeNames } from "./names.ts";
import { answerShapes, isRequired } from "./render-types.ts";

/** errors by reason: a class for each, which tells the title and the remedy of the contract. */
export function renderReasons(contract: Contract): string {
  const reasons = [...contract.reasons.values()];
  const classes = reasons.map(({ reason, title, remedy }) => {
    const name = errorClassName(reason);
    return [
      docComment([title, remedy].filter((text) => text !== "").join(": ")),
      `export class ${name} extends StaymeshError {\n`,
      `  static readonly reason = ${JSON.stringify(reason)};\n`,
      `  override readonly name: string = ${JSON.stringify(name)};\n}\n`,
    ].join("");
  });
  const table = reasons.map(({ reason }) => `  ${reason}: ${errorClassName(reason)},\n`).join("");
  return [
    'import { type ErrorClass, StaymeshError } from "./errors.ts";\n',
    ...classes,
    `/** Every reason of the contract with its class. */\nexport const errorClasses = {\n${table}} as const satisfies ` +
      "Readonly<Record<string, ErrorClass>>;\n",
    "/** The reasons of the contract. */\nexport type Reason = keyof typeof errorClasses;\n",
  ].join("\n");
}

export function renderPlans(services: readonly SdkService[]): string {
  const plans = services.flatMap(({ methods }) =>
    methods.map(({ plan }) => `  ${JSON.stringify(plan.method)}: ${JSON.stringify(plan)},\n`),
  );
  return [
    'import type { MethodPlan, Shapes } from "./plan.ts";\n',
    `export const plans = {\n${plans.join("")}} as const satisfies Readonly<Record<string, MethodPlan>>;\n`,
    `export const shapes: Shapes = ${JSON.stringify(answerShapes(services), undefined, 2)};\n`,
  ].join("\n");
}

/** client.ts: an interface for each service, and the function that makes them all. */
export function renderClient(
  contract: Contract,
  all: readonly SdkService[],
  names: TypeNames,
  comments: Comments,
): string {
  // A service without a route is called over gRPC alone.
  const services = all.filter(({ methods }) => methods.length > 0);
  const interfaces = services.map(({ name, methods }) => {
    const lines = methods.map((method) => {
      const doc = docComment(
        [comments(method.plan.method.replace("/", ".")), refusals(method)].join("\n\n").trim(),
        "  ",
      );
      return `${doc}  ${lowerFirst(method.facts.name)}(${parameters(contract, method, names)}): ${result(method, names)};\n`;
    });
    return `${docComment(comments(name))}export interface ${shortName(name)} {\n${lines.join("")}}\n`;
  });
  const members = services.map(({ name }) => `  readonly ${memberName(name)}: ${shortName(name)};\n`).join("");
  const made = services.map(({ name, methods }) => {
    const calls = methods.map(
      ({ facts, kind, plan }) =>
        `      ${lowerFirst(facts.name)}: (request, options) => call.${kind}(plans[${JSON.stringify(plan.method)}], request, options),\n`,
    );
    return `    ${memberName(name)}: {\n${calls.join("")}    },\n`;
  });
  return [
    'import { createCaller, type Download } from "./caller.ts";',
    'import type { Paged } from "./pages.ts";',
    'import { plans, shapes } from "./plans.ts";',
    'import { errorClasses } from "./reasons.ts";',
    'import type { CallOptions, ClientOptions } from "./send.ts";',
    'import type * as types from "./types.ts";\n',
    ...interfaces,
    `/** All services of staymesh, as one partner calls them. */\nexport interface Staymesh {\n${members}}\n`,
    "/** Makes a client. Nothing is sent before the first call, and nothing has to be closed. */",
    "export function connect(options: ClientOptions): Staymesh {",
    "  const call = createCaller(options, errorClasses, shapes);",
    `  return {\n${made.join("")}  };\n}\n`,
  ].join("\n");
}

/** ReservationService is `reservation`. */
export function memberName(service: string): string {
  return lowerFirst(shortName(service).replace(/Service$/, ""));
}

function shortName(service: string): string {
  return service.slice(service.lastIndexOf(".") + 1);
}

/** What a method may refuse with, beside what every method may. */
function refusals({ facts }: SdkMethod): string {
  const reasons = [...facts.reasons].filter((reason) => !REASONS_OF_EVERY_METHOD.has(reason));
  return reasons.length === 0 ? "" : `Refuses with ${reasons.map((reason) => errorClassName(reason)).join(", ")}.`;
}

function parameters(contract: Contract, { facts }: SdkMethod, names: TypeNames): string {
  const needed = facts.input.fields.some((field) => isRequired(contract, field));
  return `request${needed ? "" : "?"}: types.${names.request(facts.input)}, options?: CallOptions`;
}

function result({ kind, facts, items }: SdkMethod, names: TypeNames): string {
  const answer = facts.output.typeName === "google.protobuf.Empty" ? "object" : `types.${names.answer(facts.output)}`;
  if (kind === "download") return "Promise<Download>";
  if (kind === "stream") return `AsyncIterable<${answer}>`;
  if (kind === "unary" || items === undefined) return `Promise<${answer}>`;
  return `Paged<${answer}, ${items.message === undefined ? fieldType(items, () => "string") : `types.${names.answer(items.message)}`}>`;
}
