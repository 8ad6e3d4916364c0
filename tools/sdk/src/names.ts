import type { MethodFacts } from "@staymesh/contract";

export type Message = MethodFacts["input"];
export type Field = Message["fields"][number];
export type Enum = NonNullable<Field["enum"]>;

/** The types of an SDK: what requests are made of and what answers are made of, which differ in what may be left out. */
export interface TypeNames {
  readonly answer: (desc: Message | Enum) => string;
  readonly request: (desc: Message) => string;
}

/** Names without packages; where two packages use one, the later one carries its package's word. */
export function typeNames(types: Iterable<Message | Enum>): TypeNames {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const type of types) {
    const packageName = type.file.proto.package;
    const short = type.typeName.slice(packageName === "" ? 0 : packageName.length + 1).replaceAll(".", "");
    const name = taken.has(short) ? `${packageWord(packageName)}${short}` : short;
    taken.add(name);
    names.set(type.typeName, name);
  }
  const answer = (desc: Message | Enum): string => names.get(desc.typeName) ?? desc.name;
  return {
    answer,
    request: (desc) => (desc.name.endsWith("Request") ? answer(desc) : `${answer(desc)}Input`),
  };
}

function packageWord(name: string): string {
  const word = name.split(".").findLast((part) => !/^v\d/.test(part)) ?? "";
  return capital(word);
}

export function capital(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}

export function lowerFirst(word: string): string {
  return `${word.slice(0, 1).toLowerCase()}${word.slice(1)}`;
}

/** ROOM_SOLD_OUT is RoomSoldOutError. */
export function errorClassName(reason: string): string {
  return `${reason.split("_").map((word) => capital(word.toLowerCase()))}Error`.replaceAll(",", "");
}

/** A comment of the contract as one of TypeScript; nothing where there is none. */
export function docComment(text: string, indent = ""): string {
  const lines = text.replaceAll("*/", "* /").split("\n");
  if (text === "") return "";
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}
