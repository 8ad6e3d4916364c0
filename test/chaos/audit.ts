// Whether the world is whole: reservations, payments, counts, ledger, and the bank's own book, which knows what really happened.
import { type BookLine, readBook } from "../../tools/sandbox-bank/testing/index.ts";
import type { JsonObject } from "../contract/requests.ts";
import { countsOf, type Hotel, listOf, minorUnits, succeed, textOf } from "../mesh/hotel.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { Rpc } from "../mesh/rpc.ts";
import type { Told } from "./storm.ts";

const period = ["2027-03-05", "2027-03-12"] as const;

/** Everything of these hotels that is still on its way; empty once the world has come to rest. */
export const unsettled = async (rpc: Rpc, hotels: readonly Hotel[], since: Date): Promise<readonly string[]> => {
  const [reservations, payments] = await Promise.all([allReservations(rpc, hotels), paymentsSince(rpc, since)]);
  return [
    ...reservations
      .filter((one) => ["PROCESSING", "REQUIRES_ACTION"].includes(String(one["paymentState"])))
      .map((one) => `${one["name"]}: ${one["state"]}, ${one["paymentState"]}`),
    ...reservations
      .filter((one) => one["state"] === "CONFIRMED" && one["paymentState"] !== "CAPTURED")
      .map((one) => `${one["name"]}: confirmed and ${one["paymentState"]}`),
    ...payments
      .filter((one) => one["state"] === "PROCESSING" || one["operationPending"] === true)
      .map((one) => `${one["name"]}: ${one["state"]}, operation pending: ${one["operationPending"]}`),
    ...payments
      .filter((one) => one["state"] === "AUTHORIZED")
      .map((one) => `${one["name"]}: authorized and neither captured nor let go`),
  ];
};

/** Everything that is wrong once the world is at rest. */
export const audit = async (
  mesh: Mesh,
  rpc: Rpc,
  hotels: readonly Hotel[],
  since: Date,
  told: readonly Told[],
): Promise<readonly string[]> => {
  const [reservations, payments, wholeBook] = await Promise.all([
    allReservations(rpc, hotels),
    paymentsSince(rpc, since),
    readBook(mesh.bank.url, mesh.bank.key),
  ]);
  const book = wholeBook.filter(({ order }) => hotels.some(({ property }) => order.startsWith(`${property}/`)));
  const balance = await succeed(rpc, "LedgerService/GetTrialBalance", {});
  return [
    ...moneyProblems(reservations, payments, book),
    ...answerProblems(reservations, told),
    ...(await countProblems(rpc, hotels, reservations)),
    ...(balance["balanced"] === true ? [] : [`the ledger does not balance: ${JSON.stringify(balance)}`]),
    ...(await ledgerProblems(rpc, wholeBook)),
  ];
};

const live = (line: BookLine) => line.held > 0n || line.captured - line.refunded > 0n;
const sold = ["CONFIRMED", "CHECKED_IN", "CHECKED_OUT"];

/** Confirmed: exactly one live payment at the bank, of the right amount. Not confirmed: none. */
const moneyProblems = (
  reservations: readonly JsonObject[],
  payments: readonly JsonObject[],
  book: readonly BookLine[],
): readonly string[] => {
  const liveAtBank = Map.groupBy(book.filter(live), ({ order }) => order);
  const ours = new Map(payments.map((payment) => [String(payment["name"]), payment]));
  const known = new Set(reservations.map(({ name }) => String(name)));
  return [
    ...reservations.flatMap((reservation) => {
      const name = textOf(reservation, "name");
      const lines = liveAtBank.get(name) ?? [];
      if (!sold.includes(String(reservation["state"]))) {
        return lines.length === 0
          ? []
          : [`${name} is ${reservation["state"]} and the bank has ${lines.length} live payments`];
      }
      const [line, ...more] = lines;
      if (line === undefined) return [`${name} is confirmed and the bank has no live payment`];
      const total = minorUnits(reservation, "total");
      const payment = ours.get(String(reservation["payment"]));
      return [
        ...(more.length === 0 ? [] : [`${name} is paid ${lines.length} times`]),
        ...(line.captured - line.refunded === total ? [] : [`${name} costs ${total} and ${line.captured} was taken`]),
        ...(payment?.["state"] === "CAPTURED" ? [] : [`${name} is confirmed and its payment is ${payment?.["state"]}`]),
        ...(payment?.["reservation"] === name ? [] : [`${name} names a payment of ${payment?.["reservation"]}`]),
      ];
    }),
    ...[...liveAtBank.keys()].filter((order) => !known.has(order)).map((order) => `the bank holds money for ${order}`),
  ];
};

