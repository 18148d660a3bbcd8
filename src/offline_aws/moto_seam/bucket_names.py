"""Names of buckets: S3 refuses what moto takes, such as an underscore.

The rules are those of S3's user guide for general purpose buckets, without the reserved prefixes
and suffixes.
"""

from __future__ import annotations

import importlib
import re
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]")
_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")


def buckets_have_valid_names() -> AbstractContextManager[Any]:
    """Return a patch of S3 that refuses to make a bucket with a name that S3 refuses."""
    backend = importlib.import_module("moto.s3.models").S3Backend
    invalid = importlib.import_module("moto.s3.exceptions").InvalidBucketName
    made = backend.create_bucket

    def create_bucket(self: Any, bucket_name: str, *args: Any, **more: Any) -> Any:
        if not _NAME.fullmatch(bucket_name) or _ADDRESS.fullmatch(bucket_name):
            raise invalid()
        return made(self, bucket_name, *args, **more)

    return patch.object(backend, "create_bucket", create_bucket)
