import { expect } from "chai";
import { readArguments } from "../src/arguments.ts";
import { clockOf, lineOf } from "../src/progress.ts";
import { requestIdOf } from "../src/request-id.ts";

describe("the command line", () => {
  it("needs no more than a file", () => {
    const { endpoint, ...carrier } = { endpoint: undefined, ...readArguments(["bookings.zip"]).carrier };
    expect(carrier).to.deep.equal({ via: "rest" });
    expect(String(endpoint)).to.equal("http://127.0.0.1:8080/");
    expect(readArguments(["bookings.zip"])).to.deep.include({
      file: "bookings.zip",
      wanted: {},
      concurrency: 16,
      dryRun: false,
    });
  });

  it("takes a hotel, months, a carrier and the rest", () => {
    const line =
      "f.csv --hotel|City Hotel|--from|2016-03|--to|2016-06|--concurrency|8|--suffix|s1|--via|grpc|--limit|5|--key|k";
    expect(readArguments(line.split(/ (?=--)|\|/))).to.deep.include({
      wanted: { hotel: "City Hotel", from: "2016-03", to: "2016-06", limit: 5 },
      concurrency: 8,
      suffix: "s1",
      key: "k",
      carrier: { via: "grpc", reservationAddress: "127.0.0.1:50051", reportAddress: "127.0.0.1:50053" },
    });
  });

  it("says everything that is wrong with it at once", () => {
    const line = "--from 2016-13 --to 2016-3 --concurrency 0 --suffix A_b --via soap --endpoint nowhere --limit x";
    expect(() => readArguments(line.split(" "))).to.throw(
      /give one file.*--from.*--to.*--limit.*--concurrency.*--suffix.*--via.*--endpoint/s,
    );
    expect(() => readArguments(["f.csv", "--from", "2016-05", "--to", "2016-04"])).to.throw("--from lies behind --to");
    expect(() => readArguments(["f.csv", "--speed", "9"])).to.throw("--speed");
  });
});

describe("request ids", () => {
  it("are UUIDs, the same for the same parts and no others", () => {
    const id = requestIdOf("properties/a", 17, "book", 1);
    expect(id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(requestIdOf("properties/a", 17, "book", 1)).to.equal(id);
    expect(requestIdOf("properties/a", 1, "7book", 1)).to.not.equal(id);
  });
});

describe("progress", () => {
  it("shows rate, time left, day and errors", () => {
    expect(lineOf({ done: 50, total: 200, seconds: 10, day: "2016-03-01", unexpected: 2 })).to.equal(
      "25%  50/200 calls  5/s  0:30 left  2016-03-01  errors 2",
    );
    expect([clockOf(65), clockOf(3605)]).to.deep.equal(["1:05", "1:00:05"]);
  });
});
