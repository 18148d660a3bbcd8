"""An invented payment provider: it issues keys, accepts them until they are revoked, or refuses.

What it accepts is kept in the lab's account, so that a reset brings it back to its beginning.
"""

from __future__ import annotations

import hashlib

from devops_workbook.lab import REGION
from offline_aws import clients

_ACCEPTED = "/payment-provider/accepted"
_ISSUED = "/payment-provider/issued"


def issue_key() -> str:
    """Return a new key, which the provider accepts from now on."""
    number = len(_kept(_ISSUED)) + 1
    digest = hashlib.sha256(f"key {number} of the shop".encode()).hexdigest()
    key = f"pay_live_{digest[:12]}"
    _keep(_ISSUED, [*_kept(_ISSUED), key])
    accept(key)
    return key


def revoke(key: str) -> None:
    """Accept a key no longer; one that is not known is no error."""
    _keep(_ACCEPTED, [each for each in _kept(_ACCEPTED) if each != key])


def accepts(key: str) -> bool:
    """Return whether a customer could be charged with this key."""
    return key in _kept(_ACCEPTED)


def accept(key: str) -> None:
    """Accept a key."""
    _keep(_ACCEPTED, [*_kept(_ACCEPTED), key])


def _kept(name: str) -> list[str]:
    found = clients.client("ssm", REGION).get_parameters(Names=[name])["Parameters"]
    return [key for key in found[0]["Value"].split(",") if key != _NONE] if found else []


# A parameter cannot be empty.
_NONE = "none"


def _keep(name: str, keys: list[str]) -> None:
    value = ",".join(keys) or _NONE
    clients.client("ssm", REGION).put_parameter(
        Name=name, Value=value, Type="StringList", Overwrite=True
    )
