import { expect } from "chai";
import { divideHalfUp, hundredthsOf } from "../src/decimal.ts";

describe("decimals", () => {
  for (const [text, cents] of [
    ["0", 0n],
    ["75", 7500n],
    ["105.5", 10_550n],
    ["154.77", 15_477n],
    ["0.29", 29n],
    ["1.005", 101n],
    ["99.994999", 9999n],
    ["99.995", 10_000n],
    ["5400", 540_000n],
    ["-6.38", -638n],
    ["-6.385", -638n],
    ["-6.386", -639n],
    ["999999999999.99", 99_999_999_999_999n],
  ] as const) {
    it(`reads ${text} as ${cents} cents`, () => {
      expect(hundredthsOf(text)).to.equal(cents);
    });
  }

  it("refuses what is no plain decimal", () => {
    for (const text of ["", "1e3", "1,5", ".5", "5.", "NaN", "0x10", "--1", "1 2"])
      expect(hundredthsOf(text), text).to.equal(undefined);
  });

  it("divides with halves rounded up", () => {
    expect([divideHalfUp(10n, 4n), divideHalfUp(9n, 4n), divideHalfUp(11n, 4n)]).to.deep.equal([3n, 2n, 3n]);
    expect(divideHalfUp(0n, 0n)).to.equal(0n);
  });
});
