"""Books a room with nothing but grpcio and the descriptor image: no code was generated for it."""

import json
import sys
import time
import uuid

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

image, reservation_address, payment_address, key, property_id, given_name, family_name = sys.argv[1:]

pool = descriptor_pool.DescriptorPool()
with open(image, "rb") as file:
    for one in descriptor_pb2.FileDescriptorSet.FromString(file.read()).file:
        pool.Add(one)


def message_class(descriptor):
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)


channels = {
    "reservation": grpc.insecure_channel(reservation_address),
    "payment": grpc.insecure_channel(payment_address),
}


def call(full_name, **request):
    service_name, method_name = full_name.split("/")
    method = pool.FindServiceByName(service_name).methods_by_name[method_name]
    message = json_format.ParseDict(request, message_class(method.input_type)())
    rpc = channels[service_name.split(".")[1]].unary_unary(
        "/" + full_name,
        request_serializer=lambda it: it.SerializeToString(),
        response_deserializer=message_class(method.output_type).FromString,
    )
    answer = rpc(message, metadata=(("authorization", "Bearer " + key),), timeout=20)
    return json_format.MessageToDict(answer)


def write(full_name, **request):
    return call(full_name, requestId=str(uuid.uuid4()), **request)


catalog = "staymesh.reservation.v1.CatalogService/"
inventory = "staymesh.reservation.v1.InventoryService/"
stays = "staymesh.reservation.v1.StayService/"
reservations = "staymesh.reservation.v1.ReservationService/"
hotel = "properties/" + property_id
room_type = hotel + "/roomTypes/a"
rate_plan = hotel + "/ratePlans/flex"
season = {"startDate": "2027-03-01", "endDate": "2027-06-01"}

write(
    catalog + "CreateProperty",
    propertyId=property_id,
    property={"displayName": "Lisbon City", "timeZone": "Europe/Lisbon", "currencyCode": "EUR"},
)
write(catalog + "CreateRoomType", parent=hotel, roomTypeId="a", roomType={"displayName": "Standard", "maxAdults": 2})
write(catalog + "CreateRatePlan", parent=hotel, ratePlanId="flex", ratePlan={"displayName": "Flexible"})
write(inventory + "BatchUpdateInventory", parent=hotel, updates=[{"roomType": room_type, "capacity": 10, **season}])
price = {"currencyCode": "EUR", "minorUnits": "12900"}
write(
    inventory + "BatchUpdateRates",
    parent=hotel,
    updates=[{"ratePlan": rate_plan, "roomType": room_type, "nightlyPrice": price, **season}],
)
dates = {"checkInDate": "2027-03-05", "checkOutDate": "2027-03-07"}
found = call(stays + "SearchStays", properties=[hotel], adults=2, **dates)
rooms = [{"roomType": room_type, "ratePlan": rate_plan, "adults": 2}]
quote = call(stays + "CreateQuote", parent=hotel, rooms=rooms, **dates)
held = write(
    reservations + "CreateReservation",
    parent=hotel,
    reservation={
        "quoteToken": quote["quoteToken"],
        "booker": {"givenName": given_name, "familyName": family_name},
    },
    holdDuration="900s",
)
confirmed = write(
    reservations + "ConfirmReservation", name=held["name"], payment={"paymentMethodToken": "tok_visa"}
)
# The money is taken right after the confirmation, which does not wait for it.
end = time.monotonic() + 20
payment = {"state": "AUTHORIZED"}
while payment["state"] == "AUTHORIZED" and time.monotonic() < end:
    payment = call("staymesh.payment.v1.PaymentService/GetPayment", name=confirmed["payment"])
cancelled = write(reservations + "CancelReservation", name=held["name"])
try:
    write(reservations + "CheckIn", name=held["name"])
    refused = ""
except grpc.RpcError as error:
    refused = error.code().name

json.dump(
    {
        "offer": found["stays"][0]["offers"][0]["total"],
        "held": held["state"],
        "confirmed": confirmed["state"],
        "payment": payment["state"],
        "captured": payment["captured"],
        "cancelled": cancelled["state"],
        "refused": refused,
    },
    sys.stdout,
)
