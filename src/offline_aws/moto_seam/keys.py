"""Access key ids that nobody guesses: they open the http server."""

from __future__ import annotations

import importlib
import secrets
import string
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

# An access key id ends in these; what comes before says whose account it is of.
_LETTERS, _RANDOM = string.ascii_uppercase + string.digits, 7


def unguessable_keys() -> AbstractContextManager[Any]:
    """Return a patch of the access key ids that IAM and STS give out.

    moto's come from the seed: they are the same in every run.
    """
    models = importlib.import_module("moto.iam.models")
    generate = models.generate_access_key_id_from_account_id

    def unguessable(account_id: str, prefix: str, total_length: int) -> str:
        known = str(generate(account_id, prefix=prefix, total_length=total_length))
        return known[:-_RANDOM] + "".join(secrets.choice(_LETTERS) for _ in range(_RANDOM))

    return patch.object(models, "generate_access_key_id_from_account_id", unguessable)


def is_issued(key_id: str) -> bool:
    """Return whether an access key id is one that IAM or STS of an account gave out."""
    iam = importlib.import_module("moto.iam.models").iam_backends
    backends = [backend for account in list(iam.values()) for backend in account.values()]
    return any(key_id in backend.access_keys for backend in backends)
