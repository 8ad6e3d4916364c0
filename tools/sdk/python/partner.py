"""Searches, books, watches and cancels at one property: the start of a partner in Python."""

import json
import os
import sys

from staymesh import Staymesh, StaymeshError

descriptors, reservation_address, property_name = sys.argv[1:4]
stays = "staymesh.reservation.v1.StayService/"
reservations = "staymesh.reservation.v1.ReservationService/"
dates = {"checkInDate": "2027-03-05", "checkOutDate": "2027-03-07"}

with Staymesh(descriptors, {"reservation": reservation_address}, os.environ["STAYMESH_KEY"]) as staymesh:
    found = list(staymesh.items(stays + "SearchStays", {"properties": [property_name], "adults": 2, **dates}))
    offer = found[0]["offers"][0]
    room = {"roomType": offer["roomType"], "ratePlan": offer["ratePlan"], "adults": 2}
    quote = staymesh.call(stays + "CreateQuote", {"parent": property_name, "rooms": [room], **dates})
    # Give a request id of your own where you keep it: with it a booking can be sent again after a crash and is made once.
    held = staymesh.call(
        reservations + "CreateReservation",
        {
            "parent": property_name,
            "reservation": {
                "quoteToken": quote["quoteToken"],
                "booker": {"givenName": "Ana", "familyName": "Silva", "email": "ana@example.com"},
                "externalReference": "python-1",
            },
        },
    )
    confirmed = staymesh.call(
        reservations + "ConfirmReservation",
        {"name": held["name"], "payment": {"paymentMethodToken": "tok_visa"}},
    )
    cancelled = staymesh.call(reservations + "CancelReservation", {"name": held["name"]})
    heard = []
    # From the beginning of what is kept; keep the last resume token to go on from there another day.
    for message in staymesh.stream(
        reservations + "WatchReservations", {"parent": property_name, "resumeToken": "0"}, timeout=20
    ):
        event = message["event"]
        if event["reservation"] == held["name"]:
            heard.append(event["type"])
        if event["type"] == "reservation.cancelled":
            break
    try:
        staymesh.call(reservations + "CheckIn", {"name": held["name"]})
        refused = ""
    except StaymeshError as error:
        refused = error.reason
    try:
        staymesh.call(stays + "CreateQuote", {"parent": property_name, "rooms": [room], "checkInDate": "2027-02-30"})
        violations = []
    except StaymeshError as error:
        violations = [it["field"] for it in error.violations]

json.dump(
    {
        "offer": offer["total"],
        "held": held["state"],
        "confirmed": confirmed["state"],
        "cancelled": cancelled["state"],
        "heard": [heard[0], heard[-1]],
        "refused": refused,
        "violations": violations,
    },
    sys.stdout,
)