/** What callers were told is how it is, and nobody was served twice. */
const answerProblems = (reservations: readonly JsonObject[], told: readonly Told[]): readonly string[] => {
  const byReference = Map.groupBy(reservations, (one) => String(one["externalReference"]));
  return told.flatMap(({ reference, reservation, end, card, words }) => {
    const found = byReference.get(reference) ?? [];
    const state = found[0]?.["state"];
    const at = `${reference} (${card})`;
    return [
      ...(found.length > 1 ? [`${at} was held ${found.length} times`] : []),
      ...(end === "UNANSWERED" || end === "BROKEN" ? [`${at} ended ${end}: ${words}`] : []),
      ...(end === "CONFIRMED" && state !== "CONFIRMED" ? [`${at} was told CONFIRMED and is ${state}`] : []),
      ...((end === "DECLINED" || end === "FAILED") && state === "CONFIRMED"
        ? [`${at} was told ${end} and is confirmed`]
        : []),
      ...(reservation !== "" && found[0]?.["name"] !== reservation ? [`${at} was told ${reservation}`] : []),
      ...(end === "SOLD_OUT" && found.length > 0 ? [`${at} was told SOLD_OUT and is held`] : []),
    ];
  });
};

/** The counts of every night are the reservations of that night. */
const countProblems = async (
  rpc: Rpc,
  hotels: readonly Hotel[],
  reservations: readonly JsonObject[],
): Promise<readonly string[]> => {
  const problems = hotels.map(async (hotel) => {
    const own = reservations.filter(({ name }) => String(name).startsWith(`${hotel.property}/`));
    const over = (date: string, states: readonly string[]) =>
      own.filter(
        (one) =>
          states.includes(String(one["state"])) &&
          String(one["checkInDate"]) <= date &&
          date < String(one["checkOutDate"]),
      ).length;
    const days = await countsOf(rpc, hotel, ...period);
    return days.flatMap((day) => {
      const date = textOf(day, "date");
      const expected = `${over(date, sold)} sold, ${over(date, ["HELD"])} held`;
      const counted = `${day["sold"]} sold, ${day["held"]} held`;
      return expected === counted ? [] : [`${hotel.property} ${date}: counts say ${counted}, reservations ${expected}`];
    });
  });
  return (await Promise.all(problems)).flat();
};

/** What the ledger has taken in and given back, over everything that ever happened, is what the bank has. */
const ledgerProblems = async (rpc: Rpc, book: readonly BookLine[]): Promise<readonly string[]> => {
  const atBank = book.reduce((sum, { captured, refunded }) => sum + captured - refunded, 0n);
  const accounts = await allPages(rpc, "LedgerService/ListAccounts", {}, "accounts");
  const balance = accounts
    .filter(({ code }) => code === "psp_clearing")
    .reduce((sum, account) => sum + BigInt(String(account["balance"])), 0n);
  return balance === atBank ? [] : [`the bank has taken ${atBank} and the ledger says ${balance}`];
};

/** Payments come newest first, so that the earlier ones need not be read. */
const paymentsSince = (rpc: Rpc, since: Date): Promise<readonly JsonObject[]> =>
  allPages(
    rpc,
    "PaymentService/ListPayments",
    {},
    "payments",
    ({ createTime }) => Date.parse(String(createTime)) >= Number(since),
  );

const allReservations = async (rpc: Rpc, hotels: readonly Hotel[]): Promise<readonly JsonObject[]> =>
  (
    await Promise.all(
      hotels.map(({ property }) =>
        allPages(rpc, "ReservationService/ListReservations", { parent: property }, "reservations"),
      ),
    )
  ).flat();

const allPages = async (
  rpc: Rpc,
  method: string,
  request: JsonObject,
  list: string,
  wanted: (item: JsonObject) => boolean = () => true,
): Promise<readonly JsonObject[]> => {
  const found: JsonObject[] = [];
  let pageToken = "";
  do {
    const page = await succeed(rpc, method, { ...request, pageSize: 500, pageToken });
    const items = listOf(page, list);
    found.push(...items.filter(wanted));
    pageToken = items.every(wanted) ? textOf(page, "nextPageToken") : "";
  } while (pageToken !== "");
  return found;
};
