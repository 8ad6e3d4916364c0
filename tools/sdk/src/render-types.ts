import type { Comments, Contract } from "@staymesh/contract";
import type { Shapes } from "../client/plan.ts";
import { fieldShape, fieldType, isAlwaysThere } from "./field-types.ts";
import type { SdkService } from "./methods.ts";
import { docComment, type Enum, type Field, type Message, type TypeNames } from "./names.ts";
import { reach } from "./reach.ts";

// The numbers of google.api.FieldBehavior.
const REQUIRED = 2;
const OUTPUT_ONLY = 3;

/** types.ts: what requests and answers hold. */
export function renderTypes(
  contract: Contract,
  services: readonly SdkService[],
  names: TypeNames,
  comments: Comments,
): string {
  const methods = services.flatMap((service) => service.methods);
  const isInput = (field: Field) => !contract.options.fieldBehavior(field).includes(OUTPUT_ONLY);
  const asked = reach(
    methods.map(({ facts }) => facts.input),
    isInput,
  );
  const answered = reach(methods.map(({ facts }) => facts.output));
  const enums = new Set([...asked.enums, ...answered.enums]);
  return [
    ...[...enums].map((desc) => renderEnum(desc, names, comments)),
    ...[...answered.messages].map((desc) => {
      const line = (field: Field) => fieldLine(field, names.answer, comments, !isAlwaysThere(field));
      return renderMessage(desc, names.answer(desc), desc.fields.map(line), comments);
    }),
    ...[...asked.messages].map((desc) => {
      // A change names only what changes.
      const isChange = desc.fields.some(({ name }) => name === "update_mask");
      const nameOf = (type: Message | Enum) => {
        if (type.kind === "enum") return names.answer(type);
        return isChange ? `Partial<${names.request(type)}>` : names.request(type);
      };
      const isOptional = (field: Field) => !isRequired(contract, field);
      const lines = desc.fields.filter(isInput).map((field) => fieldLine(field, nameOf, comments, isOptional(field)));
      return renderMessage(desc, names.request(desc), lines, comments);
    }),
  ].join("\n");
}

/** A write's request id is made where it is not given, so that the contract does not call it required. */
export function isRequired(contract: Contract, field: Field): boolean {
  return contract.options.fieldBehavior(field).includes(REQUIRED);
}

/** The fields of all answers that JSON cannot hold. */
export function answerShapes(services: readonly SdkService[]): Shapes {
  const outputs = services.flatMap(({ methods }) => methods.map(({ facts }) => facts.output));
  const shapes = [...reach(outputs).messages].map((desc) => {
    const fields = desc.fields.map((field) => [field.jsonName, fieldShape(field)] as const);
    return [
      desc.typeName,
      Object.fromEntries(fields.flatMap(([name, shape]) => (shape ? [[name, shape]] : []))),
    ] as const;
  });
  return Object.fromEntries(shapes);
}

function renderMessage(desc: Message, name: string, lines: readonly string[], comments: Comments): string {
  return `${docComment(comments(desc.typeName))}export interface ${name} {\n${lines.join("")}}\n`;
}

function fieldLine(
  field: Field,
  nameOf: (desc: Message | Enum) => string,
  comments: Comments,
  isOptional: boolean,
): string {
  const doc = docComment(comments(`${field.parent.typeName}.${field.name}`), "  ");
  const type = fieldType(field, nameOf);
  return `${doc}  readonly ${field.jsonName}${isOptional ? `?: ${type} | undefined` : `: ${type}`};\n`;
}

/** Any other string too: a value that is newer than this package must not break a caller. */
function renderEnum(desc: Enum, names: TypeNames, comments: Comments): string {
  const values = desc.values.map(({ name }) => `  | ${JSON.stringify(name)}\n`).join("");
  return `${docComment(comments(desc.typeName))}export type ${names.answer(desc)} =\n${values}  | (string & {});\n`;
}
