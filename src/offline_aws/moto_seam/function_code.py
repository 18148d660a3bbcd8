"""Read the code of a Lambda function, which moto keeps and has no address for."""

from __future__ import annotations

import importlib


def function_code(account: str, region: str, name: str, qualifier: str | None) -> bytes:
    """Return the zip file of a function that there is, by its name, version or alias."""
    backends = importlib.import_module("moto.awslambda.models").lambda_backends
    code: bytes = backends[account][region].get_function(name, qualifier).code_bytes
    return code
