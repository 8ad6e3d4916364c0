"""A client for staymesh over gRPC: nothing but grpcio and the descriptors of the bundle. It is yours to copy and to change."""

import json
import os
import random
import time
import uuid

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

NO_SIDE_EFFECTS = descriptor_pb2.MethodOptions.NO_SIDE_EFFECTS


class StaymeshError(Exception):
    """A refusal: `reason` is a name such as ROOM_SOLD_OUT, `facts` and `violations` say more."""

    def __init__(self, code, message, reason="", facts=None, violations=(), retry_after_s=None):
        super().__init__(f"{reason or code}: {message}")
        self.code = code
        self.reason = reason
        self.facts = facts or {}
        self.violations = list(violations)
        self.retry_after_s = retry_after_s


class Staymesh:
    """`addresses` gives host:port by the word of a package, as in {"reservation": "localhost:50051"}.

    How long a call may take and when it is sent again stands in service-config.json beside the descriptors: the channel obeys it.
    """

    def __init__(self, descriptors, addresses, key, secure=False):
        self._pool = descriptor_pool.DescriptorPool()
        with open(descriptors, "rb") as file:
            for one in descriptor_pb2.FileDescriptorSet.FromString(file.read()).file:
                self._pool.Add(one)
        with open(os.path.join(os.path.dirname(descriptors), "service-config.json"), encoding="utf-8") as file:
            text = file.read()
        options = [("grpc.service_config", text), ("grpc.service_config_disable_resolution", 1)]

        def connect(to):
            if secure:
                return grpc.secure_channel(to, grpc.ssl_channel_credentials(), options)
            return grpc.insecure_channel(to, options)

        self._channels = {word: connect(address) for word, address in addresses.items()}
        methods = json.loads(text)["methodConfig"]
        # The channel ends a call in its time, but tells the server only of a deadline that is set for the call.
        self._timeouts = {
            it["service"] + "/" + it["method"]: float(one["timeout"].rstrip("s")) for one in methods for it in one["name"]
        }
        # A channel cannot take up a broken stream, since it does not know the token; the pauses are those of any other call.
        self._pauses = next(one["retryPolicy"] for one in methods if "retryPolicy" in one)
        self._metadata = (("authorization", "Bearer " + key),)

    def close(self):
        for channel in self._channels.values():
            channel.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def call(self, method, request=None, timeout=None):
        """Calls "package.Service/Method" with a dict and returns a dict, within the contract's time or a shorter one.

        One request id serves all attempts.
        """
        described, rpc = self._rpc(method, "unary_unary")
        fields = dict(request or {})
        # A read that takes a request id asks about that one.
        if described.GetOptions().idempotency_level != NO_SIDE_EFFECTS and "request_id" in described.input_type.fields_by_name:
            fields.setdefault("requestId", str(uuid.uuid4()))
        message = json_format.ParseDict(fields, self._class(described.input_type)())
        try:
            return self._dict(rpc(message, metadata=self._metadata, timeout=timeout or self._timeouts.get(method)))
        except grpc.RpcError as failure:
            raise self._error(failure) from failure

    def items(self, method, request=None, **options):
        """Every item of every page of a list."""
        fields = dict(request or {})
        described, _ = self._rpc(method, "unary_unary")
        repeated = [it.json_name for it in described.output_type.fields if it.label == it.LABEL_REPEATED]
        while True:
            page = self.call(method, fields, **options)
            yield from page.get(repeated[0], [])
            if not page.get("nextPageToken"):
                return
            fields["pageToken"] = page["nextPageToken"]

    def stream(self, method, request=None, timeout=None, retries=30):
        """The messages of a stream. One with a resume token goes on after the last message, or where it began, when it breaks."""
        described, rpc = self._rpc(method, "unary_stream")
        resumes = "resume_token" in described.input_type.fields_by_name
        fields = dict(request or {})
        failures = 0
        while True:
            message = json_format.ParseDict(fields, self._class(described.input_type)())
            messages = rpc(message, metadata=self._metadata, timeout=timeout or self._timeouts.get(method))
            try:
                for one in messages:
                    failures = 0
                    answer = self._dict(one)
                    fields["resumeToken"] = answer.get("resumeToken") or fields.get("resumeToken", "")
                    # A place alone is where the stream begins: nothing has happened.
                    if answer.keys() != {"resumeToken"}:
                        yield answer
                return
            except grpc.RpcError as failure:
                error = self._error(failure)
                # A server ends a long stream by its own deadline; one that the caller set is the end.
                goes_on = error.code == "UNAVAILABLE" or (error.code == "DEADLINE_EXCEEDED" and timeout is None)
                if not resumes or not goes_on or failures >= retries:
                    raise error from failure
                time.sleep(self._pause(failures))
                failures += 1
            finally:
                messages.cancel()

    def _pause(self, failures):
        first, most = (float(self._pauses[name].rstrip("s")) for name in ("initialBackoff", "maxBackoff"))
        return min(most, first * self._pauses["backoffMultiplier"] ** failures) * random.uniform(0.5, 1)

    def _rpc(self, method, kind):
        service_name, method_name = method.split("/")
        described = self._pool.FindServiceByName(service_name).methods_by_name[method_name]
        channel = self._channels[service_name.split(".")[1]]
        return described, getattr(channel, kind)(
            "/" + method,
            request_serializer=lambda it: it.SerializeToString(),
            response_deserializer=self._class(described.output_type).FromString,
        )

    def _class(self, descriptor):
        if hasattr(message_factory, "GetMessageClass"):
            return message_factory.GetMessageClass(descriptor)
        return message_factory.MessageFactory(self._pool).GetPrototype(descriptor)

    def _dict(self, message):
        return json_format.MessageToDict(message, descriptor_pool=self._pool)

    def _error(self, failure):
        """The reason, facts and violations in the details of a status."""
        trailers = dict(failure.trailing_metadata() or ())
        facts, reason, violations, retry_after_s = {}, "", [], None
        status_class = self._class(self._pool.FindMessageTypeByName("google.rpc.Status"))
        for detail in status_class.FromString(trailers.get("grpc-status-details-bin", b"")).details:
            name = detail.type_url.rsplit("/", 1)[-1]
            if not name.startswith("google.rpc."):
                continue
            body = self._class(self._pool.FindMessageTypeByName(name)).FromString(detail.value)
            if name == "google.rpc.ErrorInfo":
                reason, facts = body.reason, dict(body.metadata)
            elif name == "google.rpc.BadRequest":
                violations = [json_format.MessageToDict(it) for it in body.field_violations]
            elif name == "google.rpc.RetryInfo":
                retry_after_s = body.retry_delay.seconds + body.retry_delay.nanos / 1e9
        return StaymeshError(failure.code().name, failure.details(), reason, facts, violations, retry_after_s)
