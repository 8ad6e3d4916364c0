import { expect } from "chai";
import { readRetirement } from "../src/retirement.ts";

describe("the way out of a method", () => {
  const method = "rpc shop.v1.Shop.Buy";
  const whole = { deprecationDate: "2027-06-30", sunsetDate: "2028-02-29", guideUri: "https://staymesh.io/guides/buy" };

  it("is read as instants and an address", () => {
    expect(readRetirement(method, true, whole)).to.deep.equal({
      retirement: {
        deprecation: new Date("2027-06-30T00:00:00Z"),
        sunset: new Date("2028-02-29T00:00:00Z"),
        guideUri: "https://staymesh.io/guides/buy",
      },
    });
  });

  it("needs neither a sunset nor a guide, and most methods have none at all", () => {
    expect(readRetirement(method, true, { ...whole, sunsetDate: "", guideUri: "" })).to.deep.equal({
      retirement: { deprecation: new Date("2027-06-30T00:00:00Z") },
    });
    expect(readRetirement(method, true, undefined)).to.deep.equal({});
    expect(readRetirement(method, true, { ...whole, sunsetDate: whole.deprecationDate })).to.have.property(
      "retirement",
    );
  });

  const wrong: readonly (readonly [string, Partial<typeof whole>, string])[] = [
    ["no deprecation", { deprecationDate: "" }, 'has the deprecation_date "", which is no day such as 2027-06-30'],
    ["a day that is none", { deprecationDate: "2027-02-30" }, 'has the deprecation_date "2027-02-30", which is no day'],
    [
      "another form",
      { sunsetDate: "30.6.2028" },
      'has the sunset_date "30.6.2028", which is no day such as 2027-06-30',
    ],
    ["an instant", { sunsetDate: "2028-06-30T00:00:00Z" }, "which is no day"],
    ["an end before", { sunsetDate: "2027-06-29" }, "has a sunset, 2027-06-29, before its deprecation, 2027-06-30"],
    ["a guide without address", { guideUri: "/guides/buy" }, 'has the guide_uri "/guides/buy", which is no https://'],
    ["a guide that anybody may change", { guideUri: "http://staymesh.io/" }, "which is no https:// address"],
  ];
  for (const [what, change, complaint] of wrong) {
    it(`does not load with ${what}`, () => {
      expect(() => readRetirement(method, true, { ...whole, ...change })).to.throw(
        `rpc shop.v1.Shop.Buy: its retirement ${complaint.startsWith("which") ? "" : complaint}`,
      );
      expect(() => readRetirement(method, true, { ...whole, ...change })).to.throw(complaint);
    });
  }

  it("does not load where generated clients would not show it", () => {
    expect(() => readRetirement(method, false, whole)).to.throw("needs `option deprecated = true` beside it");
  });
});
