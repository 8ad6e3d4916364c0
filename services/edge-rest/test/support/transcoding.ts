import type { JsonValue } from "@bufbuild/protobuf";
import { expect } from "chai";
import { type AskOptions, echo, type Lab, openLab } from "./lab.ts";

/** A request and what its service gets. */
export type Good = readonly [request: string, expected: JsonValue, content?: JsonValue | Buffer];
/** A request and what is found wrong with it, each as "field reason". */
export type Bad = readonly [request: string, errors: readonly string[], content?: JsonValue | Buffer];

/** A test for each request that goes through. */
export function reads(lab: () => Lab, cases: readonly Good[]): void {
  for (const [request, expected, content] of cases) {
    it(`reads ${shown(request, content)}`, async () => {
      lab().behave(echo);
      const answer = await lab().ask(request, optionsOf(content));
      expect(answer.errors).to.deep.equal([]);
      expect(answer.status).to.equal(200);
      expect(lab().asked()?.request).to.deep.equal(expected);
    });
  }
}

/** A test for each request that is refused before its service hears of it. */
export function refuses(lab: () => Lab, cases: readonly Bad[]): void {
  for (const [request, errors, content] of cases) {
    it(`refuses ${shown(request, content)}`, async () => {
      lab().behave(echo);
      const answer = await lab().ask(request, optionsOf(content));
      expect(answer.errors).to.deep.equal(errors);
      expect(answer.status).to.equal(400);
      expect(answer.json["reason"]).to.equal("INVALID_REQUEST");
      expect(lab().asked()).to.equal(undefined);
    });
  }
}

/** One lab for all tests of a describe block. */
export function useLab(): () => Lab {
  let open: Lab | undefined;
  before(async () => {
    open = await openLab();
  });
  after(() => open?.close());
  return () => {
    if (open === undefined) throw new Error("the lab opens before the tests");
    return open;
  };
}

function optionsOf(content: JsonValue | Buffer | undefined): AskOptions {
  if (content === undefined) return {};
  return Buffer.isBuffer(content) ? { body: content } : { json: content };
}

function shown(request: string, content: JsonValue | Buffer | undefined): string {
  const text =
    content === undefined ? "" : Buffer.isBuffer(content) ? content.toString("latin1") : JSON.stringify(content);
  return `${request.slice(0, 90)} ${text.slice(0, 90)}`;
}
