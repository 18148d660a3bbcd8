"""The code of a Lambda function that is written into its template, and what names a function."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from offline_aws.cloudformation.resources._resource import Resource

# A zip file has the time of its files; always this one, so that equal code has an equal digest.
_WHEN = (2020, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16


def zipped(source: str, runtime: str) -> bytes:
    """Return the zip file with the source as ``index.py``, or ``index.js`` for Node.js."""
    name = "index.js" if runtime.startswith("nodejs") else "index.py"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name, _WHEN)
        entry.external_attr = _READABLE
        archive.writestr(entry, source)
    return file.getvalue()


def code(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the property ``Code`` as Lambda takes it."""
    found = dict(properties["Code"])
    if "ZipFile" in found:
        found["ZipFile"] = zipped(found["ZipFile"], str(properties.get("Runtime", "")))
    return found


def same_function(it: Resource, arn: str, property: str = "FunctionName") -> str:
    """Return the function as the template names it, if it is the same one, else its ARN."""
    wanted = str(it[property] or "")
    return wanted if wanted.split(":")[-1] == arn.split(":")[6] else arn
