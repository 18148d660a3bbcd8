"""The variables of a build: whose value wins, and values kept in other services."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codebuild.buildspec import Buildspec
from offline_aws.codebuild.phase_error import PhaseError
from offline_aws.codebuild.store import Shape

_PARAMETERS_A_CALL = 10
_PARTS_OF_AN_ARN = 7


@dataclass
class Variables:
    """Names and values; ``secret`` are the names whose values came from another service."""

    values: dict[str, str] = field(default_factory=dict)
    secret: set[str] = field(default_factory=set)

    @property
    def secrets(self) -> list[str]:
        """The values that must not be seen in a log."""
        return [self.values[name] for name in self.secret if self.values[name]]


def resolve(spec: Buildspec, given: list[Shape], region: str) -> Variables:
    """Return the variables of a build with their values.

    ``given`` are AWS's EnvironmentVariable shapes, of the project as overridden at the start; they
    win over the buildspec's. Raises ``PhaseError`` for a value that cannot be read.
    """
    wanted: dict[str, tuple[str, str]] = {}
    for kind, named in (
        ("PLAINTEXT", spec.variables),
        ("PARAMETER_STORE", spec.parameter_store),
        ("SECRETS_MANAGER", spec.secrets_manager),
    ):
        wanted.update({name: (kind, value) for name, value in named.items()})
    wanted.update({v["name"]: (v.get("type", "PLAINTEXT"), v["value"]) for v in given})
    parameters = {value for kind, value in wanted.values() if kind == "PARAMETER_STORE"}
    stored = _parameters(sorted(parameters), region)
    found = Variables()
    for name, (kind, value) in wanted.items():
        if kind == "PLAINTEXT":
            found.values[name] = value
            continue
        found.secret.add(name)
        is_parameter = kind == "PARAMETER_STORE"
        found.values[name] = stored[value] if is_parameter else _secret(value, region)
    return found


def _parameters(names: list[str], region: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if not names:
        return found
    ssm = clients.client("ssm", region)
    for i in range(0, len(names), _PARAMETERS_A_CALL):
        answer = ssm.get_parameters(Names=names[i : i + _PARAMETERS_A_CALL], WithDecryption=True)
        found.update({each["Name"]: each["Value"] for each in answer["Parameters"]})
    missing = [name for name in names if name not in found]
    if missing:
        raise PhaseError(
            "Decrypted Variables Error", f"parameter does not exist: {', '.join(missing)}"
        )
    return found


def _secret(reference: str, region: str) -> str:
    """Return what ``secret-id:json-key:version-stage:version-id`` refers to."""
    identifier, key, stage, version = _parts(reference)
    versions = {"VersionStage": stage, "VersionId": version}
    wanted = {name: value for name, value in versions.items() if value}
    client = clients.client("secretsmanager", region)
    try:
        text = client.get_secret_value(SecretId=identifier, **wanted)["SecretString"]
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        raise PhaseError("Secrets Manager Error", f"{code}: {message}") from error
    return _member(text, key, identifier) if key else str(text)


def _parts(reference: str) -> tuple[str, str, str, str]:
    parts = reference.split(":")
    length = _PARTS_OF_AN_ARN if reference.startswith("arn:") else 1
    identifier, rest = ":".join(parts[:length]), parts[length:]
    key, stage, version = (*rest, "", "", "")[:3]
    return identifier, key, stage, version


def _member(text: str, key: str, identifier: str) -> str:
    try:
        members = json.loads(text)
    except ValueError:
        members = None
    if not isinstance(members, dict) or key not in members:
        raise PhaseError("Secrets Manager Error", f"the secret {identifier} has no key {key}")
    value = members[key]
    return value if isinstance(value, str) else json.dumps(value)
