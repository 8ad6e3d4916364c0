"""Calls everything that it is told of at once, and lets the channel decide how often."""

import base64
import json
import sys
from concurrent.futures import ThreadPoolExecutor

from google.protobuf import json_format
from staymesh import Staymesh, StaymeshError

descriptors, calls = sys.argv[1], json.loads(sys.argv[2])


def call(one):
    name, address, request = one
    with Staymesh(descriptors, {name.split(".")[1]: address}, "key") as staymesh:
        described, _ = staymesh._rpc(name, "unary_unary")
        message = staymesh._class(described.input_type).FromString(base64.b64decode(request))
        try:
            staymesh.call(name, json_format.MessageToDict(message, descriptor_pool=staymesh._pool))
        except StaymeshError as error:
            return error.code
    return "OK"


with ThreadPoolExecutor(len(calls)) as pool:
    codes = set(pool.map(call, calls))
if codes != {"UNAVAILABLE"}:
    sys.exit(f"{sorted(codes)} instead of UNAVAILABLE alone")
