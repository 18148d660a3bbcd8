"""A sample of the requests, as the service writes it to CloudWatch Logs: one JSON object each.

======================  ==================================================================
field                   holds
======================  ==================================================================
``requestId``           32 hexadecimal digits, new for each request
``level``               ``INFO``, ``WARN`` (4xx, or slower than a second) or ``ERROR`` (5xx)
``method``, ``path``    ``POST /orders``, ``GET /orders/{id}`` with a number, ``GET /health``
``status``              200, 201, 400, 404, 500 or 503, a number
``durationMs``          whole milliseconds, a number
``version``             of the service, such as ``1.5.0``
``message``             a short sentence; of an error the name of the exception
======================  ==================================================================

The log group is ``/shop/orders`` unless another is given; each version has a log stream, named
``orders/<version>``. Events are spread over their minute. At most ``most`` of a minute are
written, errors and slow requests in the same proportion as they occur.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from botocore.exceptions import ClientError

from devops_workbook.lab import REGION
from devops_workbook.shop.answers import PATIENCE, generator
from devops_workbook.shop.metrics import Answered
from offline_aws import clients

GROUP = "/shop/orders"
_SAID = {
    200: "order found",
    201: "order placed",
    400: "ValidationError: the basket is empty",
    404: "order not found",
    500: "VoucherError: no such voucher: None",
    503: "ServiceUnavailable: payments did not answer in time",
}


@dataclass
class RequestLog:
    """Writes at most ``most`` requests of a minute to the log group; makes what is missing."""

    seed: int
    most: int = 20
    group: str = GROUP
    _client: Any = field(default_factory=lambda: clients.client("logs", REGION))
    _streams: set[str] = field(default_factory=set)

    def write(self, answered: list[Answered], minute: datetime) -> None:
        """Write a sample of what was answered in a minute."""
        total = sum(each.answers.requests for each in answered) or 1
        for each in answered:
            wanted = round(self.most * each.answers.requests / total)
            if each.share.version and wanted:
                events = _events(each, wanted, minute, self.seed)
                self._put(f"orders/{each.share.version}", events)

    def _put(self, stream: str, events: list[dict[str, Any]]) -> None:
        if stream not in self._streams:
            _made(self._client.create_log_group, logGroupName=self.group)
            _made(self._client.create_log_stream, logGroupName=self.group, logStreamName=stream)
            self._streams.add(stream)
        self._client.put_log_events(logGroupName=self.group, logStreamName=stream, logEvents=events)


def _made(create: Any, **names: str) -> None:
    try:
        create(**names)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise


def _events(each: Answered, wanted: int, minute: datetime, seed: int) -> list[dict[str, Any]]:
    answers, version = each.answers, each.share.version
    random = generator(seed, minute, "log", version, each.share.way)
    seconds = answers.seconds[np.sort(random.integers(0, answers.requests, wanted))]
    offsets = np.sort(random.integers(0, 60_000, wanted))
    shares = np.array([answers.errors, answers.client_errors]) / answers.requests
    fates = random.random(wanted)
    begin = int(minute.timestamp()) * 1000
    events = []
    for place, duration in enumerate(random.permutation(seconds)):
        failed, mistaken = fates[place] < shares[0], fates[place] < sum(shares)
        record = _record(random, version, float(duration), failed=failed, mistaken=mistaken)
        events.append({"timestamp": begin + int(offsets[place]), "message": json.dumps(record)})
    return events


def _record(
    random: np.random.Generator, version: str, seconds: float, *, failed: bool, mistaken: bool
) -> dict[str, Any]:
    places_order = bool(random.random() < 0.2)
    status = 201 if places_order else 200
    if failed:
        status = 503 if seconds >= PATIENCE else 500
    elif mistaken:
        status = 400 if places_order else 404
    warn = status >= 400 or seconds > PATIENCE
    return {
        "requestId": random.bytes(16).hex(),
        "level": "ERROR" if status >= 500 else "WARN" if warn else "INFO",
        "method": "POST" if places_order else "GET",
        "path": "/orders" if places_order else f"/orders/{random.integers(1000, 9999)}",
        "status": status,
        "durationMs": round(1000 * seconds),
        "version": version,
        "message": _SAID[status],
    }
