"""SourceConfiguration: an image or a repository of code, checked and with AWS's defaults."""

from __future__ import annotations

import re
from collections.abc import Mapping

from offline_aws.apprunner.checks import INVALID, invalid
from offline_aws.apprunner.connections import status_of
from offline_aws.apprunner.names import find_resource
from offline_aws.apprunner.store import Shape
from offline_aws.operations import Call

_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/"
    r"(?P<name>[^:@]+)(?::(?P<tag>[^@]+)|@(?P<digest>.+))?"
)
_PUBLIC = "public.ecr.aws/"
_PORT = "8080"
_HIGHEST_PORT = 65535
_RESERVED = "AWSAPPRUNNER"
_HOSTS = {"GITHUB": "github.com", "BITBUCKET": "bitbucket.org"}


def source(call: Call, given: Shape, before: Shape | None = None) -> Shape:
    """Return a whole SourceConfiguration; what ``given`` leaves out is taken from ``before``."""
    kinds = [kind for kind in ("CodeRepository", "ImageRepository") if given.get(kind)]
    if (before is None and len(kinds) != 1) or len(kinds) > 1:
        raise invalid("You must provide either CodeRepository or ImageRepository, but not both.")
    earlier = before or {}
    whole = {**earlier, **given}
    if "CodeRepository" in whole and "ImageRepository" in whole:
        raise invalid("You can't change the type of the source of a service.")
    if "CodeRepository" in whole:
        whole["CodeRepository"] = _code(
            call, given.get("CodeRepository", {}), earlier.get("CodeRepository", {}), whole
        )
        whole.setdefault("AutoDeploymentsEnabled", True)
    else:
        whole["ImageRepository"] = _image(whole["ImageRepository"], whole)
        whole.setdefault("AutoDeploymentsEnabled", _may_deploy(call, whole["ImageRepository"]))
    return whole


def ecr_image(identifier: str) -> Mapping[str, str | None] | None:
    """Return account, region, name, tag and digest of an image in ECR, None for another's."""
    found = _ECR.fullmatch(identifier)
    return found.groupdict() if found else None


def _may_deploy(call: Call, image: Shape) -> bool:
    found = ecr_image(image["ImageIdentifier"])
    return found is not None and found["account"] == call.account


def _image(given: Shape, whole: Shape) -> Shape:
    image = {**given, "ImageConfiguration": _run(given.get("ImageConfiguration", {}))}
    public = image["ImageRepositoryType"] == "ECR_PUBLIC"
    if public != image["ImageIdentifier"].startswith(_PUBLIC):
        raise invalid(
            f"ImageIdentifier {image['ImageIdentifier']} doesn't match the "
            f"ImageRepositoryType {image['ImageRepositoryType']}."
        )
    authentication = whole.get("AuthenticationConfiguration") or {}
    if not public and not authentication.get("AccessRoleArn"):
        raise invalid("Authentication configuration is invalid.")
    if public and whole.get("AutoDeploymentsEnabled"):
        raise invalid(
            "App Runner doesn't support automatic deployments for an image in an ECR Public "
            "repository."
        )
    return image


def check_automatic(call: Call, whole: Shape) -> None:
    """Refuse automatic deployment of an image of another account, which AWS does not have."""
    image = whole.get("ImageRepository")
    if image and whole["AutoDeploymentsEnabled"] and not _may_deploy(call, image):
        raise invalid(
            "App Runner doesn't support automatic deployments for an image in an ECR repository "
            "that belongs to a different AWS account."
        )


def _code(call: Call, given: Shape, before: Shape, whole: Shape) -> Shape:
    code = {**before, **given}
    if not code.get("CodeConfiguration"):
        raise invalid("CodeConfiguration is required for a source code repository.")
    configuration = dict(code["CodeConfiguration"])
    if configuration["ConfigurationSource"] == "API":
        values = configuration.get("CodeConfigurationValues")
        if not values:
            raise invalid("CodeConfigurationValues is required when ConfigurationSource is API.")
        for member in ("BuildCommand", "StartCommand"):
            if not values.get(member):
                raise invalid(f"{member} is required when ConfigurationSource is API.")
        configuration["CodeConfigurationValues"] = _run(values)
    elif configuration.get("CodeConfigurationValues"):
        # AWS ignores them: the file in the repository holds instead.
        configuration["CodeConfigurationValues"] = _run(configuration["CodeConfigurationValues"])
    if not code.get("SourceDirectory", "/").startswith("/"):
        raise invalid("SourceDirectory has to be absolute from the root of the repository.")
    _check_connection(call, code["RepositoryUrl"], whole)
    return {"SourceDirectory": "/", **code, "CodeConfiguration": configuration}


def _check_connection(call: Call, url: str, whole: Shape) -> None:
    named = (whole.get("AuthenticationConfiguration") or {}).get("ConnectionArn")
    if not named:
        raise invalid("Authentication configuration is invalid.")
    connection = find_resource(call, "connection", named, INVALID)
    host = _HOSTS[connection.settings["ProviderType"]]
    if not url.startswith(f"https://{host}/"):
        raise invalid(f"The connection {connection.name} has no access to {url}.")
    if status_of(call, connection) != "AVAILABLE":
        raise invalid(f"The connection {connection.name} is not AVAILABLE.")


def _run(given: Shape) -> Shape:
    """Return what runs, with its port; names that App Runner keeps to itself are refused."""
    port = given.get("Port", _PORT)
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= _HIGHEST_PORT):
        raise invalid(f"Port {port} is not valid.")
    names = [
        *given.get("RuntimeEnvironmentVariables", {}),
        *given.get("RuntimeEnvironmentSecrets", {}),
    ]
    for name in names:
        if name.startswith(_RESERVED) or name == "PORT":
            raise invalid(f"The environment variable {name} is reserved for system use.")
    if len(set(names)) < len(names):
        raise invalid("An environment variable is given as a value and as a secret.")
    return {**given, "Port": port}
