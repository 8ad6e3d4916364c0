import { SettingsError } from "@staymesh/service-kit";
import { expect } from "chai";
import { readConfig } from "../src/config.ts";

const good = {
  DATABASE_URL: "postgres://localhost/payment",
  PARTNERS_FILE: "partners.json",
  SANDBOX_BANK_URL: "http://127.0.0.1:50060",
  SANDBOX_BANK_KEY: "a secret of the bank",
};

describe("the settings", () => {
  it("have defaults for everything that has a usual value", () => {
    expect(readConfig(good)).to.include({ port: 50_052, host: "127.0.0.1", databaseUrl: good.DATABASE_URL });
  });

  it("are all checked before the process ends, and no secret is repeated", () => {
    const bad = { ...good, PORT: "x", SANDBOX_BANK_URL: "no url", SANDBOX_BANK_KEY: "short", BANK: "elsewhere" };
    try {
      readConfig(bad);
      expect.fail("bad settings were taken");
    } catch (error) {
      expect(error).to.be.instanceOf(SettingsError);
      const { message } = error as SettingsError;
      for (const name of ["PORT", "SANDBOX_BANK_URL", "SANDBOX_BANK_KEY", "BANK"]) expect(message).to.include(name);
      expect(message).not.to.include("short");
    }
  });
});
