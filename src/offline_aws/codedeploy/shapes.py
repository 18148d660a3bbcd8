"""A structure in the shape of AWS's model."""

from __future__ import annotations

from typing import Any

Shape = dict[str, Any]
