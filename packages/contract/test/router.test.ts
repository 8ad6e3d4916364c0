import { expect } from "chai";
import {
  type Contract,
  compileRoutes,
  createRouter,
  type HttpRule,
  type Match,
  type MethodFacts,
  type Router,
} from "../src/index.ts";
import { fixtureContract } from "./fixture.ts";

type Binding = readonly [method: string, rule: string, body?: string];

/** The fixture contract with other HTTP rules, each given as in ["GetBook", "GET /v1/{name=**}"]. */
const withRules = (contract: Contract, bindings: readonly Binding[]): Contract => {
  const rules = (method: MethodFacts): readonly HttpRule[] =>
    bindings
      .filter(([name]) => name === method.name)
      .map(([, rule, body = ""]) => {
        const [verb = "", template = ""] = rule.split(" ");
        return { verb, template, body, responseBody: "" };
      });
  const services = contract.services.map((service) => ({
    ...service,
    methods: service.methods.map((method) => ({ ...method, http: rules(method) })),
  }));
  return { ...contract, services };
};

describe("the routes of a contract", () => {
  let contract: Contract;

  before(async () => {
    contract = await fixtureContract();
  });

  const compile = (bindings: readonly Binding[]) => compileRoutes(withRules(contract, bindings));

  it("compile as the fixture contract has them", () => {
    const routes = compileRoutes(contract);
    expect(routes.map(({ verb, rule }) => `${verb} ${rule.template}`)).to.include.members([
      "POST /v1/{parent=shelves/*}/books",
      "GET /v1/{name=archives/*/books/*}",
    ]);
  });

  const wrong: readonly (readonly [string, readonly Binding[], string])[] = [
    ["a path without a slash", [["GetBook", "GET v1/books"]], "does not begin with /"],
    ["an empty segment", [["GetBook", "GET /v1//books"]], "empty segment"],
    ["a trailing slash", [["GetBook", "GET /v1/books/"]], "empty segment"],
    ["** before the end", [["GetBook", "GET /v1/{name=**}/books"]], "** is not its last segment"],
    ["** in the middle of a variable", [["GetBook", "GET /v1/{name=shelves/**/books}"]], "** is not its last segment"],
    ["a variable inside another", [["GetBook", "GET /v1/{name=shelves/{name}}"]], "inside another"],
    ["a variable bound twice", [["GetBook", "GET /v1/{name}/{name}"]], "binds name twice"],
    ["a brace that is never closed", [["GetBook", "GET /v1/{name"]], "has no }"],
    ["a brace that was never opened", [["GetBook", "GET /v1/name}"]], "has no {"],
    ["a field path that is none", [["GetBook", "GET /v1/{1name}"]], "is no field path"],
    ["an unknown field in the path", [["GetBook", "GET /v1/{title}"]], "has no field title"],
    ["an unknown nested field", [["UpdateBook", "PATCH /v1/{book.nombre}", "book"]], "has no field nombre"],
    ["a path through a scalar", [["GetBook", "GET /v1/{name.first}"]], "passes through name"],
    ["a path through a list", [["UpdateBook", "PATCH /v1/{book.chapters.heading}", "book"]], "passes through chapters"],
    ["a list in the path", [["ListBooks", "GET /v1/{bindings}"]], "no single value"],
    ["a message in the path", [["UpdateBook", "PATCH /v1/{book}"]], "no single value"],
    ["an unknown body field", [["CreateBook", "POST /v1/books", "novel"]], '"novel" is no top-level field'],
    ["a nested body field", [["CreateBook", "POST /v1/books", "book.title"]], '"book.title" is no top-level field'],
    ["a body that the path binds", [["GetBook", "POST /v1/{name}", "name"]], "bound by the path and by the body"],
    ["a body on GET", [["GetBook", "GET /v1/books", "*"]], "GET has no body"],
    [
      "bindings with different bodies",
      [
        ["CreateBook", "POST /v1/a", "*"],
        ["CreateBook", "POST /v1/b", "book"],
      ],
      "differ in their body",
    ],
    ["a verb with a slash", [["GetBook", "GET /v1/{name}:a/b"]], "no segment"],
    ["an empty verb", [["GetBook", "GET /v1/{name}:"]], "no custom verb"],
    ["a wrongly encoded literal", [["GetBook", "GET /v1/%zz"]], "wrongly percent-encoded"],
    ["a literal that climbs", [["GetBook", "GET /v1/../x"]], "no segment"],
    ["a list of messages left to the query", [["BindAll", "GET /v1/x"]], "a query cannot carry chapters"],
    ["a stream from the client", [["Upload", "POST /v1/x", "*"]], "a stream from the client"],
  ];
  for (const [what, bindings, message] of wrong) {
    it(`are refused at start for ${what}`, () => {
      expect(() => compile(bindings)).to.throw(message);
    });
  }

  it("are refused at start where two are the same, naming both", () => {
    const same: readonly Binding[] = [
      ["GetBook", "GET /v1/{name=shelves/*}"],
      ["ListBooks", "GET /v1/shelves/{parent}"],
    ];
    expect(() => compile(same))
      .to.throw("fixture.v1.LibraryService/ListBooks (GET /v1/shelves/{parent})")
      .with.property("message")
      .that.includes("conflicts with fixture.v1.LibraryService/GetBook (GET /v1/{name=shelves/*})");
  });

  it("may share a path where the HTTP methods differ", () => {
    expect(
      compile([
        ["GetBook", "GET /v1/{name}"],
        ["DeleteBook", "DELETE /v1/{name}"],
      ]),
    ).to.have.length(2);
  });
});

