import { expect } from "chai";
import { Redis } from "ioredis";
import { type Mesh, startMesh } from "../mesh/mesh.ts";
import { keys } from "../mesh/partners.ts";
import { type Rest, restOf } from "../mesh/rest.ts";

describe("the quota of a key, in the whole system", function () {
  this.timeout(60_000);
  let mesh: Mesh;
  let rest: Rest;

  before(async () => {
    mesh = await startMesh({ processes: ["payment-svc", "reservation-svc", "edge-rest"] });
    rest = restOf(mesh.edge);
  });
  after(() => mesh?.close());

  const list = (key: string) => rest("GET", "/v1/properties", undefined, { key });
  /** A bucket of two is used up by the third call at the latest, and by others only while the edge waits for Redis. */
  const refused = async () => {
    for (;;) {
      const answer = await list(keys.slow);
      if (answer.status !== 200) return answer;
    }
  };

  it("is what the file of partners says, and ends in a problem that says when to come again", async () => {
    const answer = await refused();
    expect(answer.status).to.equal(429);
    expect(answer.headers.get("content-type")).to.equal("application/problem+json");
    expect(answer.headers.get("ratelimit-policy")).to.equal('"default";q=20;w=60');
    expect(answer.headers.get("ratelimit")).to.match(/^"default";r=0;t=[1-6]$/);
    expect(answer.headers.get("retry-after")).to.match(/^[1-3]$/);
    expect(answer.body).to.deep.include({
      type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
      title: "The quota of the key is used up",
      status: 429,
      code: "RESOURCE_EXHAUSTED",
      reason: "RATE_LIMITED",
      "violated-policies": ["default"],
    });
  });

  it("is no other key's, of the same partner or of none", async () => {
    await refused();
    const others = await Promise.all([keys.all, keys.plain, keys.rival, mesh.system.key].map(list));
    expect(others.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200]);
    expect(others[0]?.headers.get("ratelimit-policy")).to.equal('"default";q=6000000;w=60');
    expect((await list("sk_nobody_knows_it")).status).to.equal(401);
  });

  it("lets everybody pass once Redis is away, and counts that", async () => {
    await refused();
    const redis = new Redis(mesh.system.redisIndexUrl, { retryStrategy: () => null });
    redis.on("error", () => {});
    await redis.call("SHUTDOWN", "NOSAVE").catch(() => {});
    const passed = await Promise.all(Array.from({ length: 5 }, () => list(keys.slow)));
    expect(passed.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200, 200]);
    expect(passed[0]?.headers.get("ratelimit")).to.equal(null);
    const metrics = await (await fetch(`${mesh.adminUrl("edge-rest")}/metrics`)).text();
    expect(Number(/^edge_rate_limit_failed_open_total(?:{[^}]*})? (\d+)/m.exec(metrics)?.[1])).to.be.at.least(5);
  });
});
