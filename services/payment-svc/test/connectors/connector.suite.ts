import { randomUUID } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import type { BankOperation, Connector } from "../../src/connectors/connector.ts";

/** What a bank has to bring along so that its connector can be put to the test. */
export interface ConnectorFixture {
  /** A connector to the real bank, or to a double that behaves as it does. */
  open(): Promise<{ readonly connector: Connector; readonly close: () => Promise<void> }>;
  /** A connector to whatever listens at the URL. */
  connectTo(url: string): Connector;
  readonly tokens: {
    readonly approved: string;
    readonly declined: string;
    readonly pending: string;
    readonly action: string;
    readonly lostAnswer: string;
    readonly lostRequest: string;
  };
  /** What the bank says when it has done something: with another amount, and about something else. */
  wrongAnswers(operation: BankOperation): readonly object[];
}

const soon = () => ({ deadlineMs: Date.now() + 3000 });

const operationOf = (amount = 1000n): BankOperation => {
  const reference = randomUUID();
  return {
    reference,
    currency: "EUR",
    amount,
    authorization: { reference, bankReference: "" },
    order: "payments/test",
  };
};

const onto = ({ reference }: BankOperation, amount: bigint): BankOperation => ({
  ...operationOf(amount),
  authorization: { reference, bankReference: reference },
});

