"""IAM principals as clusters know them."""

from __future__ import annotations

import re

_SESSION = re.compile(r"arn:(aws[\w-]*):sts::(\d{12}):assumed-role/([^/]+)/.+")
_ACCOUNT = re.compile(r"arn:aws[\w-]*:(?:iam|sts)::\d{12}:(?:root|user/.+|role/.+)")


def principal_of(caller: str) -> str:
    """Return the ARN that a caller has in access entries: for a session, that of its role."""
    found = _SESSION.fullmatch(caller)
    if found:
        return f"arn:{found[1]}:iam::{found[2]}:role/{found[3]}"
    # moto names the user of unknown keys as if it were a session of STS.
    return caller.replace(":sts:", ":iam:")


def is_principal(arn: str) -> bool:
    """Return whether an ARN can be that of an access entry."""
    return bool(_ACCOUNT.fullmatch(arn))


def default_username(arn: str) -> str:
    """Return the Kubernetes user name of a principal that is given none."""
    account, _, name = arn.partition(":role/")
    if not name:
        return arn
    session = account.replace(":iam::", ":sts::")
    return f"{session}:assumed-role/{name.rpartition('/')[2]}/{{{{SessionName}}}}"
