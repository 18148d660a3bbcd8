"""What 100,000 segments cost in X-Ray: to put, to search, to draw the map of, the second time too.

Run by ``make bench``. The segments are the shop's, four to a request with a few subsegments each.
Times are of the processor, so that a busy machine does not count. Most of the time of a put, and
of a page of summaries, is botocore's and moto's reading and writing of JSON.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import orjson

from devops_workbook.shop.traces import draw_minute
from offline_aws import OfflineAWS

SEGMENTS = 100_000
MINUTES = 30
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
EXPRESSION = 'service("orders") { responsetime > 0.2 } AND annotation.version = "1.4.0"'


def drawn() -> list[str]:
    """Return the documents of half an hour, as texts."""
    minutes = (MONDAY + timedelta(minutes=i) for i in range(MINUTES))
    documents = [each for minute in minutes for each in draw_minute(minute, rate=1500)]
    return [orjson.dumps(each).decode() for each in documents[:SEGMENTS]]


def timed(what: str, function: Callable[[], Any]) -> Any:
    """Run a function and say what it cost."""
    begin = time.process_time()
    result = function()
    print(f"  {what:42} {time.process_time() - begin:6.2f} s")
    return result


def main() -> None:
    """Measure."""
    texts = drawn()
    size = sum(map(len, texts)) / 1e6
    print(f"X-Ray, {len(texts):,} segments, {size:.0f} MB, CPU seconds")
    with OfflineAWS(now=MONDAY + timedelta(hours=1)):
        client: Any = boto3.client("xray")
        hour = {"StartTime": MONDAY, "EndTime": MONDAY + timedelta(hours=1)}

        def put() -> None:
            for begin in range(0, len(texts), 50):
                client.put_trace_segments(TraceSegmentDocuments=texts[begin : begin + 50])

        def search() -> Any:
            return client.get_trace_summaries(**hour, FilterExpression=EXPRESSION)

        timed("put in batches of 50", put)
        timed("first search, which puts traces together", search)
        timed("search again", search)
        timed("a page of summaries without a filter", lambda: client.get_trace_summaries(**hour))
        timed("service graph of everything", lambda: client.get_service_graph(**hour))
        timed("time series", lambda: client.get_time_series_service_statistics(**hour))


if __name__ == "__main__":
    main()
