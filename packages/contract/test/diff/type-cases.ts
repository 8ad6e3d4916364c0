import type { Case } from "./cases.ts";

const both = (fields: string, more = "") =>
  `service S { rpc Do(Thing) returns (Thing); }\nmessage Thing {\n${fields}\n}\n${more}`;
const asked = (fields: string, more = "") =>
  `service S { rpc Do(Thing) returns (Done); }\nmessage Thing {\n${fields}\n}\nmessage Done {}\n${more}`;
const answered = (fields: string, more = "") =>
  `service S { rpc Do(Ask) returns (Thing); }\nmessage Ask {}\nmessage Thing {\n${fields}\n}\n${more}`;

/** Messages, fields and oneofs. */
export const typeCases: readonly Case[] = [
  {
    it: "says nothing about the order of files and fields, and about comments",
    old: both("string a = 1; int32 b = 2;"),
    next: both("// New words.\nint32 b = 2; string a = 1;"),
    changes: [],
  },
  {
    it: "tells a new message, which breaks nobody",
    old: both("string a = 1;"),
    next: both("string a = 1; Part part = 2;", "message Part { string p = 1; }"),
    changes: ["- message-added Part", "- field-added Thing.part"],
  },
  {
    it: "tells a message that is gone, with the outermost name alone",
    old: both("string a = 1;", "message Part { message Bit { string b = 1; } Bit bit = 1; }"),
    next: both("string a = 1;"),
    changes: ["! message-removed Part"],
  },
  {
    it: "knows a message under another name, and does not tell its fields' types as changed",
    old: both("Part part = 1;", "message Part { string p = 1; int32 q = 2; }"),
    next: both("Piece part = 1;", "message Piece { string p = 1; int32 q = 2; }"),
    changes: ["! message-renamed Part"],
  },
  {
    it: "takes no guess where two messages look like the one that is gone",
    old: both("string a = 1;", "message Part { string p = 1; }"),
    next: both("string a = 1;", "message One { string p = 1; } message Two { string p = 1; }"),
    changes: ["- message-added One", "! message-removed Part", "- message-added Two"],
  },
  {
    it: "tells a new field of an answer",
    old: answered("string a = 1;"),
    next: answered("string a = 1; string b = 2;"),
    changes: ["- field-added Thing.b"],
  },
  {
    it: "tells a new field that requests may leave out",
    old: asked("string a = 1;"),
    next: asked("string a = 1; string b = 2 [(buf.validate.field).string.max_len = 3];"),
    changes: ["- field-added Thing.b"],
  },
  {
    it: "calls a new field breaking where it is required",
    old: asked("string a = 1;"),
    next: asked("string a = 1; string b = 2 [(google.api.field_behavior) = REQUIRED];"),
    changes: ["! field-added Thing.b"],
  },
  {
    it: "calls a new field breaking where its rules refuse a request without it",
    old: asked("string a = 1;"),
    next: asked("string a = 1; string b = 2 [(buf.validate.field).string.min_len = 1];"),
    changes: ["! field-added Thing.b"],
  },
  {
    it: "does not mind what answers alone require",
    old: answered("string a = 1;"),
    next: answered("string a = 1; string b = 2 [(google.api.field_behavior) = REQUIRED];"),
    changes: ["- field-added Thing.b"],
  },
  {
    it: "does not ask callers for a required field that they only read",
    old: both("string a = 1;"),
    next: both(
      "string a = 1; string b = 2 [(google.api.field_behavior) = REQUIRED, (google.api.field_behavior) = OUTPUT_ONLY];",
    ),
    changes: ["- field-added Thing.b"],
  },
  {
    it: "tells a field that is gone",
    old: both("string a = 1; string b = 2;"),
    next: both('string a = 1; reserved 2; reserved "b";'),
    changes: ["! field-removed Thing.b"],
  },
  {
    it: "tells a field under another name",
    old: both("string a = 1;"),
    next: both("string z = 1;"),
    changes: ["! field-renamed Thing.a"],
  },
  {
    it: "tells a field at another number",
    old: both("string a = 1;"),
    next: both("string a = 7;"),
    changes: ["! field-renumbered Thing.a"],
  },
  {
    it: "tells two fields that change places, both of them",
    old: both("string a = 1; string b = 2;"),
    next: both("string a = 2; string b = 1;"),
    changes: ["! field-renumbered Thing.a", "! field-renumbered Thing.b"],
  },
  {
    it: "tells a number that is given to a field of another type",
    old: both("string a = 1;"),
    next: both("int32 z = 1;"),
    changes: ["! field-removed Thing.a", "! number-reused Thing.z"],
  },
  {
    it: "tells a reserved number that is given to a new field",
    old: both("string a = 1; reserved 2;"),
    next: both("string a = 1; string b = 2;"),
    changes: ["! number-reused Thing.b"],
  },
  {
    it: "tells a reserved name that is given to a new field",
    old: both('string a = 1; reserved "b";'),
    next: both("string a = 1; string b = 2;"),
    changes: ["! number-reused Thing.b"],
  },
  {
    it: "tells reservations that are gone",
    old: both('string a = 1; reserved 2 to 4; reserved "b";'),
    next: both("string a = 1; reserved 2 to 3;"),
    changes: ["! reservation-removed Thing", "! reservation-removed Thing"],
  },
  {
    it: "takes a reserved range in two parts for the same",
    old: both("string a = 1; reserved 2 to 4;"),
    next: both("string a = 1; reserved 4, 2 to 3;"),
    changes: [],
  },
  {
    it: "tells another type",
    old: both("int32 a = 1; string b = 2; Thing c = 3; map<string, int32> d = 4;"),
    next: both("int64 a = 1; bytes b = 2; string c = 3; map<string, int64> d = 4;"),
    changes: ["! field-type Thing.a", "! field-type Thing.b", "! field-type Thing.c", "! field-type Thing.d"],
  },
  {
    it: "tells one value that becomes several, and a list that becomes a map",
    old: both("string a = 1; repeated Part b = 2;", "message Part { string key = 1; string value = 2; }"),
    next: both(
      "repeated string a = 1; map<string, string> b = 2;",
      "message Part { string key = 1; string value = 2; }",
    ),
    changes: ["! field-cardinality Thing.a", "! field-cardinality Thing.b"],
  },
  {
    it: "tells a value whose absence can be told",
    old: both("int32 a = 1; optional int32 b = 2;"),
    next: both("optional int32 a = 1; int32 b = 2;"),
    changes: ["! field-presence Thing.a", "! field-presence Thing.b"],
  },
  {
    it: "tells another name in JSON",
    old: both("string a_b = 1;"),
    next: both('string a_b = 1 [json_name = "ab"];'),
    changes: ["! field-json-name Thing.a_b"],
  },
  {
    it: "tells a field that moves into a choice, and one that leaves it",
    old: both("string a = 1; oneof way { string b = 2; string c = 3; }"),
    next: both("oneof way { string a = 1; string b = 2; } string c = 3;"),
    changes: ["! field-oneof Thing.a", "! field-oneof Thing.c"],
  },
  {
    it: "tells a new choice of new fields, and a new member",
    old: both("oneof way { string a = 1; }"),
    next: both("oneof way { string a = 1; string b = 2; } oneof other { string c = 3; }"),
    changes: ["- field-added Thing.b", "- field-added Thing.c", "- oneof-added Thing.other"],
  },
  {
    it: "tells a choice under another name once",
    old: both("oneof way { string a = 1; string b = 2; }"),
    next: both("oneof path { string a = 1; string b = 2; }"),
    changes: ["! oneof-renamed Thing.way"],
  },
  {
    it: "tells a choice that is gone with its fields",
    old: both("string z = 9; oneof way { string a = 1; }"),
    next: both("string z = 9;"),
    changes: ["! field-removed Thing.a", "! oneof-removed Thing.way"],
  },
  {
    it: "tells options that nothing else judges",
    old: both('option (google.api.resource) = {type: "x.io/Thing" pattern: "things/{thing}"}; string a = 1;'),
    next: both('option (google.api.resource) = {type: "x.io/Thing" pattern: "thing/{thing}"}; string a = 1;'),
    changes: ["- option Thing (google.api.resource)"],
  },
  {
    it: "leaves the messages of others out, unless a method carries them",
    old: both("google.protobuf.Timestamp a = 1;"),
    next: both("google.protobuf.Timestamp a = 1; google.protobuf.Duration b = 2;"),
    changes: ["- field-added Thing.b"],
  },
];
