"""Find the function that a call means, with its code unpacked."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.errors import INTERNAL_FAILURE, NOT_SIMULATED, AwsError
from offline_aws.moto_seam import function_code
from offline_aws.operations import Call
from offline_aws.refusals import not_simulated_with

# A name, an ARN or a part of one, each with or without a version or an alias.
_NAME = re.compile(
    r"(?:arn:aws[a-z-]*:lambda:)?(?:[a-z]{2}(?:-[a-z]+)+-\d:)?(?:\d{12}:)?(?:function:)?"
    r"(?P<name>[\w.-]+)(?::(?P<qualifier>\$LATEST|[\w-]+))?"
)


@dataclass(frozen=True)
class Function:
    """One version of a function, as an invocation sees it.

    ``arn`` is the one that was invoked; ``folder`` holds the code; ``timeout`` is in seconds and
    ``memory`` in MB.
    """

    name: str
    arn: str
    version: str
    handler: str
    runtime: str
    role: str
    memory: int
    timeout: int
    variables: dict[str, str]
    folder: Path

    @property
    def log_group(self) -> str:
        """The name of its log group."""
        return f"/aws/lambda/{self.name}"


def find_function(call: Call, given: str, qualifier: str | None, draw: float) -> Function:
    """Return a function with its code. Raises AWS's errors for what there is not.

    ``draw``, from 0 to 1, says which version it is where an alias has two, by their weights.
    """
    name, qualifier = _name_and_qualifier(given, qualifier)
    client = clients.client("lambda", call.region, call.account)
    try:
        version = _version(client, name, qualifier, draw)
        wanted = {"Qualifier": version} if version else {}
        settings = client.get_function(FunctionName=name, **wanted)["Configuration"]
        concurrency = client.get_function_concurrency(FunctionName=name)
    except ClientError as error:
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        if code in (NOT_SIMULATED, INTERNAL_FAILURE):
            raise  # no error of AWS's, and none of its models has it
        raise AwsError(code, message) from error
    _refuse_what_is_absent(settings)
    if concurrency.get("ReservedConcurrentExecutions") == 0:
        raise AwsError("TooManyRequestsException", "Rate Exceeded.")
    arn = f"arn:aws:lambda:{call.region}:{call.account}:function:{name}"
    return Function(
        name=name,
        arn=f"{arn}:{qualifier}" if qualifier else arn,
        version=settings["Version"],
        handler=settings["Handler"],
        runtime=settings["Runtime"],
        role=settings["Role"],
        memory=settings["MemorySize"],
        timeout=settings["Timeout"],
        variables=settings.get("Environment", {}).get("Variables", {}),
        folder=_unpacked(call, function_code(call.account, call.region, name, version)),
    )


def _name_and_qualifier(given: str, qualifier: str | None) -> tuple[str, str | None]:
    known = _NAME.fullmatch(given)
    if known is None:
        raise AwsError("InvalidParameterValueException", f"{given} is not the name of a function")
    named = known["qualifier"]
    if named and qualifier and named != qualifier:
        raise AwsError(
            "InvalidParameterValueException",
            "The derived qualifier from the function name does not match the specified qualifier.",
        )
    return known["name"], qualifier or named


def _version(client: Any, name: str, qualifier: str | None, draw: float) -> str | None:
    """Return the version that an invocation of an alias gets; what is no alias stays as it is."""
    if not qualifier or qualifier == "$LATEST" or qualifier.isdecimal():
        return qualifier
    alias = client.get_alias(FunctionName=name, Name=qualifier)
    for version, weight in (
        alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {}).items()
    ):
        if draw < weight:
            return str(version)
    return str(alias["FunctionVersion"])


def _refuse_what_is_absent(settings: dict[str, Any]) -> None:
    if settings.get("PackageType") == "Image":
        raise not_simulated_with("lambda", "Invoke", "a container image")
    if not settings["Runtime"].startswith("python"):
        raise not_simulated_with("lambda", "Invoke", f"the runtime {settings['Runtime']}")
    if settings.get("Layers"):
        raise not_simulated_with("lambda", "Invoke", "layers")


def _unpacked(call: Call, code: bytes) -> Path:
    """Return the folder with the files of a zip file, unpacked once."""
    folder = call.folder / "awslambda" / hashlib.sha256(code).hexdigest()
    if not folder.is_dir():
        try:
            with zipfile.ZipFile(io.BytesIO(code)) as archive:
                archive.extractall(folder)
        except zipfile.BadZipFile as error:
            text = (
                "Could not unzip uploaded file. Please check your file, then try to upload again."
            )
            raise AwsError("InvalidZipFileException", text) from error
    return folder
