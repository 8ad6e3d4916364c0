import { type Edit, type Mutation, put } from "./edit.ts";

const reservation = "staymesh.reservation.v1";
const payment = "staymesh.payment.v1";
const get = `${reservation}.ReservationService/GetReservation`;
const create = `${reservation}.ReservationService/CreateReservation`;
const search = `${reservation}.StayService/SearchStays`;
const cancel = `${reservation}.ReservationService/CancelReservation`;

const option = (name: string, path: readonly string[], value: unknown) => (edit: Edit) =>
  edit.methodOptions(name, (json) => put(json, ["[staymesh.options.v1.method]", ...path], value));
const http = (name: string, path: readonly string[], value: unknown) => (edit: Edit) =>
  edit.methodOptions(name, (json) => put(json, ["[google.api.http]", ...path], value));

const retire = (retirement: object) => (edit: Edit) => {
  option(get, ["retirement"], retirement)(edit);
  edit.methodOptions(get, (json) => put(json, ["deprecated"], true));
};

/** Of methods and routes. */
export const methodMutations: Readonly<Record<string, Mutation>> = {
  "a scope more": { change: option(get, ["scopes"], ["reservations.read", "x"]), told: [`! scope-added ${get}`] },
  "a scope less": { change: option(get, ["scopes"], []), told: [`- scope-removed ${get}`] },
  "open to everybody": { change: option(get, ["public"], true), told: [`- public-on ${get}`] },
  "no guard of properties": {
    change: option(get, ["property_field"], undefined),
    told: [`- property-guard-removed ${get}`],
  },
  "a guard of properties": {
    change: option(`${payment}.PaymentService/GetPayment`, ["property_field"], "name"),
    told: [`! property-guard-added ${payment}.PaymentService/GetPayment`],
  },
  "a shorter timeout": { change: option(get, ["timeout"], "0.5s"), told: [`! timeout-shortened ${get}`] },
  "a longer timeout": { change: option(get, ["timeout"], "600s"), told: [`- timeout-lengthened ${get}`] },
  "another priority": { change: option(get, ["priority"], "PRIORITY_HIGH"), told: [`- priority ${get}`] },
  "a dearer call": { change: option(search, ["rate_cost"], 90), told: [`! rate-cost-raised ${search}`] },
  "a cheaper call": { change: option(search, ["rate_cost"], undefined), told: [`- rate-cost-lowered ${search}`] },
  "200 instead of 201": { change: option(create, ["creates"], undefined), told: [`! creates ${create}`] },
  "a reason more": {
    change: option(get, ["reasons"], ["NOT_FOUND", "INVALID_STATE"]),
    told: [`- method-reasons-added ${get}`],
  },
  "a reason less": { change: option(get, ["reasons"], []), told: [`- method-reasons-removed ${get}`] },
  "an end with notice": {
    change: retire({ deprecation_date: "2030-01-01", sunset_date: "2031-01-01" }),
    told: [`- deprecated ${get}`, `- retired ${get}`],
  },
  "an end without notice": {
    change: retire({ deprecation_date: "2020-01-01", sunset_date: "2021-01-01" }),
    told: [`- deprecated ${get}`, `! retired ${get}`],
  },
  "a read that may have effects": {
    change: (edit) => edit.methodOptions(get, (json) => put(json, ["idempotency_level"], undefined)),
    told: [`! idempotency ${get}`],
  },
  "a deprecated method": {
    change: (edit) => edit.methodOptions(get, (json) => put(json, ["deprecated"], true)),
    told: [`- deprecated ${get}`],
  },
  "another path": {
    change: http(get, ["get"], "/v2/{name=properties/*/reservations/*}"),
    told: [`! route-changed ${get}`],
  },
  "a path that takes less": {
    change: http(get, ["get"], "/v1/{name=properties/lisbon/reservations/*}"),
    told: [`! route-changed ${get}`],
  },
  "another HTTP method": {
    change: (edit) =>
      edit.methodOptions(search, (json) => put(json, ["[google.api.http]"], { put: "/v1/stays:search" })),
    told: [`! route-changed ${search}`],
  },
  "no route": {
    change: (edit) => edit.methodOptions(search, (json) => put(json, ["[google.api.http]"], undefined)),
    told: ["! route-removed GET /v1/stays:search"],
  },
  "one more route": {
    change: http(search, ["additional_bindings"], [{ get: "/v1/rooms:search" }]),
    told: ["- route-added GET /v1/rooms:search"],
  },
  "a path that is taken from another method": {
    change: http(search, ["additional_bindings"], [{ get: "/v1/properties/mine" }]),
    told: ["- route-added GET /v1/properties/mine", "! route-shadowed GET /v1/{name=properties/*}"],
  },
  "another body": {
    change: http(cancel, ["body"], undefined),
    told: [`! route-body POST /v1/{name=properties/*/reservations/*}:cancel`],
  },
  "another part of the answer": {
    change: http(search, ["response_body"], "stays"),
    told: ["! route-response-body GET /v1/stays:search"],
  },
  "another request": {
    change: (edit) => Object.assign(edit.method(get), { inputType: `.${reservation}.CancelReservationRequest` }),
    told: [`! method-input ${get}`],
  },
  "another answer": {
    change: (edit) => Object.assign(edit.method(get), { outputType: `.${reservation}.Quote` }),
    told: [`! method-output ${get}`],
  },
  "a stream": {
    change: (edit) => Object.assign(edit.method(get), { serverStreaming: true }),
    told: [`! method-streaming ${get}`],
  },
  "a method under another name": {
    change: (edit) => Object.assign(edit.method(get), { name: "ReadReservation" }),
    told: [`! method-renamed ${get}`],
  },
};
