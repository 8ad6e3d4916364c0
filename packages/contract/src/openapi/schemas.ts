import type { DescEnum, DescField, DescMessage, DescMethod, DescOneof } from "@bufbuild/protobuf";
import type { Comments } from "../comments.ts";
import type { Contract } from "../facts.ts";
import { answeredMessages } from "./answered.ts";
import { fieldConstraints, messageNotes, requiredOneofs } from "./constraints.ts";
import { exampleFrom } from "./examples.ts";
import { type Json, paragraphs, present } from "./json.ts";
import { type OperationTypes, operationTypes } from "./operation-types.ts";
import { refusesZero } from "./required.ts";
import { oneofSchemas, ruleReader } from "./rules.ts";
import { scalarSchema } from "./scalars.ts";
import { wellKnownSchema } from "./well-known.ts";

/** Makes JSON Schemas of messages; those that are named are gathered as components. */
export interface Schemas {
  /** A reference to the component of a type. */
  readonly ofMessage: (desc: DescMessage) => Json;
  /** A component that lacks some fields, or asks for none: a body whose other fields come from elsewhere, or a patch. */
  readonly variant: (desc: DescMessage, name: string, options: VariantOptions) => Json;
  readonly ofField: (field: DescField) => Json;
  readonly isRequired: (field: DescField) => boolean;
  readonly isRequiredOneof: (oneof: DescOneof) => boolean;
  /** What the contract itself says about a field's value. */
  readonly told: (field: DescField) => ToldField;
  /** What a google.protobuf.Any holds, where its type is known. */
  readonly inAny: (desc: DescMessage) => Json;
  /** What the operation of a method ends with (google.longrunning.operation_info). */
  readonly operationTypes: (method: DescMethod) => OperationTypes | undefined;
  readonly components: () => Json;
}

export interface ToldField {
  /** The field's own rules. */
  readonly own: Json;
  readonly texts: readonly string[];
  /** For a list that of an item. */
  readonly example: unknown;
}

export interface VariantOptions {
  readonly without: (field: DescField) => boolean;
  readonly partial: boolean;
  /** Packed into an Any, beside its type. */
  readonly packed?: boolean;
  /** Part of an answer, which may have more members one day. */
  readonly grows?: boolean;
}

export const REQUIRED = 2;
const OUTPUT_ONLY = 3;
const INPUT_ONLY = 4;
const IMMUTABLE = 5;
const IDENTIFIER = 8;

