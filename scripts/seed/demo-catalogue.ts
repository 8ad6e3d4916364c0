// Three hotels to look at: `npm start` creates them through the public API. Prices are in cents.
export interface DemoRoom {
  readonly id: string;
  readonly displayName: string;
  readonly description: string;
  readonly maxAdults: number;
  readonly maxGuests: number;
  readonly capacity: number;
  readonly weekdayPrice: number;
  readonly weekendPrice: number;
}

export interface DemoHotel {
  readonly id: string;
  readonly property: Readonly<Record<string, unknown>>;
  readonly rooms: readonly DemoRoom[];
}

// Every hotel sells each room at both; who takes the second pays nine tenths and gets nothing back.
export const demoPlans = [
  {
    id: "flexible",
    pricePercent: 100,
    plan: {
      displayName: "Flexible with breakfast",
      mealPlan: "BREAKFAST",
      cancellationPolicy: {
        tiers: [
          { untilHoursBeforeCheckIn: 48, penaltyPercent: 0 },
          { untilHoursBeforeCheckIn: 0, penaltyPercent: 100 },
        ],
      },
    },
  },
  {
    id: "non-refundable",
    pricePercent: 90,
    plan: {
      displayName: "Non-refundable, room only",
      mealPlan: "ROOM_ONLY",
      cancellationPolicy: { tiers: [{ untilHoursBeforeCheckIn: 0, penaltyPercent: 100 }] },
    },
  },
] as const;

export const demoHotels: readonly DemoHotel[] = [
  {
    id: "porto-river",
    property: {
      displayName: "Porto River",
      timeZone: "Europe/Lisbon",
      currencyCode: "EUR",
      location: { latitude: 41.1405, longitude: -8.611 },
      addressLines: ["Cais da Ribeira 12", "4050-510 Porto", "Portugal"],
      taxRules: [{ code: "vat", displayName: "VAT 6 %", basisPoints: 600, included: true }],
    },
    rooms: [
      room("double", "Double room", "A double bed and a window to the lane.", 2, 2, 40, 11_900, 14_900),
      room("river", "River view room", "A king-size bed, a balcony and the river.", 2, 3, 24, 16_900, 20_900),
    ],
  },
  {
    id: "sintra-palace",
    property: {
      displayName: "Sintra Palace",
      timeZone: "Europe/Lisbon",
      currencyCode: "EUR",
      location: { latitude: 38.7877, longitude: -9.3906 },
      addressLines: ["Rua das Palmeiras 3", "2710-604 Sintra", "Portugal"],
      taxRules: [
        { code: "vat", displayName: "VAT 6 %", basisPoints: 600, included: true },
        { code: "city-tax", displayName: "Municipal tourist tax", minorUnitsPerAdultNight: "200", included: false },
      ],
    },
    rooms: [
      room("garden", "Garden room", "Two single beds that open to the garden.", 2, 3, 30, 18_900, 22_900),
      room("suite", "Palace suite", "Two rooms under painted ceilings.", 4, 4, 8, 38_900, 45_900),
    ],
  },
  {
    id: "berlin-mitte",
    property: {
      displayName: "Berlin Mitte",
      timeZone: "Europe/Berlin",
      currencyCode: "EUR",
      location: { latitude: 52.5219, longitude: 13.4132 },
      addressLines: ["Rosenstraße 18", "10178 Berlin", "Germany"],
      taxRules: [
        { code: "vat", displayName: "VAT 7 %", basisPoints: 700, included: true },
        { code: "city-tax", displayName: "City tax 7.5 %", basisPoints: 750, included: false },
      ],
    },
    rooms: [
      room("single", "Single room", "A small room with a large desk.", 1, 1, 60, 8_900, 9_900),
      room("double", "Double room", "A queen-size bed, quiet, to the court.", 2, 3, 90, 12_900, 13_900),
    ],
  },
];

function room(
  id: string,
  displayName: string,
  description: string,
  maxAdults: number,
  maxGuests: number,
  capacity: number,
  weekdayPrice: number,
  weekendPrice: number,
): DemoRoom {
  return { id, displayName, description, maxAdults, maxGuests, capacity, weekdayPrice, weekendPrice };
}
