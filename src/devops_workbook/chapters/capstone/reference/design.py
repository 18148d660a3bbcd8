"""What the course's own way consists of, and what a design leaves out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Design:
    """What is built, and what is left out.

    ``canary`` is the share of the customers who meet a new version first, in percent; 0 is a
    rolling deployment.
    """

    tests: bool = True
    approval: bool = False
    alarms: bool = True
    rollback: bool = True
    canary: float = 0.0
    traces: bool = True


BEST = Design()
