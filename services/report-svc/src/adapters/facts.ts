import { PaymentServiceService } from "@staymesh/proto/staymesh/payment/v1/payment";
import { CatalogServiceService } from "@staymesh/proto/staymesh/reservation/v1/catalog";
import { ReservationServiceService } from "@staymesh/proto/staymesh/reservation/v1/reservation";
import { type BackgroundCall, type ConnectOptions, connect, withScopes } from "@staymesh/service-kit";
import type { Facts } from "../app/ports.ts";
import type { PaymentFacts } from "../domain/booking.ts";
import { dayAfter, firstDay } from "../domain/month.ts";
import { bookingOf, exportItemOf, paymentFactsOf, propertyFactsOf } from "./facts-of-messages.ts";

export interface FactsOptions {
  readonly reservationAddress: string;
  readonly paymentAddress: string;
  readonly client: Omit<ConnectOptions, "address">;
}

/** The contracts of reservation-svc and payment-svc, asked on behalf of the partner that ordered the report. */
export function openFacts({ reservationAddress, paymentAddress, client }: FactsOptions): Facts & Disposable {
  const reservations = connect(ReservationServiceService, { ...client, address: reservationAddress });
  const catalog = connect(CatalogServiceService, { ...client, address: reservationAddress });
  const payments = connect(PaymentServiceService, { ...client, address: paymentAddress });

  const paymentOf = async (name: string, call: BackgroundCall): Promise<PaymentFacts | undefined> =>
    name === "" ? undefined : paymentFactsOf(await payments.getPayment({ name }, call));

  return {
    // A key that may order reports may be told whether what it names is there, whatever else it may read.
    checkReservation: async (name, caller) => {
      await reservations.getReservation({ name }, withScopes(caller, "reservations.read"));
    },
    checkProperty: async (name, caller) => {
      await catalog.getProperty({ name }, withScopes(caller, "catalog.read"));
    },

    async booking(name, call) {
      const reservation = await reservations.getReservation({ name }, call);
      const roomTypes = [...new Set(reservation.rooms.map((room) => room.roomType))];
      const ratePlans = [...new Set(reservation.rooms.map((room) => room.ratePlan).filter(Boolean))];
      const [property, payment, types, plans] = await Promise.all([
        catalog.getProperty({ name: name.split("/").slice(0, 2).join("/") }, call),
        paymentOf(reservation.payment, call),
        Promise.all(roomTypes.map((roomType) => catalog.getRoomType({ name: roomType }, call))),
        Promise.all(ratePlans.map((ratePlan) => catalog.getRatePlan({ name: ratePlan }, call))),
      ]);
      return bookingOf({ reservation, property, payment, roomTypes: types, ratePlans: plans });
    },

    property: async (name, call) => propertyFactsOf(await catalog.getProperty({ name }, call)),

    async *stays(property, month, call) {
      const request = { parent: property, startDate: firstDay(month), endDate: dayAfter(month) };
      for await (const { item } of reservations.exportStays(request, call)) {
        const known = exportItemOf(item);
        if (known !== undefined) yield known;
      }
    },

    [Symbol.dispose]: () => {
      reservations.close();
      catalog.close();
      payments.close();
    },
  };
}
