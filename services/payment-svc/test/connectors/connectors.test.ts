import { startBank } from "@staymesh/sandbox-bank/testing";
import type { Bank, Connector } from "../../src/connectors/connector.ts";
import { banks } from "../../src/connectors/index.ts";
import { type ConnectorFixture, connectorSuite } from "./connector.suite.ts";

function connect(bank: Bank, env: Readonly<Record<string, string>>): Connector {
  const problems: string[] = [];
  const configured = bank(env, problems);
  if (problems.length > 0) throw new Error(problems.join());
  return configured.connect();
}

// A bank in the registry without a fixture here does not compile.
const fixtures: Readonly<Record<keyof typeof banks, ConnectorFixture>> = {
  sandbox: {
    async open() {
      const bank = await startBank();
      const connector = connect(banks.sandbox, { SANDBOX_BANK_URL: bank.url, SANDBOX_BANK_KEY: bank.key });
      const close = async () => {
        connector.close();
        await bank[Symbol.asyncDispose]();
      };
      return { connector, close };
    },
    connectTo: (url) => connect(banks.sandbox, { SANDBOX_BANK_URL: url, SANDBOX_BANK_KEY: "a key of a test" }),
    tokens: {
      approved: "tok_visa",
      declined: "tok_decline",
      pending: "tok_pending",
      action: "tok_3ds",
      lostAnswer: "tok_timeout",
      lostRequest: "tok_drop",
    },
    wrongAnswers({ reference, currency, amount }) {
      const right = { reference, status: "succeeded", amount: { currencyCode: currency, minorUnits: `${amount}` } };
      return [
        { ...right, amount: { currencyCode: currency, minorUnits: `${amount + 1n}` } },
        { ...right, amount: { currencyCode: "USD", minorUnits: `${amount}` } },
        { ...right, reference: "another" },
        { ...right, amount: undefined },
      ];
    },
  },
};

for (const [name, fixture] of Object.entries(fixtures)) connectorSuite(name, fixture);