/** What every connector has to do, whatever its bank is like. */
export function connectorSuite(name: string, fixture: ConnectorFixture): void {
  describe(`the connector ${name}`, () => {
    let connector: Connector;
    let close: () => Promise<void>;
    const { tokens } = fixture;

    before(async () => {
      ({ connector, close } = await fixture.open());
    });
    after(() => close());

    const authorized = async (amount = 1000n): Promise<BankOperation> => {
      const operation = operationOf(amount);
      await connector.authorize(operation, tokens.approved, soon());
      return operation;
    };

    it("says what it can do", () => {
      const { idempotencyWindowMs, notFoundFinalAfterMs, timeoutMs } = connector.capabilities;
      expect(connector.name).to.equal(name);
      expect(idempotencyWindowMs).to.be.greaterThan(60_000);
      if (notFoundFinalAfterMs !== undefined) expect(notFoundFinalAfterMs).to.be.greaterThan(timeoutMs);
    });

    it("authorizes, and says so again", async () => {
      const operation = operationOf();
      const outcome = await connector.authorize(operation, tokens.approved, soon());
      expect(outcome).to.include({ status: "SUCCEEDED" });
      expect(await connector.authorize(operation, tokens.approved, soon())).to.deep.equal(outcome);
      expect(await connector.query(operation, soon())).to.include({ status: "SUCCEEDED" });
    });

    it("tells a no from a failure", async () => {
      const outcome = await connector.authorize(operationOf(), tokens.declined, soon());
      expect(outcome.status).to.equal("DECLINED");
      expect(outcome).to.have.property("code").that.is.not.equal("");
    });

    it("shows what is pending and where the guest has to go", async () => {
      expect(await connector.authorize(operationOf(), tokens.pending, soon())).to.include({ status: "PENDING" });
      const asked = await connector.authorize(operationOf(), tokens.action, soon());
      expect(asked).to.include({ status: "PENDING" });
      expect(asked)
        .to.have.property("actionUrl")
        .that.matches(/^https?:/);
    });

    it("does not know when the answer is lost, and finds out", async () => {
      const operation = operationOf();
      expect(await connector.authorize(operation, tokens.lostAnswer, soon())).to.include({ status: "UNKNOWN" });
      expect(await connector.query(operation, soon())).to.include({ status: "SUCCEEDED" });
    });

    it("does not know when the request is lost, and finds nothing", async () => {
      const operation = operationOf();
      expect(await connector.authorize(operation, tokens.lostRequest, soon())).to.include({ status: "UNKNOWN" });
      expect((await connector.query(operation, soon())).status).to.be.oneOf(["NOT_FOUND", "UNKNOWN"]);
    });

    it("captures a part, once, and never more than there is", async () => {
      const authorization = await authorized();
      const capture = onto(authorization, 400n);
      const outcome = await connector.capture(capture, soon());
      expect(outcome).to.include({ status: "SUCCEEDED" });
      expect(await connector.capture(capture, soon())).to.deep.equal(outcome);
      const more = await connector.capture(onto(authorization, 400n), soon());
      expect(more.status).to.be.oneOf(["DECLINED", "NOT_EXECUTED"]);
    });

    it("voids what is kept, and nothing that is taken", async () => {
      const authorization = await authorized();
      expect(await connector.void(onto(authorization, 1000n), soon())).to.include({ status: "SUCCEEDED" });
      const taken = await authorized();
      await connector.capture(onto(taken, 1000n), soon());
      const outcome = await connector.void(onto(taken, 1000n), soon());
      expect(outcome.status).to.be.oneOf(["DECLINED", "NOT_EXECUTED"]);
    });

    it("refunds parts, never more than was taken", async () => {
      const authorization = await authorized();
      await connector.capture(onto(authorization, 1000n), soon());
      const refund = onto(authorization, 600n);
      expect(await connector.refund(refund, soon())).to.include({ status: "SUCCEEDED" });
      expect(await connector.refund(refund, soon())).to.include({ status: "SUCCEEDED" });
      const more = await connector.refund(onto(authorization, 600n), soon());
      expect(more.status).to.be.oneOf(["DECLINED", "NOT_EXECUTED"]);
      expect(await connector.query(refund, soon())).to.include({ status: "SUCCEEDED" });
    });

    it("ends an open authorization for good, where the bank can", async function () {
      if (connector.abandon === undefined) return this.skip();
      const open = operationOf();
      await connector.authorize(open, tokens.action, soon());
      expect(await connector.abandon(open, soon())).to.include({ status: "DECLINED" });
      const unseen = operationOf();
      expect(await connector.abandon(unseen, soon())).to.include({ status: "DECLINED" });
      expect(await connector.authorize(unseen, tokens.approved, soon())).to.include({ status: "DECLINED" });
      const done = await authorized();
      expect(await connector.abandon(done, soon())).to.include({ status: "SUCCEEDED" });
    });

    it("knows that nothing happened where nobody listens, and that a question proves nothing then", async () => {
      const nobody = fixture.connectTo("http://127.0.0.1:9");
      const outcome = await nobody.authorize(operationOf(), tokens.approved, soon());
      expect(outcome).to.include({ status: "NOT_EXECUTED", unreached: true });
      expect(await nobody.query(operationOf(), soon())).to.include({ status: "UNKNOWN" });
      nobody.close();
    });

    const answering = async (
      answer: (response: ServerResponse) => void,
    ): Promise<{ connector: Connector; end: () => void }> => {
      const server = createServer((request, response) => {
        request.resume();
        request.on("end", () => answer(response));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      const to = fixture.connectTo(`http://127.0.0.1:${port}`);
      const end = () => {
        to.close();
        server.closeAllConnections();
        server.close();
      };
      return { connector: to, end };
    };
    const json = (status: number, body: object) => (response: ServerResponse) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    const classified = async (answer: (response: ServerResponse) => void): Promise<string> => {
      const { connector: to, end } = await answering(answer);
      const { status } = await to.authorize(operationOf(), tokens.approved, { deadlineMs: Date.now() + 300 });
      end();
      return status;
    };

    for (const [what, expected, answer] of [
      ["500", "UNKNOWN", json(500, { error: "internal" })],
      ["503", "UNKNOWN", json(503, { error: "unavailable" })],
      ["a page of HTML", "UNKNOWN", (response) => response.writeHead(502).end("<html>Bad Gateway</html>")],
      ["HTML with 200", "UNKNOWN", (response) => response.writeHead(200).end("<html>Welcome</html>")],
      ["JSON of another kind", "UNKNOWN", json(200, { hello: "world" })],
      ["a word that nobody agreed on", "UNKNOWN", json(200, { status: "maybe" })],
      ["409", "UNKNOWN", json(409, { error: "key_in_use" })],
      ["400", "NOT_EXECUTED", json(400, { error: "invalid_request" })],
      ["401", "NOT_EXECUTED", json(401, { error: "unauthorized" })],
      ["429", "NOT_EXECUTED", json(429, { error: "too_many" })],
      ["silence", "UNKNOWN", () => undefined],
      ["a broken connection", "UNKNOWN", (response) => response.socket?.destroy()],
      [
        "half an answer",
        "UNKNOWN",
        (response) => response.writeHead(200, { "content-length": 99 }).write("{", () => response.socket?.destroy()),
      ],
      ["far too much", "UNKNOWN", (response) => response.writeHead(200).end("x".repeat(200_000))],
    ] as const satisfies readonly (readonly [string, string, (response: ServerResponse) => unknown])[]) {
      it(`takes ${what} for ${expected}`, async () => {
        expect(await classified(answer)).to.equal(expected);
      });
    }

    it("believes no answer about another amount or another operation", async () => {
      const operation = operationOf();
      for (const body of fixture.wrongAnswers(operation)) {
        const { connector: to, end } = await answering(json(200, body));
        expect(await to.authorize(operation, tokens.approved, soon())).to.include({ status: "UNKNOWN" });
        end();
      }
    });
  });
}
