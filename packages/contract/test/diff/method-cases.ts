import type { Case } from "./cases.ts";

const messages =
  "message Ask { string name = 1; string parent = 2; Thing thing = 3; } message Thing { string name = 1; }";
const service = (methods: string, name = "S") => `service ${name} {\n${methods}\n}\n${messages}`;
const method = (options: string) => service(`rpc Do(Ask) returns (Thing) { ${options} }`);
const option = (text: string) => method(`option (staymesh.options.v1.method) = {${text}};`);
const changed = (it: string, old: string, next: string, ...changes: readonly string[]): Case => ({
  it,
  old: option(old),
  next: option(next),
  changes: changes.map((one) => `${one} S/Do`),
});

const catalogue = `enum TestReason { TEST_REASON_UNSPECIFIED = 0; ${["A", "B"]
  .map(
    (name, at) => `TEST_REASON_${name} = ${at + 1} [(staymesh.options.v1.error) = {code: NOT_FOUND http_status: 404}];`,
  )
  .join(" ")} }`;
const refusing = (reasons: string) => `${option(reasons === "" ? "" : `reasons: [${reasons}]`)}\n${catalogue}`;
const reasoned = (it: string, old: string, next: string, ...changes: readonly string[]): Case => ({
  it,
  old: refusing(old),
  next: refusing(next),
  changes: changes.map((one) => `${one} S/Do`),
});

/** On both sides marked as deprecated, without which no contract with a retirement loads. */
const leaving = (text: string) =>
  method(
    `option deprecated = true; ${text === "" ? "" : `option (staymesh.options.v1.method) = {retirement: {${text}}};`}`,
  );
const retired = (it: string, old: string, next: string, one: string): Case => ({
  it,
  old: leaving(old),
  next: leaving(next),
  changes: [`${one} S/Do`],
});

const answeredBy = (option: string) => {
  const read = "option idempotency_level = NO_SIDE_EFFECTS;";
  const methods = ["One", "Two"].map((name) => `rpc ${name}(Ask) returns (Best) { ${read} }`).join("\n");
  const fan = option === "" ? "" : `option (staymesh.options.v1.method).fan_out = {${option}};`;
  const best = "message Best { E x = 1; E y = 2; } enum E { E0 = 0; E1 = 1; }";
  return `${service(`rpc Do(Ask) returns (Best) { ${read} ${fan} }\n${methods}`)}\n${best}`;
};
const fanOut = (it: string, old: string, next: string, mark: string): Case => ({
  it,
  old: answeredBy(old),
  next: answeredBy(next),
  changes: [`${mark} fan-out S/Do`],
});

