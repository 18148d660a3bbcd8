"""The text of an AppSpec that a revision is or points to."""

from __future__ import annotations

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codedeploy.shapes import Shape


class RevisionError(Exception):
    """What is at a revision's location cannot be deployed. ``code`` is AWS's of a deployment."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


def inline_text(location: Shape) -> str | None:
    """Return the AppSpec that is in a location itself, or None for one in S3."""
    for member in ("appSpecContent", "string"):
        if member in location:
            return str(location[member]["content"])
    return None


def appspec_text(location: Shape, region: str) -> str:
    """Return the AppSpec of a revision. Raises ``RevisionError``."""
    text = inline_text(location)
    if text is not None:
        return text
    try:
        return read_object(location["s3Location"], region).decode("utf-8")
    except UnicodeDecodeError as error:
        raise RevisionError("INVALID_REVISION", "The AppSpec file is not UTF-8 text") from error


def read_object(place: Shape, region: str) -> bytes:
    """Return the bytes of a revision in S3. Raises ``RevisionError``."""
    wanted = {"VersionId": place["version"]} if place.get("version") else {}
    client = clients.client("s3", region)
    try:
        found = client.get_object(Bucket=place["bucket"], Key=place["key"], **wanted)
    except ClientError as error:
        told = error.response["Error"]
        text = f"The revision s3://{place['bucket']}/{place['key']} cannot be read: {told['Code']}"
        raise RevisionError("REVISION_MISSING", text) from error
    given = place.get("eTag", "").strip('"')
    if given and given != found["ETag"].strip('"'):
        text = f"The object s3://{place['bucket']}/{place['key']} has another ETag than {given}"
        raise RevisionError("INVALID_REVISION", text)
    data: bytes = found["Body"].read()
    return data
