"""Settings, from the environment alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    """Where the database is, which port to listen on, which version this is."""

    database: str
    port: int
    version: str


def read_config(environment: Mapping[str, str]) -> Config:
    """Read the settings. Raises ``ValueError`` for a port that is no number."""
    return Config(
        database=environment.get("ORDERS_DATABASE", "orders.db"),
        port=int(environment.get("PORT", "8080")),
        version=environment.get("ORDERS_VERSION", "development"),
    )
