"""What happens in payments: a container that has to start, and a bank that may refuse."""

from __future__ import annotations

from devops_workbook.shop.traces.drawing import MOST_CALLS, Draws
from devops_workbook.shop.traces.segments import (
    Document,
    Ids,
    answered,
    failed,
    http,
    segment,
    subsegment,
)

_URL = "http://payments.shop.internal/charges"
_BANK = "https://bank.example.com/v2/charges"
#: The pause before each further call of the bank, in seconds.
_PAUSES = (0.1, 0.2, 0.4, 0.8)


def pay(
    draws: Draws, i: int, ids: Ids, orders: Document, now: float
) -> tuple[float, bool, Document]:
    """Call payments from a segment of orders.

    Return when the answer came, whether it is paid, and the segment of payments.
    """
    network = float(draws.network[i])
    call = subsegment(ids, "payments", now, namespace="remote", http=http("POST", _URL))
    own = segment(ids, "payments", orders["trace_id"], call["id"], now + network)
    own |= {"origin": "AWS::ECS::Container", "http": http("POST", _URL)}
    now = _start_cold(draws, i, ids, own, now + network)
    now, paid = _ask_bank(draws, i, ids, own, now + float(draws.payments[i]) / 2)
    status = 201 if paid else 502
    if not paid:
        failed(own, ids, "BankUnavailable", "bank.example.com refused five times")
    answered(own, now + float(draws.payments[i]) / 2, status)
    orders["subsegments"].append(answered(call, own["end_time"] + network, status))
    return call["end_time"], paid, own


def _start_cold(draws: Draws, i: int, ids: Ids, own: Document, now: float) -> float:
    seconds = float(draws.cold[i])
    if not seconds:
        return now
    own["subsegments"].append(
        {**subsegment(ids, "## start container", now), "end_time": now + seconds}
    )
    return now + seconds


def _ask_bank(draws: Draws, i: int, ids: Ids, own: Document, now: float) -> tuple[float, bool]:
    for attempt in range(MOST_CALLS):
        call = subsegment(ids, "bank.example.com", now, namespace="remote")
        call["http"] = http("POST", _BANK)
        refused = bool(draws.refused[i, attempt])
        now += float(draws.bank[i, attempt])
        own["subsegments"].append(answered(call, now, 429 if refused else 200))
        if not refused:
            return now, True
        if attempt < len(_PAUSES):
            now += _PAUSES[attempt]
    return now, False
