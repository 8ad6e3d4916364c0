// The package @bufbuild/protovalidate carries the descriptor of buf/validate/validate.proto but not the file itself. This
// prints the file from the descriptor, so that buf can resolve the import. The rules' own CEL expressions are left out: they
// are options of the rules, and the validator at run time has its own copy.
import type { DescriptorProto, EnumDescriptorProto, FieldDescriptorProto } from "@bufbuild/protobuf/wkt";
import { FieldDescriptorProto_Label, FieldDescriptorProto_Type } from "@bufbuild/protobuf/wkt";
import { file_buf_validate_validate } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";

const { MESSAGE, ENUM } = FieldDescriptorProto_Type;
const { REPEATED, REQUIRED } = FieldDescriptorProto_Label;
const largestFieldNumber = 536_870_911;

export function printValidateProto(): string {
  const file = file_buf_validate_validate.proto;
  return [
    "// Printed from the descriptor in @bufbuild/protovalidate.",
    `syntax = "${file.syntax === "" ? "proto2" : file.syntax}";`,
    `package ${file.package};`,
    ...file.dependency.map((name) => `import "${name}";`),
    ...file.extension.flatMap((it) => [`extend ${it.extendee} {`, `  ${fieldLine(it)}`, "}"]),
    ...file.enumType.flatMap(enumLines),
    ...file.messageType.flatMap(messageLines),
    "",
  ].join("\n");
}

function messageLines(message: DescriptorProto): readonly string[] {
  const oneofs = message.oneofDecl.flatMap((oneof, index) => {
    const members = message.field.filter((field) => inOneof(field) && field.oneofIndex === index);
    return members.length === 0
      ? []
      : block(
          `oneof ${oneof.name}`,
          members.map((it) => fieldLine(it, message)),
        );
  });
  return block(`message ${message.name}`, [
    ...message.enumType.flatMap(enumLines),
    ...message.nestedType.filter((it) => it.options?.mapEntry !== true).flatMap(messageLines),
    ...oneofs,
    ...message.field.filter((it) => !inOneof(it)).map((it) => fieldLine(it, message)),
    ...message.reservedRange.map((it) => `reserved ${range(it.start, it.end - 1)};`),
    ...message.reservedName.map((it) => `reserved ${JSON.stringify(it)};`),
    ...message.extensionRange.map((it) => `extensions ${range(it.start, it.end - 1)};`),
  ]);
}

function enumLines(desc: EnumDescriptorProto): readonly string[] {
  return block(`enum ${desc.name}`, [
    ...(desc.options?.allowAlias === true ? ["option allow_alias = true;"] : []),
    ...desc.value.map((it) => `${it.name} = ${it.number};`),
    ...desc.reservedRange.map((it) => `reserved ${range(it.start, it.end)};`),
  ]);
}

function fieldLine(field: FieldDescriptorProto, owner?: DescriptorProto): string {
  const options = [
    ...(field.defaultValue === "" ? [] : [`default = ${defaultOf(field)}`]),
    ...(field.options?.deprecated === true ? ["deprecated = true"] : []),
  ];
  const tail = options.length === 0 ? "" : ` [${options.join(", ")}]`;
  return `${labelAndType(field, owner)} ${field.name} = ${field.number}${tail};`;
}

function labelAndType(field: FieldDescriptorProto, owner?: DescriptorProto): string {
  const entry = owner?.nestedType.find(
    (it) => it.options?.mapEntry === true && field.typeName.endsWith(`.${owner.name}.${it.name}`),
  );
  const [key, value] = entry?.field ?? [];
  if (key !== undefined && value !== undefined) return `map<${typeOf(key)}, ${typeOf(value)}>`;
  if (inOneof(field)) return typeOf(field);
  if (field.label === REPEATED) return `repeated ${typeOf(field)}`;
  return `${field.label === REQUIRED ? "required" : "optional"} ${typeOf(field)}`;
}

function typeOf(field: FieldDescriptorProto): string {
  if (field.type === MESSAGE || field.type === ENUM) return field.typeName;
  return FieldDescriptorProto_Type[field.type].toLowerCase();
}

function defaultOf(field: FieldDescriptorProto): string {
  return field.type === FieldDescriptorProto_Type.STRING ? JSON.stringify(field.defaultValue) : field.defaultValue;
}

// The index of a field outside every oneof reads as 0 from the prototype, so only an own property tells.
function inOneof(field: FieldDescriptorProto): boolean {
  return Object.hasOwn(field, "oneofIndex") && !field.proto3Optional;
}

function range(first: number, last: number): string {
  if (first === last) return `${first}`;
  return `${first} to ${last >= largestFieldNumber ? "max" : last}`;
}

function block(head: string, lines: readonly string[]): readonly string[] {
  return [`${head} {`, ...lines.map((line) => `  ${line}`), "}"];
}
