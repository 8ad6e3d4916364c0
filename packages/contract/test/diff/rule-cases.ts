import type { Case } from "./cases.ts";

const asked = (field: string, more = "") =>
  `service S { rpc Do(Thing) returns (Done); } message Done {} message Thing { ${more} ${field} }`;
const answered = (field: string) =>
  `service S { rpc Do(Ask) returns (Thing); } message Ask {} message Thing { ${field} }`;
const both = (field: string) => `service S { rpc Do(Thing) returns (Thing); } message Thing { ${field} }`;

type Turn = "tightened" | "loosened" | "changed";
const breakingIn: Readonly<Record<Turn, string>> = { tightened: "!", loosened: "-", changed: "!" };

/** One rule of a field of the given type in a request, before and after. */
const rule = (type: string, old: string, next: string, turn: Turn | "same"): Case => {
  const field = (rules: string) =>
    `${type} a = 1${
      rules === ""
        ? ""
        : ` [${rules
            .split(" && ")
            .map((one) => `(buf.validate.field).${one}`)
            .join(", ")}]`
    };`;
  return {
    it: `takes ${type} "${old}" -> "${next}" for ${turn}`,
    old: asked(field(old)),
    next: asked(field(next)),
    changes: turn === "same" ? [] : [`${breakingIn[turn]} rule-${turn} Thing.a`],
  };
};

