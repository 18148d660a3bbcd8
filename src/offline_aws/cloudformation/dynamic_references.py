"""Values that a template names and does not hold: {{resolve:ssm:...}} and its kin.

They are looked up when a resource is made or changed, and are neither in its events nor in the
template that is kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from offline_aws.cloudformation.mistakes import Mistake

_REFERENCE = re.compile(r"\{\{resolve:(ssm|ssm-secure|secretsmanager):([^{}]+)\}\}")
_LONGEST = 60

Client = Callable[[str], Any]


def has_reference(value: Any) -> bool:
    """Return whether a dynamic reference is in a value."""
    return _REFERENCE.search(json.dumps(value)) is not None


def looked_up(value: Any, client: Client) -> Any:
    """Return a value with every dynamic reference looked up. Raises ``Mistake``."""
    if isinstance(value, dict):
        return {key: looked_up(each, client) for key, each in value.items()}
    if isinstance(value, list):
        return [looked_up(each, client) for each in value]
    if isinstance(value, str) and "{{resolve:" in value:
        return _REFERENCE.sub(lambda match: _found(match[1], match[2], client), value)
    return value


def _found(service: str, rest: str, client: Client) -> str:
    if service == "secretsmanager":
        return _secret(rest, client)
    name, _, version = rest.partition(":")
    wanted = f"{name}:{version}" if version else name
    try:
        found = client("ssm").get_parameter(Name=wanted, WithDecryption=service == "ssm-secure")
    except ClientError:
        raise Mistake(
            f"Unable to fetch parameters [{rest}] from parameter store for this account."
        ) from None
    if service == "ssm" and found["Parameter"]["Type"] == "SecureString":
        raise Mistake(
            f"SSM Secure reference is not supported with ssm: use ssm-secure for [{rest}]"
        )
    return str(found["Parameter"]["Value"])


def _secret(rest: str, client: Client) -> str:
    # The secret's ARN has colons of its own.
    count = 7 if rest.startswith("arn:") else 1
    parts = rest.split(":")
    secret, (kind, key, stage, version) = (
        ":".join(parts[:count]),
        (*parts[count:], "", "", "", "")[:4],
    )
    given = {"VersionStage": stage} if stage else {"VersionId": version} if version else {}
    try:
        text = client("secretsmanager").get_secret_value(SecretId=secret, **given)["SecretString"]
    except (ClientError, KeyError) as error:
        reason = error.response["Error"]["Message"] if isinstance(error, ClientError) else "no text"
        raise Mistake(f"Could not retrieve the secret {secret[:_LONGEST]}: {reason}") from None
    if kind not in ("", "SecretString") or not key:
        return str(text)
    try:
        return str(json.loads(text)[key])
    except (ValueError, KeyError, TypeError):
        raise Mistake("Could not find a value associated with JSONKey in SecretString") from None
