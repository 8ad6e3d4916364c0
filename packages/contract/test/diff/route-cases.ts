import type { Case } from "./cases.ts";

const messages = `message Ask { string name = 1 [(buf.validate.field).string.pattern = "^things/[a-z]+$"]; string parent = 2; Thing thing = 3; }
message Thing { string name = 1; string part = 2; }
message Plain { string name = 1; string parent = 2; }
message ById { string id = 1 [(buf.validate.field).string.uuid = true]; string part = 2; }`;

/** Method name, input, and its http rule. */
const routes = (...methods: readonly (readonly [string, string, string])[]) =>
  `service S {\n${methods
    .map(([name, input, rule]) => `rpc ${name}(${input}) returns (Thing) { option (google.api.http) = {${rule}}; }`)
    .join("\n")}\n}\n${messages}`;

const one = (it: string, old: string, next: string, ...changes: readonly string[]): Case => ({
  it,
  old: routes(["Do", "Plain", old]),
  next: routes(["Do", "Plain", next]),
  changes,
});

const beside = (it: string, old: readonly [string, string], added: string, ...changes: readonly string[]): Case => ({
  it,
  old: routes(["Do", ...old]),
  next: routes(["Do", ...old], ["Other", "Thing", added]),
  changes: ["- method-added S/Other", ...changes],
});

/** URLs: what they match, what they carry, and who answers. */
export const routeCases: readonly Case[] = [
  one("tells another path", 'get: "/v1/{name=a/*}"', 'get: "/v1/{name=b/*}"', "! route-changed S/Do"),
  one("tells another HTTP method", 'get: "/v1/a"', 'delete: "/v1/a"', "! route-changed S/Do"),
  one(
    "calls a path that takes less breaking",
    'get: "/v1/{name=a/*}"',
    'get: "/v1/{name=a/b}"',
    "! route-changed S/Do",
  ),
  one("lets a path take more", 'get: "/v1/{name=a/*}"', 'get: "/v1/{name=a/**}"', "- route-changed S/Do"),
  one("calls a shorter open path breaking", 'get: "/v1/{name=a/**}"', 'get: "/v1/{name=a/*}"', "! route-changed S/Do"),
  one("does not take one segment for many", 'get: "/v1/{name=**}"', 'get: "/v1/{name=a/**}"', "! route-changed S/Do"),
  one("tells another custom verb", 'get: "/v1/{name=a/*}:x"', 'get: "/v1/{name=a/*}:y"', "! route-changed S/Do"),
  one("sees no change in a path that is only written in another way", 'get: "/v1/{name}"', 'get: "/v1/{name=*}"'),
  one(
    "tells a path that sets another field",
    'get: "/v1/{name}"',
    'get: "/v1/{parent}"',
    "! route-fields GET /v1/{name}",
  ),
  one("tells another body", 'post: "/v1/a" body: "*"', 'post: "/v1/a"', "! route-body POST /v1/a"),
  one(
    "tells another part of the answer",
    'get: "/v1/a"',
    'get: "/v1/a" response_body: "part"',
    "! route-response-body GET /v1/a",
  ),
  one(
    "tells another path and another body",
    'post: "/v1/a" body: "*"',
    'post: "/v1/b"',
    "! route-changed S/Do",
    "! route-body POST /v1/a",
  ),
  one(
    "tells one more way to call a method",
    'get: "/v1/a"',
    'get: "/v1/a" additional_bindings {get: "/v1/b"}',
    "- route-added GET /v1/b",
  ),
  one(
    "tells a way that is gone",
    'get: "/v1/a" additional_bindings {get: "/v1/b"}',
    'get: "/v1/b"',
    "! route-removed GET /v1/a",
  ),
  one(
    "does not mind a way that is gone where another takes its paths",
    'get: "/v1/{name=a/b}" additional_bindings {get: "/v1/{name=a/*}"}',
    'get: "/v1/{name=a/*}"',
    "- route-removed GET /v1/{name=a/b}",
  ),
  {
    it: "tells a method that gets a route, and one that loses it",
    old: `service S { rpc Do(Plain) returns (Thing); rpc Run(Thing) returns (Thing) { option (google.api.http) = {get: "/v1/a"}; } } ${messages}`,
    next: `service S { rpc Do(Plain) returns (Thing) { option (google.api.http) = {get: "/v1/b"}; } rpc Run(Thing) returns (Thing); } ${messages}`,
    changes: ["- route-added GET /v1/b", "! route-removed GET /v1/a"],
  },
  {
    it: "tells a URL that another method answers",
    old: routes(["Do", "Plain", 'get: "/v1/a"'], ["Run", "Thing", 'get: "/v1/b"']),
    next: routes(["Do", "Plain", 'get: "/v1/b"'], ["Run", "Thing", 'get: "/v1/a"']),
    changes: ["! route-moved GET /v1/a", "! route-moved GET /v1/b"],
  },
  {
    it: "leaves a route alone whose field and method have another name",
    old: routes(["Do", "Plain", 'get: "/v1/{name=a/*}"']),
    next: `service S { rpc Make(Plain) returns (Thing) { option (google.api.http) = {get: "/v1/{name=a/*}"}; } } ${messages}`,
    changes: ["! method-renamed S/Do"],
  },
  {
    it: "leaves a path alone whose field has another name",
    old: `service S { rpc Do(P) returns (P) { option (google.api.http) = {get: "/v1/{name=a/*}"}; } } message P { string name = 1; }`,
    next: `service S { rpc Do(P) returns (P) { option (google.api.http) = {get: "/v1/{id=a/*}"}; } } message P { string id = 1; }`,
    changes: ["! field-renamed P.name"],
  },
  beside(
    "tells a new route that takes paths of an old one",
    ["Plain", 'get: "/v1/{name=things/*}"'],
    'get: "/v1/things/summary"',
    "! route-shadowed GET /v1/{name=things/*}",
  ),
  beside(
    "tells it of an open path too",
    ["Plain", 'get: "/v1/{name=**}"'],
    'get: "/v1/{name=things/*}/parts"',
    "! route-shadowed GET /v1/{name=**}",
  ),
  beside(
    "tells a new custom verb whose paths were names before",
    ["Plain", 'get: "/v1/{name=things/*}"'],
    'get: "/v1/{name=things/*}:pack"',
    "! route-shadowed GET /v1/{name=things/*}",
  ),
  beside(
    "does not mind a custom verb where the old rules refuse such names",
    ["Ask", 'get: "/v1/{name=things/*}"'],
    'get: "/v1/{name=things/*}:pack"',
  ),
  beside(
    "does not mind a word that could never be an id",
    ["ById", 'get: "/v1/things/{id}"'],
    'get: "/v1/things/summary"',
  ),
  beside("does not mind another HTTP method", ["Plain", 'get: "/v1/{name=things/*}"'], 'post: "/v1/things/summary"'),
  beside(
    "does not mind a new route that is less exact",
    ["Plain", 'get: "/v1/things/a"'],
    'get: "/v1/{name=things/*}"',
  ),
];
