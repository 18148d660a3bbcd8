"""What moto would answer from log groups of its own, which are empty here."""

from __future__ import annotations

from typing import Any

from offline_aws.logs.checks import logs_operation, not_simulated
from offline_aws.operations import Call


def _refuse(name: str) -> None:
    @logs_operation(name)
    def refused(_: Call, __: dict[str, Any]) -> dict[str, Any]:
        raise not_simulated(name, "anything", "FilterLogEvents reads the events of a log group.")


for _name in ("CreateExportTask", "DescribeExportTasks", "CancelExportTask", "StartLiveTail"):
    _refuse(_name)
