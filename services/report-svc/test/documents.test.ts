import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import jsQR from "jsqr";
import { loadFonts } from "../src/documents/fonts.ts";
import { printableBy } from "../src/documents/printable.ts";
import { createRender } from "../src/documents/render.ts";
import { monthFigures } from "../src/domain/month-figures.ts";
import { booking, eur, longBooking, room } from "./support/bookings.ts";

const render = createRender();
const pdfOf = (made: ReturnType<typeof booking>, language: "en" | "de" = "en") =>
  render({ document: "bookingConfirmationPdf", language, booking: made }).bytes;

const hasPoppler = spawnSync("pdftotext", ["-v"]).error === undefined;
const folder = mkdtempSync(join(tmpdir(), "documents-"));

function textOf(pdf: Buffer): string {
  const file = join(folder, "document.pdf");
  writeFileSync(file, pdf);
  return execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8" }).replace(/\s+/gu, " ");
}

const performance = async (changes: object = {}) => ({
  property: {
    name: "properties/lisbon-city",
    displayName: "Lisbon City",
    timeZone: "Europe/Lisbon",
    currencyCode: "EUR",
    ...changes,
  },
  figures: await monthFigures("2027-03", [
    { kind: "night", date: "2027-03-05", capacity: 4 },
    {
      kind: "stay",
      stay: {
        outcome: "TOOK_PLACE",
        checkInDate: "2027-03-05",
        nights: [{ date: "2027-03-05", rooms: 3, revenueMinor: 38701n }],
      },
    },
    { kind: "stay", stay: { outcome: "CANCELLED", checkInDate: "2027-03-06", nights: [] } },
  ]),
  asOf: new Date("2027-04-02T09:00:00Z"),
});

after(() => rmSync(folder, { recursive: true, force: true }));