describe("the router", () => {
  let router: Router;

  before(async () => {
    const contract = await fixtureContract();
    const bindings: readonly Binding[] = [
      ["GetBook", "GET /v1/{name=shelves/*/books/*}"],
      ["DeleteBook", "DELETE /v1/{name=shelves/*/books/*}"],
      ["LendBook", "POST /v1/{name=shelves/*/books/*}:lend", "*"],
      ["GetBook", "GET /v1/shelves/best/books/{name}"],
      ["ListBooks", "GET /v1/{parent=shelves/*}/books"],
      ["CreateBook", "POST /v1/{parent=shelves/*}/books", "book"],
      ["WatchBooks", "GET /v1/{parent=shelves/*}/books:watch"],
      ["ListBooks", "GET /v1/files/{parent=**}"],
      ["DeleteBook", "DELETE /v1/files/{name=**}:purge"],
      ["GetBook", "GET /v1/files/{name=readme}"],
      ["ListBooks", "GET /v2/{parent}/a/x"],
      ["GetBook", "GET /v2/lit/{name}/y"],
      ["GetBook", "* /v3/{name}"],
      ["ListBooks", "GET /v4/caf%C3%A9"],
      ["GetBook", "GET /v5/{name}"],
      ["DeleteBook", "POST /v5/{name}:remove"],
      ["GetBook", "GET /v6/**"],
    ];
    router = createRouter(compileRoutes(withRules(contract, bindings)));
  });

  const show = (match: Match): string => {
    switch (match.kind) {
      case "route":
        return [match.route.method.name, ...match.values].join(" ");
      case "wrong_method":
        return `405 ${match.allow.join(",")}`;
      default:
        return match.kind;
    }
  };

  const cases: readonly (readonly [string, string, string])[] = [
    ["GET", "/v1/shelves/a/books/b", "GetBook shelves/a/books/b"],
    ["DELETE", "/v1/shelves/a/books/b", "DeleteBook shelves/a/books/b"],
    ["HEAD", "/v1/shelves/a/books/b", "GetBook shelves/a/books/b"],
    ["POST", "/v1/shelves/a/books/b", "405 DELETE,GET,HEAD"],
    ["GET", "/v1/shelves/best/books/b", "GetBook b"],
    ["DELETE", "/v1/shelves/best/books/b", "DeleteBook shelves/best/books/b"],
    ["PUT", "/v1/shelves/best/books/b", "405 DELETE,GET,HEAD"],
    ["POST", "/v1/shelves/a/books/b:lend", "LendBook shelves/a/books/b"],
    ["GET", "/v1/shelves/a/books/b:lend", "405 POST"],
    ["GET", "/v1/shelves/a/books/b:123", "GetBook shelves/a/books/b:123"],
    ["GET", "/v1/shelves/a/books/b%3Alend", "GetBook shelves/a/books/b:lend"],
    ["POST", "/v1/shelves/a/books/b:c:lend", "LendBook shelves/a/books/b:c"],
    ["POST", "/v1/shelves/a/books/b:l%65nd", "LendBook shelves/a/books/b"],
    ["GET", "/v1/shelves/a/books", "ListBooks shelves/a"],
    ["POST", "/v1/shelves/a/books", "CreateBook shelves/a"],
    ["GET", "/v1/shelves/a/books:watch", "WatchBooks shelves/a"],
    ["POST", "/v1/shelves/a/books:watch", "405 GET,HEAD"],
    ["GET", "/v1/shelves/a/books:other", "none"],
    ["GET", "/v1/shelves//books", "none"],
    ["GET", "/v1/shelves/a/books/", "none"],
    ["GET", "/v1/shelves", "none"],
    ["GET", "/v1/sh%65lves/a/books", "ListBooks shelves/a"],
    ["GET", "/v1/shelves/a%20b/books", "ListBooks shelves/a b"],
    ["GET", "/v1/shelves/a+b/books", "ListBooks shelves/a+b"],
    ["GET", "/v1/shelves/a%2Fb/books", "ListBooks shelves/a%2Fb"],
    ["GET", "/v1/shelves/a%2fb%20c/books", "ListBooks shelves/a%2fb c"],
    ["GET", "/v1/shelves/best/books/a%2Fb", "GetBook a/b"],
    ["GET", "/v1/shelves/%zz/books", "malformed"],
    ["GET", "/v1/shelves/%ff/books", "malformed"],
    ["GET", "/v1/shelves/%00/books", "malformed"],
    ["GET", "/v1/shelves/%7f/books", "malformed"],
    ["GET", "/v1/shelves/../books", "malformed"],
    ["GET", "/v1/shelves/%2e%2E/books", "malformed"],
    ["GET", "/v1/files", "ListBooks "],
    ["GET", "/v1/files/a", "ListBooks a"],
    ["GET", "/v1/files/a/b/c", "ListBooks a/b/c"],
    ["GET", "/v1/files/a%2Fb", "ListBooks a%2Fb"],
    ["GET", "/v1/files/a//b", "none"],
    ["GET", "/v1/files/", "none"],
    ["GET", "/v1/files/readme", "GetBook readme"],
    ["DELETE", "/v1/files/a/b:purge", "DeleteBook a/b"],
    ["GET", "/v1/files/a/b:purge", "405 DELETE"],
    ["DELETE", "/v1/files/a/b", "405 GET,HEAD"],
    ["GET", "/v2/lit/a/x", "ListBooks lit"],
    ["GET", "/v2/lit/a/y", "GetBook a"],
    ["GET", "/v2/lit/a/z", "none"],
    ["PURGE", "/v3/a", "GetBook a"],
    ["OPTIONS", "/v3/a", "405 DELETE,GET,HEAD,PATCH,POST,PUT"],
    ["GET", "/v4/caf%c3%a9", "ListBooks"],
    ["GET", "/v5/a:remove", "405 POST"],
    ["GET", "/v5/a:b", "GetBook a:b"],
    ["GET", "/v5/:remove", "GetBook :remove"],
    ["GET", "/v6", "GetBook"],
    ["GET", "/v6/a/b", "GetBook"],
    ["GET", "/V6/a/b", "none"],
    ["GET", "/", "none"],
    ["GET", "*", "none"],
    ["GET", `/v6${"/a".repeat(70)}`, "none"],
  ];
  for (const [httpMethod, path, expected] of cases) {
    it(`answers ${httpMethod} ${path.slice(0, 60)} with ${expected}`, () => {
      expect(show(router.match(httpMethod, path))).to.equal(expected);
    });
  }

  it("tells every HTTP method that a path allows", () => {
    expect(router.allowed("/v1/shelves/a/books/b")).to.deep.equal(["DELETE", "GET", "HEAD"]);
    expect(router.allowed("/nowhere")).to.deep.equal([]);
  });
});