/** Validation. */
export const ruleCases: readonly Case[] = [
  rule("string", "string.min_len = 1", "string.min_len = 2", "tightened"),
  rule("string", "string.min_len = 2", "string.min_len = 1", "loosened"),
  rule("string", "", "string.max_len = 9", "tightened"),
  rule("string", "string.max_len = 9", "", "loosened"),
  rule("string", "string.max_len = 9", "string.max_len = 10", "loosened"),
  rule("string", "string.max_len = 10", "string.max_len = 9", "tightened"),
  rule("string", "string.max_bytes = 10", "string.max_bytes = 9", "tightened"),
  rule("string", "string.len = 3", "string.len = 4", "changed"),
  rule("string", 'string.const = "a"', 'string.const = "b"', "changed"),
  rule("string", "", 'string.pattern = "^a$"', "tightened"),
  rule("string", 'string.pattern = "^a$"', "", "loosened"),
  rule("string", 'string.pattern = "^a$"', 'string.pattern = "^[ab]$"', "changed"),
  rule("string", 'string.prefix = "a"', 'string.prefix = "ab"', "tightened"),
  rule("string", 'string.suffix = "ba"', 'string.suffix = "a"', "loosened"),
  rule("string", 'string.contains = "a"', 'string.contains = "b"', "changed"),
  rule("string", 'string.not_contains = "ab"', 'string.not_contains = "a"', "tightened"),
  rule("string", "", "string.uuid = true", "tightened"),
  rule("string", "string.email = true", "", "loosened"),
  rule("string", "string.email = false", "", "same"),
  rule("string", 'string = {in: ["a"]}', 'string = {in: ["a", "b"]}', "loosened"),
  rule("string", 'string = {in: ["a", "b"]}', 'string = {in: ["b"]}', "tightened"),
  rule("string", 'string = {in: ["a", "b"]}', 'string = {in: ["b", "a"]}', "same"),
  rule("string", 'string = {in: ["a"]}', 'string = {in: ["b"]}', "changed"),
  rule("string", 'string = {not_in: ["a"]}', 'string = {not_in: ["a", "b"]}', "tightened"),
  rule("string", 'string = {not_in: ["a", "b"]}', 'string = {not_in: ["a"]}', "loosened"),
  rule("string", "", "required = true", "tightened"),
  rule("string", "required = true", "", "loosened"),
  rule("string", "ignore = IGNORE_IF_ZERO_VALUE", "", "tightened"),
  rule("string", "ignore = IGNORE_IF_ZERO_VALUE", "ignore = IGNORE_ALWAYS", "loosened"),
  rule("string", 'string.example = "a"', 'string.example = "b"', "same"),
  rule("int32", "int32.gte = 1", "int32.gt = 1", "tightened"),
  rule("int32", "int32.gt = 0", "int32.gte = 0", "loosened"),
  rule("int32", "int32.gte = 1", "int32.gte = 0", "loosened"),
  rule("int32", "int32.lte = 10", "int32.lt = 10", "tightened"),
  rule("int32", "int32.lte = 10", "int32.lt = 12", "loosened"),
  rule("int32", "int32 = {gte: 1 lte: 5}", "int32 = {gte: 1 lte: 6}", "loosened"),
  rule("int32", "int32 = {gt: 5 lt: 1}", "int32 = {gt: 6 lt: 1}", "changed"),
  rule("int64", "int64.lte = 9007199254740993", "int64.lte = 9007199254740992", "tightened"),
  rule("double", "double.gte = -90", "double.gte = -180.5", "loosened"),
  rule("double", "", "double.finite = true", "tightened"),
  rule(
    "google.protobuf.Duration",
    "duration.lte = {seconds: 5}",
    "duration.lte = {seconds: 5 nanos: 1000000}",
    "loosened",
  ),
  rule("google.protobuf.Timestamp", "", "timestamp.gt_now = true", "tightened"),
  rule("bytes", "bytes.max_len = 5", "bytes.max_len = 4", "tightened"),
  rule("repeated string", "repeated.max_items = 5", "repeated.max_items = 6", "loosened"),
  rule("repeated string", "repeated.min_items = 1", "repeated.min_items = 2", "tightened"),
  rule("repeated string", "", "repeated.unique = true", "tightened"),
  rule("repeated string", "repeated.items.string.max_len = 5", "repeated.items.string.max_len = 4", "tightened"),
  rule("map<string, string>", "map.max_pairs = 5", "map.max_pairs = 4", "tightened"),
  rule("map<string, string>", "map.keys.string.max_len = 5", "map.keys.string.max_len = 6", "loosened"),
  rule("map<string, string>", "map.values.string.min_len = 0", "map.values.string.min_len = 1", "tightened"),
  rule("string", "", 'cel = {id: "x" message: "m" expression: "this != \'a\'"}', "tightened"),
  rule("string", 'cel = {id: "x" message: "m" expression: "this != \'a\'"}', "", "loosened"),
  rule(
    "string",
    'cel = {id: "x" message: "m" expression: "this != \'a\'"}',
    'cel = {id: "x" message: "m" expression: "this != \'b\'"}',
    "changed",
  ),
  {
    it: "does not mind other words of a rule",
    old: asked('string a = 1 [(buf.validate.field).cel = {id: "x" message: "one" expression: "this != \'a\'"}];'),
    next: asked('string a = 1 [(buf.validate.field).cel = {id: "x" message: "two" expression: "this != \'a\'"}];'),
    changes: ["- rule-changed Thing.a"],
  },
  {
    it: "turns the direction round for answers",
    old: answered(
      "string a = 1 [(buf.validate.field).string.max_len = 5]; string b = 2 [(buf.validate.field).string.max_len = 5];",
    ),
    next: answered(
      "string a = 1 [(buf.validate.field).string.max_len = 4]; string b = 2 [(buf.validate.field).string.max_len = 6];",
    ),
    changes: ["- rule-tightened Thing.a", "! rule-loosened Thing.b"],
  },
  {
    it: "takes a field that callers only read for an answer, whatever its message is",
    old: both("string a = 1 [(google.api.field_behavior) = OUTPUT_ONLY, (buf.validate.field).string.max_len = 5];"),
    next: both("string a = 1 [(google.api.field_behavior) = OUTPUT_ONLY, (buf.validate.field).string.max_len = 6];"),
    changes: ["! rule-loosened Thing.a"],
  },
  {
    it: "asks of a message in requests and answers what it asks of requests",
    old: both(
      "string a = 1 [(buf.validate.field).string.max_len = 5]; string b = 2 [(buf.validate.field).string.max_len = 5];",
    ),
    next: both(
      "string a = 1 [(buf.validate.field).string.max_len = 4]; string b = 2 [(buf.validate.field).string.max_len = 6];",
    ),
    changes: ["! rule-tightened Thing.a", "- rule-loosened Thing.b"],
  },
  {
    it: "looks through fields of fields for what is asked and what is answered",
    old: "service S { rpc Do(Ask) returns (Give); } message Ask { A a = 1; } message Give { repeated B b = 1; } message A { string x = 1; } message B { string x = 1; }",
    next: "service S { rpc Do(Ask) returns (Give); } message Ask { A a = 1; } message Give { repeated B b = 1; } message A { string x = 1 [(buf.validate.field).string.max_len = 4]; } message B { string x = 1 [(buf.validate.field).string.max_len = 4]; }",
    changes: ["! rule-tightened A.x", "- rule-tightened B.x"],
  },
  {
    it: "tells rules over several fields",
    old: asked(
      "string a = 1;",
      'option (buf.validate.message).cel = {id: "old" message: "m" expression: "this.a != \'a\'"};',
    ),
    next: asked(
      "string a = 1;",
      'option (buf.validate.message).cel = {id: "new" message: "m" expression: "this.a != \'b\'"};',
    ),
    changes: ["! rule-tightened Thing", "- rule-loosened Thing"],
  },
  {
    it: "does not mind a rule over new fields that a request without them keeps",
    old: asked("string z = 9;"),
    next: asked(
      "string z = 9; int32 a = 1; int32 b = 2;",
      'option (buf.validate.message).cel = {id: "order" message: "m" expression: "this.a <= this.b"};',
    ),
    changes: ["- field-added Thing.a", "- field-added Thing.b", "- rule-tightened Thing"],
  },
  {
    it: "calls a rule over new fields breaking where a request without them breaks it",
    old: asked("string z = 9;"),
    next: asked(
      "string z = 9; int32 a = 1; int32 b = 2;",
      'option (buf.validate.message).cel = {id: "order" message: "m" expression: "this.a < this.b"};',
    ),
    changes: ["- field-added Thing.a", "- field-added Thing.b", "! rule-tightened Thing"],
  },
  {
    it: "calls a rule over new and old fields breaking",
    old: asked("int32 b = 2;"),
    next: asked(
      "int32 a = 1; int32 b = 2;",
      'option (buf.validate.message).cel = {id: "order" message: "m" expression: "this.a <= this.b"};',
    ),
    changes: ["- field-added Thing.a", "! rule-tightened Thing"],
  },
  {
    it: "tells fields of which only one may be there",
    old: asked("string a = 1; string b = 2;"),
    next: asked("string a = 1; string b = 2;", 'option (buf.validate.message).oneof = {fields: ["a", "b"]};'),
    changes: ["! rule-tightened Thing"],
  },
  {
    it: "tells a choice that has to be made",
    old: asked("oneof way { string a = 1; }"),
    next: asked("oneof way { option (buf.validate.oneof).required = true; string a = 1; }"),
    changes: ["! rule-tightened Thing.way"],
  },
  {
    it: "calls a new choice breaking where a request has to make it",
    old: asked("string z = 9;"),
    next: asked("string z = 9; oneof way { option (buf.validate.oneof).required = true; string a = 1; }"),
    changes: ["- field-added Thing.a", "! oneof-added Thing.way"],
  },
  {
    it: "does not mind a choice that an answer has to make",
    old: answered("string z = 9;"),
    next: answered("string z = 9; oneof way { option (buf.validate.oneof).required = true; string a = 1; }"),
    changes: ["- field-added Thing.a", "- oneof-added Thing.way"],
  },
];