export const createSchemas = (contract: Contract, comments: Comments): Schemas => {
  const components = new Map<string, Json>();
  const rulesOf = ruleReader(contract);
  const answered = answeredMessages(contract);

  const ofMessage = (desc: DescMessage): Json => {
    const known = wellKnownSchema(desc);
    if (known !== undefined) {
      return known;
    }
    if (!components.has(desc.typeName)) {
      // The name is taken first, so that a type which contains itself refers to it.
      components.set(desc.typeName, {});
      components.set(
        desc.typeName,
        objectSchema(desc, { without: () => false, partial: false, grows: answered.has(desc) }),
      );
    }
    return reference(desc.typeName);
  };

  const ofEnum = (desc: DescEnum): Json => {
    if (desc.typeName === "google.protobuf.NullValue") {
      return { type: "null" };
    }
    const values = desc.values.map(({ name }) => name);
    const told = desc.values.flatMap(({ name, deprecated }) => {
      const comment = paragraphs(deprecated ? "Deprecated." : "", comments(`${desc.typeName}.${name}`));
      return comment === "" ? [] : [`- \`${name}\`: ${comment.replaceAll(/\n+/g, " ")}`];
    });
    const description = paragraphs(comments(desc.typeName), told.join("\n"));
    components.set(desc.typeName, present({ title: desc.name, type: "string", enum: values, description }));
    return reference(desc.typeName);
  };

  const ofValue = (field: DescField): Json => {
    if (field.message !== undefined) {
      return ofMessage(field.message);
    }
    return field.enum === undefined ? scalarSchema(field.scalar) : ofEnum(field.enum);
  };

  const told = (field: DescField): ToldField => {
    const { schema, items } = fieldConstraints(field, rulesOf.field(field));
    const { hint = "" } = contract.options.field(field) ?? {};
    const texts = [hint, comments(`${field.parent.typeName}.${field.name}`)];
    const own = field.fieldKind === "list" ? items : schema;
    return { own, texts, example: field.fieldKind === "map" ? undefined : exampleFrom(field, own, ...texts) };
  };

  const ofField = (field: DescField): Json => {
    const { schema, items, notes } = fieldConstraints(field, rulesOf.field(field));
    const { example } = told(field);
    const behavior = contract.options.fieldBehavior(field);
    const { hint = "" } = contract.options.field(field) ?? {};
    const comment = comments(`${field.parent.typeName}.${field.name}`);
    const inner = ofValue(field);
    const shape: Json =
      field.fieldKind === "list"
        ? { type: "array", items: { ...inner, ...items } }
        : field.fieldKind === "map"
          ? { type: "object", additionalProperties: inner }
          : inner;
    return present({
      ...shape,
      ...schema,
      description: paragraphs(comment, hint, ...notes),
      readOnly: behavior.includes(OUTPUT_ONLY) || behavior.includes(IDENTIFIER) ? true : undefined,
      writeOnly: behavior.includes(INPUT_ONLY) ? true : undefined,
      deprecated: field.deprecated ? true : undefined,
      "x-immutable": behavior.includes(IMMUTABLE) ? true : undefined,
      examples: example === undefined ? undefined : [field.fieldKind === "list" ? [example] : example],
    });
  };

  const isRequired = (field: DescField): boolean =>
    contract.options.fieldBehavior(field).includes(REQUIRED) ||
    // The edge makes a request id where a caller brings none.
    (field.name !== "request_id" &&
      (fieldConstraints(field, rulesOf.field(field)).required || refusesZero(field, rulesOf.field(field))));

  const objectSchema = (
    desc: DescMessage,
    { without, partial, packed = false, grows = packed }: VariantOptions,
  ): Json => {
    const fields = desc.fields.filter((field) => !without(field));
    const asked = partial ? [] : fields.filter(isRequired).map(({ jsonName }) => jsonName);
    const required = [...(packed ? ["@type"] : []), ...asked];
    const description = paragraphs(comments(desc.typeName), ...messageNotes(rulesOf.message(desc)));
    return present({
      title: desc.name,
      type: "object",
      description,
      deprecated: desc.deprecated ? true : undefined,
      properties: {
        ...(packed ? { "@type": { type: "string", const: `type.googleapis.com/${desc.typeName}` } } : {}),
        ...Object.fromEntries(fields.map((field) => [field.jsonName, ofField(field)])),
      },
      required: required.length === 0 ? undefined : required,
      ...(partial ? {} : oneofSchemas(desc, rulesOf.oneof)),
      additionalProperties: grows ? undefined : false,
    });
  };

  const variant = (desc: DescMessage, name: string, options: VariantOptions): Json => {
    if (!components.has(name)) {
      components.set(name, {});
      components.set(name, objectSchema(desc, options));
    }
    return reference(name);
  };

  return {
    ofMessage,
    ofField,
    isRequired,
    isRequiredOneof: (oneof) => requiredOneofs(oneof.parent, rulesOf.oneof).has(oneof.name),
    told,
    variant,
    inAny: (desc) => variant(desc, `${desc.typeName}.Any`, { without: () => false, partial: false, packed: true }),
    operationTypes: (method) => operationTypes(contract, method),
    components: () => Object.fromEntries([...components].sort(([one], [other]) => (one < other ? -1 : 1))),
  };
};

const reference = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
