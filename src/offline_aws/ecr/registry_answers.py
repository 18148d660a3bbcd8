"""The answers of the OCI distribution protocol: content, places, and errors by its codes."""

from __future__ import annotations

import json

from offline_aws.ecr.store import Repository
from offline_aws.http_message import HttpResponse

#: ECR's errors, as the protocol has them: status and code.
_CODES = {
    "RepositoryNotFoundException": (404, "NAME_UNKNOWN"),
    "ImageNotFoundException": (404, "MANIFEST_UNKNOWN"),
    "LayersNotFoundException": (400, "MANIFEST_BLOB_UNKNOWN"),
    "ReferencedImagesNotFoundException": (400, "MANIFEST_BLOB_UNKNOWN"),
    "ImageTagAlreadyExistsException": (400, "TAG_INVALID"),
    "UploadNotFoundException": (404, "BLOB_UPLOAD_UNKNOWN"),
    "InvalidLayerException": (400, "DIGEST_INVALID"),
    "ImageDigestDoesNotMatchException": (400, "DIGEST_INVALID"),
    "InvalidParameterException": (400, "MANIFEST_INVALID"),
}
API = {"Docker-Distribution-API-Version": "registry/2.0"}


def refused(status: int, code: str, message: str, **headers: str) -> HttpResponse:
    """Return an error of the protocol."""
    return document(status, {"errors": [{"code": code, "message": message}]}, headers)


def refusal(code: str, message: str) -> HttpResponse:
    """Return an error of ECR's as one of the protocol."""
    status, known = _CODES.get(code, (400, "UNSUPPORTED"))
    return refused(status, known, message)


def document(status: int, said: object, headers: dict[str, str]) -> HttpResponse:
    """Return a document in JSON."""
    body = json.dumps(said).encode()
    return HttpResponse(status, {"Content-Type": "application/json", **API, **headers}, body)


def content(data: bytes, kind: str, digest: str) -> HttpResponse:
    """Return a blob or a manifest, named by its digest."""
    headers = {
        "Content-Type": kind,
        "Content-Length": str(len(data)),
        "Docker-Content-Digest": digest,
        **API,
    }
    return HttpResponse(200, headers, data)


def created(location: str, digest: str) -> HttpResponse:
    """Return that something is there now, and where."""
    return HttpResponse(201, {"Location": location, "Docker-Content-Digest": digest, **API})


def upload_state(status: int, at: Repository, upload_id: str, size: int) -> HttpResponse:
    """Return how far an upload is."""
    headers = {
        "Location": f"/v2/{at.name}/blobs/uploads/{upload_id}",
        "Range": f"0-{max(size - 1, 0)}",
        "Docker-Upload-UUID": upload_id,
    }
    return HttpResponse(status, {**headers, **API})
