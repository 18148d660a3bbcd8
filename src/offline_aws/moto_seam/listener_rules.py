"""The ARN of a listener's default rule: the same in every run, as everything here is."""

from __future__ import annotations

import importlib
from contextlib import AbstractContextManager
from hashlib import sha256
from typing import Any
from unittest.mock import patch

_DIGITS = 16


def default_rules_have_steady_names() -> AbstractContextManager[Any]:
    """Return a patch of the default rule of a listener.

    moto names it by its address in memory. AWS's ids are hexadecimal digits, as many as here.
    """
    rule = importlib.import_module("moto.elbv2.models").FakeRule
    make = rule.__init__

    def named(self: Any, listener_arn: str, *more: Any, **settings: Any) -> None:
        make(self, listener_arn, *more, **settings)
        digits = sha256(listener_arn.encode()).hexdigest()[:_DIGITS]
        self.arn = f"{self.arn.rpartition('/')[0]}/{digits}"

    return patch.object(rule, "__init__", named)
