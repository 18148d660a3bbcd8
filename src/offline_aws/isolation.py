"""The process environment of an offline AWS: no credentials, no profile, no endpoint of yours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

#: The account of whoever has no key of another.
ACCOUNT = "123456789012"
#: Accepted by nobody. The account that moto makes of them is the one above.
_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "offline", "AWS_SECRET_ACCESS_KEY": "offline"}
# AWS_* holds credentials, profiles and endpoints; MOTO_* could switch moto's behaviour.
_PREFIXES = ("AWS_", "MOTO_", "BOTO_")


def offline_settings(region: str) -> dict[str, str]:
    """Return the variables with which a program finds no AWS setting of the machine."""
    return {
        **_CREDENTIALS,
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@contextmanager
def isolated_environment(region: str) -> Iterator[None]:
    """Hide every AWS setting of the machine; put the variables back exactly at the end."""
    saved = {name: value for name, value in os.environ.items() if name.startswith(_PREFIXES)}
    _replace(offline_settings(region))
    try:
        yield
    finally:
        _replace(saved)


def _replace(variables: dict[str, str]) -> None:
    for name in [name for name in os.environ if name.startswith(_PREFIXES)]:
        del os.environ[name]
    os.environ.update(variables)
