"""Which operations of AWS a command calls, as an IAM policy names them."""

from __future__ import annotations

import botocore.handlers
import pytest
from botocore.model import OperationModel

#: The services whose actions IAM names otherwise than their endpoint.
_IN_IAM = {"monitoring": "cloudwatch"}
READING = ("Get", "BatchGet", "List", "Describe")


def watched(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return a set to which every client made from now on adds what it calls."""
    called: set[str] = set()

    def note(model: OperationModel, **_: object) -> None:
        service = model.service_model.endpoint_prefix
        called.add(f"{_IN_IAM.get(service, service)}:{model.name}")

    handlers = [*botocore.handlers.BUILTIN_HANDLERS, ("before-call", note)]
    monkeypatch.setattr(botocore.handlers, "BUILTIN_HANDLERS", handlers)
    return called


def changing(called: set[str]) -> list[str]:
    """Return those of the actions that do more than read."""
    return sorted(name for name in called if not name.partition(":")[2].startswith(READING))