describe("a booking confirmation", () => {
  before(function () {
    // poppler-utils reads the documents back; the documents do not need it.
    if (!hasPoppler) this.skip();
  });

  it("tells the guest everything about the stay", () => {
    const text = textOf(pdfOf(booking()));
    for (const fact of [
      "Booking confirmation",
      "Lisbon City",
      "1100-053 Lisboa",
      "+351 21 000 00 00",
      "Dear Ana Silva",
      "Friday, 5 March 2027",
      "from 15:00",
      "Sunday, 7 March 2027",
      "until 11:00",
      "2 nights",
      "0190a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b",
      "2 adults · Breakfast included · Flexible",
      "€129.00",
      "€258.00",
      "City tax",
      "€274.00",
      "The total includes VAT 6 % €14.60.",
      "Paid in full by card: €274.00.",
      "Free of charge until Wednesday, 3 March 2027 at 15:00.",
      "After that, and if you do not arrive: 100% of the total, €274.00.",
    ]) {
      expect(text).to.include(fact);
    }
  });

  it("speaks German where it is asked to", () => {
    const text = textOf(pdfOf(booking(), "de"));
    for (const fact of [
      "Buchungsbestätigung",
      "Freitag, 5. März 2027",
      "ab 15:00 Uhr",
      "258,00 €",
      "Gesamtbetrag",
      "Kostenlos bis Mittwoch, 3. März 2027 um 15:00 Uhr.",
    ]) {
      expect(text).to.include(fact);
    }
  });

  it("never claims to confirm what is not confirmed", () => {
    const held = booking({
      state: "HELD",
      payment: { status: "NOT_TAKEN" },
      holdExpireTime: new Date("2027-02-11T10:35:00Z"),
    });
    const text = textOf(pdfOf(held));
    expect(text).to.include("Reservation on hold").and.include("It is not confirmed yet.");
    expect(text).to.include("kept until Thursday, 11 February 2027 at 10:35").and.not.include("Booking confirmation");
  });

  it("tells after a cancellation what is charged and what is given back", () => {
    const cancelled = booking({
      state: "CANCELLED",
      penalty: eur(5000),
      payment: { status: "CAPTURED", amount: eur(27400), refunded: eur(22400) },
    });
    const text = textOf(pdfOf(cancelled));
    expect(text).to.include("Cancellation confirmation").and.include("€50.00").and.include("Refunded: €224.00");
  });

  it("keeps a stay of thirty nights in several rooms with very long names on the page", () => {
    const pdf = pdfOf(longBooking());
    const text = textOf(pdf);
    expect(text).to.include("JP¥1,800,000").and.include("Page 2 of 2");
    const file = join(folder, "long.pdf");
    writeFileSync(file, pdf);
    const boxes = execFileSync("pdftotext", ["-bbox", file, "-"], { encoding: "utf8" });
    const rights = [...boxes.matchAll(/xMax="([\d.]+)"/g)].map((match) => Number(match[1]));
    // A4 is 595 points wide, with 20 mm (57 points) of margin.
    expect(Math.max(...rights)).to.be.lessThan(595 - 56);
  });

  it("comes whatever characters a guest's name is made of", () => {
    const { covers } = loadFonts();
    const names = [
      "山田 太郎",
      "محمد",
      "👩‍👩‍👧",
      "a\u0000b\u202e\ud800",
      "→",
      "Ｗｉｄｅ",
      '<b>#read("/etc/passwd") $x$ *',
      "​",
    ];
    for (const givenName of names) {
      const text = textOf(pdfOf(booking({ guest: { givenName, familyName: "Łukaszewicz Иванов" } })));
      expect(text).to.include("Łukaszewicz Иванов");
    }
    const printable = printableBy(covers);
    expect(printable("Ｗｉｄｅ")).to.equal("Wide");
    expect(printable("山田")).to.equal("??");
  });

  it("is accessible: it has a title, a language, tags, and a QR code that is described", () => {
    const file = join(folder, "tagged.pdf");
    writeFileSync(file, pdfOf(booking(), "de"));
    const info = execFileSync("pdfinfo", [file], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    expect(info)
      .to.match(/Title:\s+Buchungsbestätigung/)
      .and.match(/Tagged:\s+yes/)
      .and.match(/Page size:.*A4/);
    expect(readFileSync(file, "latin1")).to.include("/Lang (de)");
    const fonts = execFileSync("pdffonts", [file], { encoding: "utf8" }).split("\n").slice(2).filter(Boolean);
    expect(fonts.every((line) => line.includes("NotoSans") && line.includes("yes"))).to.equal(true);
  });

  it("carries a QR code that a phone reads as the reservation's name", () => {
    const file = join(folder, "qr.pdf");
    writeFileSync(file, pdfOf(booking()));
    const ppm = execFileSync("pdftoppm", ["-r", "150", "-singlefile", file], { maxBuffer: 64 * 1024 * 1024 });
    const [header, width, height] = /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(ppm.toString("latin1", 0, 64)) ?? [];
    const pixels = ppm.subarray(header?.length);
    const rgba = new Uint8ClampedArray((pixels.length / 3) * 4).map((_, index) =>
      index % 4 === 3 ? 255 : (pixels[Math.floor(index / 4) * 3 + (index % 4)] ?? 0),
    );
    expect(jsQR.default(rgba, Number(width), Number(height))?.data).to.equal(booking().reservation);
  });

  it("is made of the same bytes for the same facts", () => {
    expect(pdfOf(booking()).equals(pdfOf(booking()))).to.equal(true);
    expect(pdfOf(booking()).equals(pdfOf(booking({ rooms: [room({ children: 1 })] })))).to.equal(false);
  });
});

describe("a monthly performance report", () => {
  it("is a CSV file with one row and the agreed columns", async () => {
    const { bytes, contentType } = render({ document: "monthlyPerformanceCsv", performance: await performance() });
    expect(contentType).to.equal("text/csv; charset=utf-8");
    expect(bytes.toString("utf8")).to.equal(
      "property,month,room_nights,room_revenue_minor,adr_minor,occupancy_percent,arrivals,cancellations,no_shows\r\n" +
        "properties/lisbon-city,2027-03,3,38701,12900,75.00,1,1,0\r\n",
    );
  });

  it("disarms what a spreadsheet would take for a formula", async () => {
    const { bytes } = render({ document: "monthlyPerformanceCsv", performance: await performance({ name: "=1+1" }) });
    expect(bytes.toString("utf8")).to.include("\r\n'=1+1,2027-03");
  });

  it("is a PDF with a described chart, a row for each day, and the totals", async function () {
    if (!hasPoppler) this.skip();
    const { bytes } = render({ document: "monthlyPerformancePdf", language: "en", performance: await performance() });
    const text = textOf(bytes);
    for (const fact of [
      "Monthly performance",
      "March 2027",
      "Occupancy",
      "75.00%",
      "€129.00",
      "€387.01",
      "Fri 5",
      "Wed 31",
    ]) {
      expect(text).to.include(fact);
    }
    expect(text).to.match(/Month\s+4\s+3\s+75\.0%\s+€387\.01\s+€129\.00\s+1\s+1\s+0/);
  });
});
