import { expect } from "chai";
import { readConfig } from "../src/config.ts";

describe("the settings of the edge", () => {
  it("need nothing but the upstreams", () => {
    const config = readConfig({ UPSTREAMS: "a.v1.A=127.0.0.1:1,b.B=host-b.example:65535, c.C=[::1]:2" });
    expect([...config.upstreams]).to.deep.equal([
      ["a.v1.A", "127.0.0.1:1"],
      ["b.B", "host-b.example:65535"],
      ["c.C", "[::1]:2"],
    ]);
    expect(config).to.deep.include({
      httpPort: 8080,
      host: "127.0.0.1",
      auth: "keys",
      corsOrigins: [],
      maxBodyBytes: 1048576,
    });
  });

  it("are refused all at once", () => {
    const env = { UPSTREAMS: "a.v1.A=1,b=c:1,b=c:2", HTTP_PORT: "x", AUTH: "maybe", MAX_BODY_BYTES: "-1" };
    expect(() => readConfig(env))
      .to.throw("HTTP_PORT must be a whole number")
      .with.property("message")
      .that.includes('"a.v1.A=1" is not')
      .and.includes("names b twice")
      .and.includes("AUTH must be one of keys, none")
      .and.includes("MAX_BODY_BYTES");
    expect(() => readConfig({})).to.throw("UPSTREAMS is missing");
  });
});
