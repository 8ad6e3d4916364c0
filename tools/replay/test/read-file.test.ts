import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { fromRunner } from "../../../test/support/parts.ts";
import { readFile, type Wanted } from "../src/read-file.ts";
import { csvOf, zipOf } from "./support/synthetic-file.ts";

const text = csvOf([
  { arrival: "2016-02-29" },
  { arrival: "2016-03-01", hotel: "Resort Hotel" },
  { arrival: "2016-03-31", weekNights: 3 },
  { arrival: "2016-04-01" },
]);

describe("the file of bookings", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(fromRunner("STAYMESH_TEST_FOLDER"), "replay-"));
  });

  it("is read as CSV, with or without a byte order mark, and from a zip", async () => {
    const expected = [1, 2, 3, 4];
    expect(await rowsOf("a.csv", text)).to.deep.equal(expected);
    expect(await rowsOf("b.csv", `\ufeff${text}`)).to.deep.equal(expected);
    expect(await rowsOf("c.zip", zipOf("hotel_bookings.csv", text))).to.deep.equal(expected);
  });

  it("gives the bookings of one hotel, and those that arrive from one month to another", async () => {
    expect(await rowsOf("d.csv", text, { hotel: "City Hotel" })).to.deep.equal([1, 3, 4]);
    expect(await rowsOf("e.csv", text, { from: "2016-03", to: "2016-03" })).to.deep.equal([2, 3]);
    expect(await rowsOf("f.csv", text, { from: "2016-03", limit: 1 })).to.deep.equal([2]);
  });

  it("is refused where it is no such file", async () => {
    expect(await failure("g.zip", zipOf("readme.txt", text))).to.match(/holds no \.csv file/);
    expect(await failure("h.zip", Buffer.from("no zip at all"))).to.match(/central directory/i);
    expect(await failure("i.csv", "hotel,adr\r\nCity Hotel,12\r\n")).to.match(/row 1 has no column/);
    expect(await failure("j.csv", `${text}City Hotel,1\r\n`)).to.match(/Invalid Record Length/);
  });

  async function rowsOf(name: string, content: string | Buffer, wanted: Wanted = {}): Promise<readonly number[]> {
    const path = join(folder, name);
    writeFileSync(path, content);
    return (await readFile(path, wanted)).map(({ row }) => row);
  }

  async function failure(name: string, content: string | Buffer): Promise<string> {
    try {
      await rowsOf(name, content);
      return "it was read";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
});
