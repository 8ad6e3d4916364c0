import { principalOf, silentLog } from "@staymesh/service-kit";
import { testContract } from "@staymesh/service-kit/testing";
import { expect } from "chai";
import { Redis } from "ioredis";
import { redisUrl } from "../../../test/support/parts.ts";
import { openRedisLimiter } from "../src/adapters/redis-limiter.ts";
import type { RateLimiter } from "../src/app/ports.ts";
import { type Identify, quotas, type Standard } from "../src/app/quota.ts";
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

  const open = async (address: string, standard: Standard, identify?: Identify): Promise<Lab> => {
    passed = 0;
    limiter = openRedisLimiter({ url: address, failedOpen: () => passed++, log: silentLog });
    const { reasons } = await testContract();
    lab = await openLab({
      asksKeys: true,
      rate: createRate({ limiter, quotaOf: quotas(standard, identify), reasons }),
    });
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
    const edge = await open(url, { perMinute: 6, burst: 2 });
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
      title: "The quota of the key is used up",
      remedy: "Wait as long as Retry-After says, and send the request again.",
      "violated-policies": ["default"],
    });
    expect(Number(refused.headers["retry-after"])).to.be.within(1, 10);
    expect(refused.headers["ratelimit"]).to.match(/^"default";r=0;t=\d+$/);
    expect(edge.asked()).to.equal(undefined);
  });

  it("is each key's own, and nobody's where a method is public", async () => {
    const edge = await open(url, { perMinute: 6, burst: 1 });
    await firstCounted(edge, "quota-b");
    expect((await edge.ask(THING, as("quota-b"))).status).to.equal(429);
    expect((await edge.ask(THING, as("quota-c"))).status).to.equal(200);
    expect((await edge.ask("GET /v1/ping", as("quota-b"))).status).to.be.below(300);
  });

  it("is as large as the file of partners says, for each key of a partner", async () => {
    const known = new Map([
      ["small", principalOf({ partner: "ana", keyId: "1", quotaPerMinute: 3 })],
      ["large", principalOf({ partner: "ana", keyId: "2", quotaPerMinute: 600 })],
      ["plain", principalOf({ partner: "bob", keyId: "1" })],
    ]);
    const edge = await open(url, { perMinute: 60, burst: 20 }, (key) => known.get(key));
    const policies = await Promise.all(["small", "large", "plain"].map((key) => firstCounted(edge, key)));
    expect(policies.map(({ headers }) => headers["ratelimit-policy"])).to.deep.equal([
      '"default";q=3;w=60',
      '"default";q=600;w=60',
      '"default";q=60;w=60',
    ]);
    expect((await edge.ask(THING, as("small"))).status).to.equal(429);
    const large = await edge.ask(THING, as("large"));
    // What was used a moment ago is soon there again.
    expect(large.headers["ratelimit"]).to.match(/^"default";r=19[89];t=1$/);
  });

  it("is one for all unknown keys, so that made-up ones fill nothing", async () => {
    const edge = await open(url, { perMinute: 6, burst: 3 }, () => undefined);
    await firstCounted(edge, "made-up-0");
    const redis = new Redis(url);
    try {
      const before = await redis.dbsize();
      const answers = await Promise.all([1, 2, 3].map((number) => edge.ask(THING, as(`made-up-${number}`))));
      expect(answers.map(({ status }) => status).sort()).to.deep.equal([200, 200, 429]);
      expect(await redis.dbsize()).to.equal(before);
    } finally {
      redis.disconnect();
    }
  });

  it("leaves in Redis neither a key nor a partner, and nothing that stays", async () => {
    const ana = principalOf({ partner: "ana", keyId: "1" });
    const edge = await open(url, { perMinute: 6, burst: 2 }, () => ana);
    const redis = new Redis(url);
    try {
      await redis.flushall();
      await firstCounted(edge, "sk_secret");
      const names = await redis.keys("*");
      expect(names).to.have.length(1);
      expect(names[0]).to.match(/^edge:rate:[\w-]{43}$/);
      expect(await redis.pttl(names[0] ?? "")).to.be.within(1, 10_001);
    } finally {
      redis.disconnect();
    }
  });

  it("does not hold anybody up for long while Redis hangs, and is in force again afterwards", async () => {
    const own = await redisUrl();
    const edge = await open(own, { perMinute: 1, burst: 1 });
    await firstCounted(edge, "quota-e");
    passed = 0;
    const redis = new Redis(own);
    try {
      await redis.call("CLIENT", "PAUSE", "2500", "ALL");
      const answers = await Promise.all([1, 2, 3].map(() => edge.ask(THING, as("quota-e"))));
      expect([...answers.map(({ status }) => status), passed]).to.deep.equal([200, 200, 200, 3]);
      expect((await firstCounted(edge, "quota-e")).status).to.equal(429);
    } finally {
      redis.disconnect();
    }
  });

  it("does not hold anybody up while Redis is away, which is counted", async () => {
    const edge = await open("redis://127.0.0.1:1", { perMinute: 6, burst: 1 });
    for (let asked = 0; asked < 3; asked++) expect((await edge.ask(THING, as("quota-d"))).status).to.equal(200);
    expect(passed).to.equal(3);
  });
});
