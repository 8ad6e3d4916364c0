import { expect } from "chai";
import { redisUrl } from "../../../test/support/parts.ts";
import { openRedisLimiter } from "../src/adapters/redis-limiter.ts";
import type { RateLimiter } from "../src/app/ports.ts";
import { createRate } from "../src/app/rate.ts";
import { type Lab, openLab } from "./support/lab.ts";

const THING = "GET /v1/boxes/a/things/b";

describe("the quota of a key", () => {
  let url: string;
  let limiter: RateLimiter | undefined;
  let lab: Lab | undefined;
  let passed = 0;

  before(async () => {
    url = await redisUrl();
  });
  afterEach(async () => {
    limiter?.close();
    await lab?.close();
  });

  const open = async (address: string, perMinute: number, burst: number): Promise<Lab> => {
    passed = 0;
    limiter = openRedisLimiter({ url: address, perMinute, burst, failedOpen: () => passed++ });
    lab = await openLab({ asksKeys: true, rate: createRate(limiter, perMinute) });
    lab.behave(() => ({ message: {} }));
    return lab;
  };
  const as = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });
  /** The first request after the connection stands; until then everything passes. */
  const firstCounted = async (asked: Lab, key: string) => {
    for (;;) {
      const answer = await asked.ask(THING, as(key));
      if (answer.headers["ratelimit"] !== undefined) return answer;
    }
  };

  it("is told with every answer, and ends in a 429 that says when to come again", async () => {
    const edge = await open(url, 6, 2);
    const first = await firstCounted(edge, "quota-a");
    expect([first.status, first.headers["ratelimit-policy"]]).to.deep.equal([200, '"default";q=6;w=60']);
    expect(first.headers["ratelimit"]).to.equal('"default";r=1;t=10');
    expect((await edge.ask(THING, as("quota-a"))).status).to.equal(200);
    const refused = await edge.ask(THING, as("quota-a"));
    expect(refused.json).to.deep.include({
      type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
      status: 429,
      code: "RESOURCE_EXHAUSTED",
      reason: "RATE_LIMITED",
    });
    expect(Number(refused.headers["retry-after"])).to.be.within(1, 10);
    expect(refused.headers["ratelimit"]).to.match(/^"default";r=0;t=\d+$/);
    expect(edge.asked()).to.equal(undefined);
  });

  it("is each key's own, and nobody's where a method is public", async () => {
    const edge = await open(url, 6, 1);
    await firstCounted(edge, "quota-b");
    expect((await edge.ask(THING, as("quota-b"))).status).to.equal(429);
    expect((await edge.ask(THING, as("quota-c"))).status).to.equal(200);
    expect((await edge.ask("GET /v1/ping", as("quota-b"))).status).to.be.below(300);
  });

  it("does not hold anybody up while Redis is away, which is counted", async () => {
    const edge = await open("redis://127.0.0.1:1", 6, 1);
    for (let asked = 0; asked < 3; asked++) expect((await edge.ask(THING, as("quota-d"))).status).to.equal(200);
    expect(passed).to.equal(3);
  });
});
