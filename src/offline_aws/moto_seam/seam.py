"""One environment's moto: started sealed, asked on our clock, stopped with nothing left."""

from __future__ import annotations

import importlib
import json
from contextlib import AbstractContextManager, ExitStack
from functools import cache
from threading import get_ident
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import botocore.httpsession
import botocore.waiter
import moto.core.responses
import time_machine
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ClientError
from moto.core.base_backend import BaseBackend
from moto.core.botocore_stubber import BotocoreStubber, MockRawResponse
from moto.core.config import DefaultConfig
from moto.core.models import MockAWS, patch_client, responses_mock
from moto.core.utils import method_names_from_class
from moto.moto_api._internal import mock_random

from offline_aws import refusals
from offline_aws.clock import Clock, WaiterTime
from offline_aws.errors import INTERNAL_FAILURE, OfflineAWSError
from offline_aws.moto_seam.bucket_names import buckets_have_valid_names
from offline_aws.moto_seam.bucket_policies import every_call_is_over_tls
from offline_aws.moto_seam.handlers import put_operations, put_plain_paths
from offline_aws.moto_seam.images import USERS_OF_EC2, images_on_demand
from offline_aws.moto_seam.keys import is_issued, unguessable_keys
from offline_aws.moto_seam.listener_rules import default_rules_have_steady_names
from offline_aws.moto_seam.lookup import (
    service_of,
    simulated,
    would_be_taken_for_another,
)
from offline_aws.moto_seam.managed_policies import managed_policies_on_demand
from offline_aws.moto_seam.new_services import add_new_services
from offline_aws.moto_seam.quick_answers import names_are_remembered
from offline_aws.moto_seam.wire_errors import on_the_wire
from offline_aws.operations import REGISTRY, State
from offline_aws.plain_http import guarded, is_aws
from offline_aws.sessions import offline_sessions

# Whatever the process configured for moto, inside nothing passes through to the network.
_CONFIG: DefaultConfig = {
    "core": {
        "mock_credentials": False,  # isolation.py sets them
        "passthrough": {"urls": [], "services": []},
        "reset_boto3_session": True,
        "service_whitelist": None,
    }
}
_SEED = 20260105
_UTC = ZoneInfo("UTC")
#: What moto does otherwise than AWS in services that are moto's.
_PATCHES = {
    "elbv2": (default_rules_have_steady_names,),
    "iam": (managed_policies_on_demand,),
    "s3": (every_call_is_over_tls, buckets_have_valid_names),
}
Answer = tuple[int, Any, str | bytes]
_process_request = BotocoreStubber.process_request
_BY_ID = {"elastic-load-balancing-v2": "elbv2"}
_NOT_YET_IMPLEMENTED: tuple[int, dict[str, str], str] = (404, {}, "Not yet implemented")


def _forget(backend: BaseBackend) -> None:
    backend.__dict__.clear()


