"""ClientRequestToken: a request that is sent again is done once."""

from __future__ import annotations

from dataclasses import dataclass, field

from offline_aws.cloudformation.store import Stack
from offline_aws.cloudformation.template import Shape
from offline_aws.errors import AwsError
from offline_aws.operations import Call


@dataclass
class RequestTokens:
    """What each token was used for, by stack and token."""

    used: dict[tuple[str, str], str] = field(default_factory=dict)


def is_repeated(call: Call, stack: Stack, parameters: Shape, operation: str) -> bool:
    """Return whether a request was taken already; note it otherwise.

    Raises ``TokenAlreadyExistsException`` when its token was one of another operation.
    """
    token: str = parameters.get("ClientRequestToken", "")
    if not token:
        return False
    used = call.state(RequestTokens).used
    before = used.setdefault((stack.id, token), operation)
    if before != operation:
        raise AwsError(
            "TokenAlreadyExistsException",
            f"Token {token} has already been used for {before} on stack {stack.name}",
        )
    return stack.token == token
