import { expect } from "chai";
import { commonSettings } from "../src/common-settings.ts";
import { address, integer, oneOf, optional, readSettings, SettingsError, secret, text, url } from "../src/settings.ts";

const spec = {
  port: integer("PORT", { default: 50051, max: 65535 }),
  databaseUrl: url("DATABASE_URL", { protocols: ["postgres:", "postgresql:"] }),
  payment: address("PAYMENT_ADDRESS"),
  key: secret("KEY", { minLength: 8 }),
  bank: oneOf("BANK", ["sandbox", "other"]),
  note: optional("NOTE", text("NOTE")),
};

const good = {
  DATABASE_URL: "postgres://u:p@localhost:5432/db",
  PAYMENT_ADDRESS: "127.0.0.1:50052",
  KEY: "longenough",
  BANK: "sandbox",
};

describe("settings", () => {
  it("are read with their defaults", () => {
    expect(readSettings(good, spec)).to.deep.equal({
      port: 50051,
      databaseUrl: good.DATABASE_URL,
      payment: good.PAYMENT_ADDRESS,
      key: good.KEY,
      bank: "sandbox",
      note: undefined,
    });
  });

  it("are all reported at once where they are wrong, without the secrets in them", () => {
    const bad = {
      PORT: "70000",
      DATABASE_URL: "mysql://u:hunter2@h/db",
      PAYMENT_ADDRESS: "nowhere",
      KEY: "hunter2",
      BANK: "",
    };
    const read = () => readSettings(bad, spec);
    expect(read).to.throw(SettingsError);
    try {
      read();
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      expect(error.problems.map((problem) => problem.split(" ")[0])).to.deep.equal([
        "PORT",
        "DATABASE_URL",
        "PAYMENT_ADDRESS",
        "KEY",
        "BANK",
      ]);
      expect(error.message).not.to.contain("hunter2");
    }
  });

  it("take an empty text for a missing one", () => {
    expect(() => readSettings({ ...good, KEY: "" }, spec)).to.throw(SettingsError, "KEY is missing");
  });

  it("share what every process reads", () => {
    const common = readSettings({ PARTNERS_FILE: "partners.json" }, commonSettings);
    expect(common).to.include({ host: "127.0.0.1", adminPort: 0, logLevel: "info", drainTimeoutMs: 10_000 });
  });
});