class MotoSeam:
    """moto, answering for one environment: on its clock, with our operations, sealed."""

    def __init__(
        self,
        clock: Clock,
        state: State,
        services: tuple[str, ...],
        lock: AbstractContextManager[Any],
    ) -> None:
        self._clock = clock
        self._state = state
        self._services = services
        self._stack = ExitStack()
        self._prepared: set[str] = set()
        self._names = cache(method_names_from_class)
        # time_machine patches the whole process, so threads answer one at a time.
        self._lock = lock
        self._answering: int | None = None  # the thread that answers

    def start(self) -> None:
        """Let every boto3 client that is made from now on be answered here."""
        seam = self

        def answer(_: BotocoreStubber, event_name: str, request: Any, **__: Any) -> AWSResponse:
            return seam._answer(event_name, request)

        def refuse_to_send(_: object, request: AWSPreparedRequest) -> None:
            raise OfflineAWSError(refusals.old_client(request.url))

        def answer_plain_http(_: BotocoreStubber, request: AWSPreparedRequest) -> Answer:
            return seam._answer_plain_http(request)

        with ExitStack() as stack:
            mock = MockAWS(_CONFIG)
            mock.start()
            stack.callback(mock.stop)
            changed = patch.object(BotocoreStubber, "process_request", answer_plain_http)
            stack.enter_context(changed)
            stack.enter_context(guarded(responses_mock, lambda: self._answering == get_ident()))
            stack.enter_context(offline_sessions(patch_client))
            stack.enter_context(patch.object(BotocoreStubber, "__call__", answer))
            # A client that was made before moto was imported has no stubber: it ends here.
            session = botocore.httpsession.URLLib3Session
            stack.enter_context(patch.object(session, "send", refuse_to_send))
            stack.enter_context(patch.object(botocore.waiter, "time", WaiterTime(self._clock)))
            # moto looks for them in the class at each call, which takes longer than most calls.
            names = patch.object(moto.core.responses, "method_names_from_class", self._names)
            stack.enter_context(names)
            stack.enter_context(names_are_remembered())
            add_new_services({*REGISTRY, *self._services}, stack)
            mock_random.seed(_SEED)
            self._stack = stack.pop_all()

    def stop(self) -> None:
        """Put everything back as it was, with nothing left in moto."""
        # moto sets up anew every backend that it is about to forget: EC2's with all its images.
        with patch.object(BaseBackend, "reset", _forget):
            self._stack.close()
        self._prepared.clear()
        self._names.cache_clear()

    def has_issued(self, key_id: str) -> bool:
        """Return whether an access key id is one that IAM or STS of an account gave out."""
        return is_issued(key_id)

    def has_answered(self, service: str) -> bool:
        """Return whether a service (by moto's name) was asked anything since the start."""
        return service in self._prepared

    def respond(self, service_id: str, operation: str, request: AWSPreparedRequest) -> Answer:
        """Return status, headers and body of the answer to a request, on the clock.

        Raises ``ClientError`` for what nothing simulates. Any thread may call.
        """
        # Both kinds of load balancers have one address.
        moto_service = _BY_ID.get(service_id) or service_of(request.url)
        with self._lock:
            if moto_service:
                self._prepare(moto_service)
            outer, self._answering = self._answering, get_ident()
            try:
                # UTC as the zone, not only as the time: moto asks for naive local times too.
                with time_machine.travel(self._clock.now().astimezone(_UTC), tick=False):
                    return self._process(service_id, operation, moto_service, request)
            finally:
                self._answering = outer

    def _answer(self, event_name: str, request: AWSPreparedRequest) -> AWSResponse:
        _, service_id, operation = event_name.split(".")
        try:
            status, headers, body = self.respond(service_id, operation, request)
        except ClientError as error:
            # What the simulation could not finish keeps its cause, to be looked for.
            service = _BY_ID.get(service_id) or service_of(request.url)
            ours = error.response["Error"]["Code"] == INTERNAL_FAILURE
            answer = None if ours else on_the_wire(error, service, request)
            if answer is None:
                raise
            status, headers, body = answer
        return AWSResponse(request.url, status, headers, MockRawResponse(body))

    def _answer_plain_http(self, request: AWSPreparedRequest) -> Answer:
        """Answer what came through ``requests``, from a presigned URL for example."""
        target = request.headers.get("X-Amz-Target", "")
        operation = str(target).rpartition(".")[2] or str(request.method)
        try:
            return self.respond(service_of(request.url), operation, request)
        except ClientError as refusal:
            error = refusal.response["Error"]
            body = json.dumps({"__type": error["Code"], "message": error["Message"]})
            return 501, {"Content-Type": "application/json"}, body

    def _process(
        self, service_id: str, operation: str, moto_service: str, request: AWSPreparedRequest
    ) -> Answer:
        """Return moto's response; refuse what it does not know or cannot finish."""
        if moto_service == "s3" and would_be_taken_for_another(service_id, request):
            raise refusals.not_simulated(service_id, operation, simulated(moto_service))
        try:
            response = _process_request(BotocoreStubber(), request)
        except ClientError:
            raise
        except NotImplementedError:
            raise refusals.not_simulated(service_id, operation, simulated(moto_service)) from None
        except Exception as error:
            raise refusals.internal_failure(service_id, operation, error) from error
        if response is None or response == _NOT_YET_IMPLEMENTED:
            if not moto_service and not is_aws(request.url):
                raise refusals.foreign_endpoint(operation, request.url)
            raise refusals.not_simulated(service_id, operation, simulated(moto_service))
        answer: Answer = response
        return answer

    def _prepare(self, service: str) -> None:
        """Put our operations of a service into moto's handlers, at its first call."""
        if service in self._prepared:
            return
        if not self._prepared:
            self._stack.enter_context(unguessable_keys())
        if service in USERS_OF_EC2 and self._prepared.isdisjoint(USERS_OF_EC2):
            self._stack.enter_context(images_on_demand())
        self._prepared.add(service)
        for change in _PATCHES.get(service, ()):
            self._stack.enter_context(change())
        if service in self._services:
            importlib.import_module(f"offline_aws.{service}")
        put_operations(service, self._clock, self._state, self._stack)
        put_plain_paths(service, self._clock, self._state, self._stack)
        self._names.cache_clear()