/** Services and methods, who may call them, and what they promise. */
export const methodCases: readonly Case[] = [
  {
    it: "tells a new service with its methods",
    old: service("rpc Do(Ask) returns (Thing);"),
    next: `${service("rpc Do(Ask) returns (Thing);")} service T { rpc Run(Ask) returns (Thing); }`,
    changes: ["- service-added T", "- method-added T/Run"],
  },
  {
    it: "tells a service that is gone, with its methods",
    old: `${service("rpc Do(Ask) returns (Thing);")} service T { rpc Run(Ask) returns (Ask); }`,
    next: service("rpc Do(Ask) returns (Thing);"),
    changes: ["! service-removed T", "! method-removed T/Run"],
  },
  {
    it: "knows a service under another name",
    old: service("rpc Do(Ask) returns (Thing);"),
    next: service("rpc Do(Ask) returns (Thing);", "Other"),
    changes: ["! service-renamed S"],
  },
  {
    it: "tells methods that come and go",
    old: service("rpc Do(Ask) returns (Thing);"),
    next: service("rpc Undo(Thing) returns (Ask);"),
    changes: ["! method-removed S/Do", "- method-added S/Undo"],
  },
  {
    it: "knows a method under another name",
    old: service("rpc Do(Ask) returns (Thing);"),
    next: service("rpc Make(Ask) returns (Thing);"),
    changes: ["! method-renamed S/Do"],
  },
  {
    it: "tells other messages",
    old: service("rpc Do(Ask) returns (Thing);"),
    next: service("rpc Do(Thing) returns (Ask);"),
    changes: ["! method-input S/Do", "! method-output S/Do"],
  },
  {
    it: "tells a message that becomes a stream",
    old: service("rpc Do(Ask) returns (Thing);"),
    next: service("rpc Do(Ask) returns (stream Thing);"),
    changes: ["! method-streaming S/Do", "- timeout-lengthened S/Do"],
  },
  {
    it: "tells that a method is deprecated",
    old: method(""),
    next: method("option deprecated = true;"),
    changes: ["- deprecated S/Do"],
  },
  {
    it: "tells that a method may no longer be repeated",
    old: method("option idempotency_level = NO_SIDE_EFFECTS;"),
    next: method("option idempotency_level = IDEMPOTENT;"),
    changes: ["! idempotency S/Do"],
  },
  {
    it: "tells that a method may be repeated",
    old: method(""),
    next: method("option idempotency_level = IDEMPOTENT;"),
    changes: ["- idempotency S/Do"],
  },
  changed("calls a new scope breaking", 'scopes: ["a"]', 'scopes: ["a", "b"]', "! scope-added"),
  changed("tells a scope that is gone", 'scopes: ["a", "b"]', 'scopes: ["b"]', "- scope-removed"),
  changed(
    "tells one scope in the place of another",
    'scopes: ["a"]',
    'scopes: ["b"]',
    "! scope-added",
    "- scope-removed",
  ),
  changed("does not mind the order of scopes", 'scopes: ["a", "b"]', 'scopes: ["b", "a"]'),
  changed("tells a method that is open to everybody", "", "public: true", "- public-on"),
  changed("tells a method that asks for a key", "public: true", "", "! public-off"),
  changed("tells a new guard of properties", "", 'property_field: "name"', "! property-guard-added"),
  changed("tells a guard that is gone", 'property_field: "name"', "", "- property-guard-removed"),
  changed(
    "tells a guard of another property",
    'property_field: "name"',
    'property_field: "parent"',
    "! property-guard-changed",
  ),
  changed("calls a shorter timeout breaking", "timeout: {seconds: 5}", "timeout: {seconds: 3}", "! timeout-shortened"),
  changed(
    "tells a longer timeout",
    "timeout: {seconds: 5}",
    "timeout: {seconds: 5 nanos: 500000000}",
    "- timeout-lengthened",
  ),
  changed("tells no timeout that was so without being said", "", "timeout: {seconds: 30}"),
  changed("tells a lower priority", "priority: PRIORITY_HIGH", "priority: PRIORITY_LOW", "- priority"),
  changed("takes no priority for a normal one", "", "priority: PRIORITY_NORMAL"),
  changed("calls a higher cost breaking", "rate_cost: 1", "rate_cost: 5", "! rate-cost-raised"),
  changed("tells a lower cost", "rate_cost: 5", "", "- rate-cost-lowered"),
  reasoned("tells what is refused with from now on", "", '"A", "B"', "- method-reasons-added"),
  reasoned("tells what is refused with no more", '"A", "B"', '"B"', "- method-reasons-removed"),
  reasoned("does not mind the order of reasons", '"A", "B"', '"B", "A"'),
  changed("tells another success status", "", "creates: true", "! creates"),
  retired(
    "tells a method that is to be left",
    "",
    'deprecation_date: "2027-02-01" sunset_date: "2027-08-01"',
    "- retired",
  ),
  retired(
    "calls an end without notice breaking",
    "",
    'deprecation_date: "2026-02-01" sunset_date: "2027-01-01"',
    "! retired",
  ),
  retired(
    "calls an end that comes earlier breaking",
    'deprecation_date: "2027-02-01" sunset_date: "2027-08-01"',
    'deprecation_date: "2027-02-01" sunset_date: "2027-07-31"',
    "! retirement",
  ),
  retired(
    "tells an end that is put off",
    'deprecation_date: "2027-02-01" sunset_date: "2027-08-01"',
    'deprecation_date: "2027-02-01" sunset_date: "2027-09-01" guide_uri: "https://x.io"',
    "- retirement",
  ),
  retired("tells an end that is called off", 'deprecation_date: "2027-02-01"', "", "- retirement-withdrawn"),
  fanOut("tells that others answer", "", 'methods: ["PACKAGE.S/One"] best_by: "x"', "-"),
  fanOut(
    "tells that more are asked",
    'methods: ["PACKAGE.S/One"] best_by: "x"',
    'methods: ["PACKAGE.S/One", "PACKAGE.S/Two"] best_by: "x"',
    "-",
  ),
  fanOut(
    "calls it breaking where one is no longer asked",
    'methods: ["PACKAGE.S/One", "PACKAGE.S/Two"] best_by: "x"',
    'methods: ["PACKAGE.S/One"] best_by: "x"',
    "!",
  ),
  fanOut(
    "calls it breaking where another answer is the best",
    'methods: ["PACKAGE.S/One"] best_by: "x"',
    'methods: ["PACKAGE.S/One"] best_by: "y"',
    "!",
  ),
];
