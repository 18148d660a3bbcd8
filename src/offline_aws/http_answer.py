"""What the server answers: the same as a client in this process gets, in bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

from botocore.exceptions import ClientError

from offline_aws import refusals
from offline_aws.clock import Clock
from offline_aws.errors import INTERNAL_FAILURE, NOT_SIMULATED, ClockError, NotRunningError
from offline_aws.http_access import refusal
from offline_aws.http_errors import error_response
from offline_aws.http_git import answer_git, is_of_git
from offline_aws.http_message import HttpRequest, HttpResponse
from offline_aws.http_registry import answer_registry, is_of_registry, passwords
from offline_aws.http_routing import Route, RoutingError, find, protocol_of
from offline_aws.moto_seam import Answer, MotoSeam, service_of, simulated
from offline_aws.operations import State

#: No bucket's name can begin with an underscore.
CLOCK_PATH = "/_clock"
Answering = Callable[[], AbstractContextManager[MotoSeam]]

# Not 500 or 503: a client would try those again and again.
_REFUSED = 501


class Answerer:
    """Answers requests for one environment.

    ``answering`` holds its account still and gives its seam, or raises ``NotRunningError``;
    ``token`` is what a client has to show.
    """

    def __init__(
        self, answering: Answering, clock: Clock, state: State, region: str, token: str
    ) -> None:
        self._answering = answering
        self._state = state
        self._token = token
        self._clock = clock
        self._region = region

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Return the response to a request, dated by the clock. An error is a response as well."""
        response = self._answer(request)
        if any(name.lower() == "date" for name in response.headers):
            return response
        date = format_datetime(self._clock.now(), usegmt=True)
        return replace(response, headers={"Date": date, **response.headers})

    def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            with self._answering() as seam:
                refused = refusal(request, self._token, self._issued(seam, request))
                if refused:
                    return refused
                if is_of_git(request):
                    return answer_git(request, self._state, self._region)
                if is_of_registry(request):
                    return answer_registry(request, self._state, self._region)
                if request.url.path != CLOCK_PATH:
                    return self._call(seam, request)
        except NotRunningError as error:
            return error_response("json", NOT_SIMULATED, str(error), _REFUSED)
        # Not within the account's lock: what is due may take as long as it likes.
        return self._move_clock(request)

    def _issued(self, seam: MotoSeam, request: HttpRequest) -> Callable[[str], bool]:
        """Return what says whether the account gave out what a request shows."""
        if not is_of_registry(request):
            return seam.has_issued
        is_password = passwords(self._state, self._clock.now)
        return lambda shown: is_password(shown) or seam.has_issued(shown)

    def _call(self, seam: MotoSeam, request: HttpRequest) -> HttpResponse:
        try:
            route = find(request, self._region)
        except RoutingError as error:
            return error_response("json", error.code, str(error))
        try:
            return _response(_ask(seam, route))
        except ClientError as error:
            return _refusal(error, protocol_of(request, route.service))

    def _move_clock(self, request: HttpRequest) -> HttpResponse:
        """Answer the time; a POST first moves the clock by what its form says, as ``minutes=5``."""
        try:
            if request.method == "POST":
                self._clock.advance(**_amount(request))
        except (ValueError, OverflowError, ClockError) as error:
            return error_response("json", "ValidationException", str(error))
        body = json.dumps({"now": self._clock.now().isoformat()}) + "\n"
        return HttpResponse(200, {"Content-Type": "application/json"}, body.encode())


def _ask(seam: MotoSeam, route: Route) -> Answer:
    if not route.known and route.service.name != "s3":
        known = simulated(service_of(route.request.url))
        raise refusals.not_simulated(route.service_id, route.operation, known)
    return seam.respond(route.service_id, route.operation, route.request)


def _amount(request: HttpRequest) -> dict[str, float]:
    units = ("days", "hours", "minutes", "seconds")
    amount = {unit: request.parameter(unit) for unit in units}
    found = {unit: float(text) for unit, text in amount.items() if text}
    if not found:
        raise ValueError(f"Say by how much the clock moves, in {', '.join(units)}: minutes=5")
    timedelta(**found)  # refuses what is no number or too large, before anything has moved
    return found


def _response(answer: Answer) -> HttpResponse:
    status, headers, body = answer
    texts = {name: _on_one_line(value) for name, value in headers.items()}
    return HttpResponse(status, texts, body.encode() if isinstance(body, str) else body)


def _on_one_line(value: object) -> str:
    """Return a header's value in characters that http can carry."""
    text = str(value).replace("\r", " ").replace("\n", " ")
    return text if text.isascii() else text.encode().decode("latin-1")


def _refusal(error: ClientError, protocol: str) -> HttpResponse:
    code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
    status = _REFUSED if code in (NOT_SIMULATED, INTERNAL_FAILURE) else 400
    return error_response(protocol, code, message, status)
