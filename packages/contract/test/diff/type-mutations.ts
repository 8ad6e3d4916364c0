import { FieldDescriptorProto_Type as Type } from "@bufbuild/protobuf/wkt";
import { type Edit, type Mutation, put } from "./edit.ts";

const reservation = "staymesh.reservation.v1";
const payment = "staymesh.payment.v1";
const report = "staymesh.report.v1";
const property = `${reservation}.Property`;
const createReport = `${report}.ReportService/CreateReport`;
const guest = `${reservation}.Guest`;

const rule = (name: string, path: readonly string[], value: unknown) => (edit: Edit) =>
  edit.fieldOptions(name, (json) => put(json, ["[buf.validate.field]", ...path], value));
const marked = (name: string, path: string, value: unknown) => (edit: Edit) =>
  edit.fieldOptions(name, (json) => put(json, ["[staymesh.options.v1.field]", path], value));
const behavior = (name: string, value: readonly string[]) => (edit: Edit) =>
  edit.fieldOptions(name, (json) => put(json, ["[google.api.field_behavior]"], value));
const told = (name: string, path: string, value: unknown) => (edit: Edit) =>
  edit.valueOptions(name, (json) => put(json, ["[staymesh.options.v1.error]", path], value));

/** Of messages, fields, enums and reasons. */
export const typeMutations: Readonly<Record<string, Mutation>> = {
  "a field under another name": {
    change: (edit) => Object.assign(edit.field(`${property}.contact_phone`), { name: "phone", jsonName: "phone" }),
    told: [`! field-renamed ${property}.contact_phone`],
  },
  "a field under another name in JSON": {
    change: (edit) => Object.assign(edit.field(`${property}.contact_phone`), { jsonName: "phone" }),
    told: [`! field-json-name ${property}.contact_phone`],
  },
  "a field at another number": {
    change: (edit) => Object.assign(edit.field(`${property}.contact_phone`), { number: 900 }),
    told: [`! field-renumbered ${property}.contact_phone`],
  },
  "a field of another type": {
    change: (edit) => Object.assign(edit.field(`${payment}.Transfer.amount`), { typeName: `.${payment}.Refund` }),
    told: [`! field-type ${payment}.Transfer.amount`],
  },
  "a wider number": {
    change: (edit) => Object.assign(edit.field(`${reservation}.Offer.available`), { type: Type.INT64 }),
    told: [`! field-type ${reservation}.Offer.available`],
  },
  "no field": {
    change: (edit) => {
      const message = edit.message(`${reservation}.Offer`);
      message.field = message.field.filter(({ name }) => name !== "available");
    },
    told: [`! field-removed ${reservation}.Offer.available`],
  },
  "no message": {
    change: (edit) => {
      const message = edit.message(`${reservation}.ReservationEvent`);
      message.reservedName.push("never_again");
      message.reservedRange = [];
      message.field = message.field.filter(({ name }) => name === "event_id");
    },
    told: ["type", "reservation", "state", "sequence", "event_time", "external_reference"].map(
      (name) => `! field-removed ${reservation}.ReservationEvent.${name}`,
    ),
  },
  "a longer text in requests": {
    change: rule(`${property}.display_name`, ["string", "max_len"], "900"),
    told: [`- rule-loosened ${property}.display_name`],
  },
  "a shorter text in requests": {
    change: rule(`${property}.display_name`, ["string", "max_len"], "20"),
    told: [`! rule-tightened ${property}.display_name`],
  },
  "another pattern": {
    change: rule(`${property}.currency_code`, ["string", "pattern"], "^[A-Z]{3,4}$"),
    told: [`! rule-changed ${property}.currency_code`],
  },
  "a smaller list": {
    change: rule(`${reservation}.SearchStaysRequest.properties`, ["repeated", "max_items"], "10"),
    told: [`! rule-tightened ${reservation}.SearchStaysRequest.properties`],
  },
  "another pattern of items": {
    change: rule(`${reservation}.SearchStaysRequest.properties`, ["repeated", "items", "string", "pattern"], "^p$"),
    told: [`! rule-changed ${reservation}.SearchStaysRequest.properties`],
  },
  "a larger number in requests": {
    change: rule(`${reservation}.SearchStaysRequest.rooms`, ["int32", "lte"], 500),
    told: [`- rule-loosened ${reservation}.SearchStaysRequest.rooms`],
  },
  "zero that is no longer let through": {
    change: rule(`${property}.check_in_time`, ["ignore"], undefined),
    told: [`! rule-tightened ${property}.check_in_time`],
  },
  "a rule in an answer": {
    change: rule(`${reservation}.Offer.available`, ["int32", "gte"], 1),
    told: [`- rule-tightened ${reservation}.Offer.available`],
  },
  "a rule in CEL": {
    change: rule(`${property}.display_name`, ["cel"], [{ id: "x", message: "m", expression: "this != 'x'" }]),
    told: [`! rule-tightened ${property}.display_name`],
  },
  "a field that requests have to carry": {
    change: behavior(`${property}.contact_phone`, ["REQUIRED"]),
    told: [`! field-behavior ${property}.contact_phone`],
  },
  "a field that callers no longer write": {
    change: behavior(`${property}.contact_phone`, ["OUTPUT_ONLY"]),
    told: [`! field-behavior ${property}.contact_phone`],
  },
  "a field that stays as it was": {
    change: behavior(`${property}.contact_phone`, ["IMMUTABLE"]),
    told: [`! field-behavior ${property}.contact_phone`],
  },
  "a person's name in the logs": {
    change: marked(`${guest}.given_name`, "personal", undefined),
    told: [`- personal-off ${guest}.given_name`],
  },
  "a token in the logs": {
    change: marked(`${reservation}.PaymentInstruction.payment_method_token`, "secret", undefined),
    told: [`- secret-off ${reservation}.PaymentInstruction.payment_method_token`],
  },
  "a request id that makes another request": {
    change: marked(`${reservation}.CancelReservationRequest.request_id`, "transport", undefined),
    told: [`! transport-off ${reservation}.CancelReservationRequest.request_id`],
  },
  "events without ids": {
    change: marked(`${reservation}.WatchReservationsResponse.resume_token`, "resume_token", undefined),
    told: [`! resume-token-off ${reservation}.WatchReservationsResponse.resume_token`],
  },
  "other words for people": {
    change: marked(`${property}.currency_code`, "hint", "Three letters."),
    told: [`- hint ${property}.currency_code`],
  },
  "one more state": {
    change: (edit) => {
      const state = edit.enum(`${reservation}.Reservation.State`);
      const held = edit.value(`${reservation}.Reservation.State.HELD`);
      state.value.push({ ...held, name: "WAITING", number: 90 });
    },
    told: [`- value-added ${reservation}.Reservation.State.WAITING`],
  },
  "a state less": {
    change: (edit) => {
      const state = edit.enum(`${reservation}.Reservation.State`);
      state.value = state.value.filter(({ name }) => name !== "NO_SHOW");
    },
    told: [`! value-removed ${reservation}.Reservation.State.NO_SHOW`],
  },
  "a state under another name": {
    change: (edit) => Object.assign(edit.value(`${reservation}.Reservation.State.NO_SHOW`), { name: "ABSENT" }),
    told: [`! value-renamed ${reservation}.Reservation.State.NO_SHOW`],
  },
  "a state at another number": {
    change: (edit) => Object.assign(edit.value(`${reservation}.Reservation.State.NO_SHOW`), { number: 77 }),
    told: [`! value-renumbered ${reservation}.Reservation.State.NO_SHOW`],
  },
  "a reason under another name": {
    change: (edit) => {
      Object.assign(edit.value(`${report}.ReportReason.REPORT_REASON_QUEUE_FULL`), { name: "REPORT_REASON_NO" });
      edit.methodOptions(createReport, (json) =>
        put(json, ["[staymesh.options.v1.method]", "reasons"], ["PROPERTY_NOT_GRANTED", "NO"]),
      );
    },
    told: [
      "! reason-removed QUEUE_FULL",
      "- reason-added NO",
      `- method-reasons-removed ${createReport}`,
      `- method-reasons-added ${createReport}`,
    ],
  },
  "a reason with another HTTP status": {
    change: told(`${report}.ReportReason.REPORT_REASON_QUEUE_FULL`, "http_status", 418),
    told: ["! reason-http-status QUEUE_FULL"],
  },
  "a reason with another code": {
    change: told(`${report}.ReportReason.REPORT_REASON_QUEUE_FULL`, "code", "ABORTED"),
    told: ["! reason-code QUEUE_FULL"],
  },
  "a reason in other words": {
    change: told(`${report}.ReportReason.REPORT_REASON_QUEUE_FULL`, "title", "The bank said no"),
    told: ["- reason-title QUEUE_FULL"],
  },
};
