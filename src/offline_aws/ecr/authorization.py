"""GetAuthorizationToken: the user and password with which clients log in to the registry."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from offline_aws.ecr.checks import Shape, ecr_operation
from offline_aws.ecr.durations import PASSWORD_STAYS
from offline_aws.operations import Call

USER = "AWS"


@dataclass
class Passwords:
    """The passwords that were given out, with the time until which each is good."""

    until: dict[str, datetime] = field(default_factory=dict)

    def has(self, text: str, now: datetime) -> bool:
        """Return whether a text is a password that is still good."""
        return text in self.until and now < self.until[text]


@ecr_operation("GetAuthorizationToken")
def get_authorization_token(call: Call, parameters: Shape) -> Shape:
    """Return a password for 12 hours, and the registry's address.

    While the http server runs the address is the server's, where the registry really answers.
    """
    end = call.clock.now() + PASSWORD_STAYS
    data = []
    for registry in parameters.get("registryIds") or [call.account]:
        password = secrets.token_urlsafe(48)
        call.shared(Passwords).until[password] = end
        there = f"https://{registry}.dkr.ecr.{call.region}.amazonaws.com"
        data.append(
            {
                "authorizationToken": base64.b64encode(f"{USER}:{password}".encode()).decode(),
                "expiresAt": end,
                "proxyEndpoint": call.server_url or there,
            }
        )
    return {"authorizationData": data}
