"""The OCI distribution protocol, in front of ECR: what ``docker push`` and ``docker pull`` speak.

Endpoints and codes of errors are those of the OCI distribution specification 1.1. Manifests go
through ECR's own operations, so that whatever holds for PutImage holds here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.ecr.identifiers import is_digest
from offline_aws.ecr.layers import finish, upload_of
from offline_aws.ecr.manifests import DOCKER_MANIFEST
from offline_aws.ecr.registry_answers import (
    API,
    content,
    created,
    document,
    refusal,
    refused,
    upload_state,
)
from offline_aws.ecr.store import Layer, Repositories, Repository
from offline_aws.errors import AwsError
from offline_aws.http_message import HttpRequest, HttpResponse

_NAME = r"(?P<name>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)"
_ENDPOINTS = {
    "blob": re.compile(rf"/v2/{_NAME}/blobs/(?P<digest>[^/]+)"),
    "uploads": re.compile(rf"/v2/{_NAME}/blobs/uploads/?"),
    "upload": re.compile(rf"/v2/{_NAME}/blobs/uploads/(?P<id>[^/]+)"),
    "manifest": re.compile(rf"/v2/{_NAME}/manifests/(?P<reference>[^/]+)"),
    "tags": re.compile(rf"/v2/{_NAME}/tags/list"),
    "referrers": re.compile(rf"/v2/{_NAME}/referrers/(?P<digest>[^/]+)"),
}
_INDEX = "application/vnd.oci.image.index.v1+json"
_Endpoint = Callable[[HttpRequest, Repository, dict[str, str]], HttpResponse]


class Distribution:
    """Answers the requests of one registry. ``repositories`` is what its region keeps."""

    def __init__(self, repositories: Repositories, region: str) -> None:
        self._kept = repositories
        self._region = region

    @property
    def _ecr(self) -> Any:
        return clients.client("ecr", self._region)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Return the answer to a request; an error is one too."""
        path = request.url.path
        if path.rstrip("/") == "/v2":
            return HttpResponse(200, API)
        for endpoint in ("uploads", "upload", "blob", "manifest", "tags", "referrers"):
            if found := _ENDPOINTS[endpoint].fullmatch(path):
                return self._at(endpoint, request, found.groupdict())
        return refused(404, "UNSUPPORTED", f"There is nothing at {path}.")

    def _at(self, endpoint: str, request: HttpRequest, where: dict[str, str]) -> HttpResponse:
        method = "GET" if request.method == "HEAD" else request.method
        known: _Endpoint | None = getattr(self, f"_{method.lower()}_{endpoint}", None)
        if known is None:
            return refused(405, "UNSUPPORTED", f"{request.method} is not for {endpoint}.")
        try:
            return known(request, self._repository(where["name"]), where)
        except AwsError as error:
            return refusal(error.code, error.message)
        except ClientError as error:
            return refusal(error.response["Error"]["Code"], error.response["Error"]["Message"])

    def _repository(self, name: str) -> Repository:
        """Return a repository; to ask ECR for it makes it be kept, and be up to date."""
        self._ecr.list_images(repositoryName=name, maxResults=1)
        return self._kept.by_name[name]

    def _get_blob(self, _: HttpRequest, at: Repository, where: dict[str, str]) -> HttpResponse:
        layer = at.layers.get(where["digest"])
        if layer is None:
            return refused(404, "BLOB_UNKNOWN", f"There is no blob {where['digest']}.")
        return content(layer.data, "application/octet-stream", where["digest"])

    def _post_uploads(
        self, request: HttpRequest, at: Repository, _: dict[str, str]
    ) -> HttpResponse:
        """Begin an upload, end it at once, or take a blob over from another repository."""
        source, digest = _query(request, "from"), _query(request, "mount")
        if source and digest in (other := self._kept.by_name.get(source, at)).layers:
            at.layers.setdefault(digest, Layer(other.layers[digest].data))
            return created(f"/v2/{at.name}/blobs/{digest}", digest)
        upload = at.new_upload()
        if _query(request, "digest"):
            upload.add(request.body)
            return self._end(at, upload.id, _query(request, "digest"))
        return upload_state(202, at, upload.id, 0)

    def _get_upload(self, _: HttpRequest, at: Repository, where: dict[str, str]) -> HttpResponse:
        return upload_state(204, at, where["id"], len(upload_of(at, where["id"]).data))

    def _patch_upload(
        self, request: HttpRequest, at: Repository, where: dict[str, str]
    ) -> HttpResponse:
        upload = upload_of(at, where["id"])
        first = request.header("Content-Range").removeprefix("bytes ").partition("-")[0]
        if first and first != str(len(upload.data)):
            return upload_state(416, at, upload.id, len(upload.data))
        upload.add(request.body)
        return upload_state(202, at, upload.id, len(upload.data))

    def _put_upload(
        self, request: HttpRequest, at: Repository, where: dict[str, str]
    ) -> HttpResponse:
        upload = upload_of(at, where["id"])
        if request.body:
            upload.add(request.body)
        return self._end(at, upload.id, _query(request, "digest"))

    def _end(self, at: Repository, upload_id: str, digest: str) -> HttpResponse:
        if digest in at.layers:  # to push a blob again is not an error of the protocol
            del at.uploads[upload_id]
        else:
            finish(at, upload_of(at, upload_id), [digest])
        return created(f"/v2/{at.name}/blobs/{digest}", digest)

    def _delete_upload(self, _: HttpRequest, at: Repository, where: dict[str, str]) -> HttpResponse:
        del at.uploads[upload_of(at, where["id"]).id]
        return HttpResponse(204, API)

    def _get_manifest(
        self, request: HttpRequest, at: Repository, where: dict[str, str]
    ) -> HttpResponse:
        answer = self._ecr.batch_get_image(
            repositoryName=at.name, imageIds=[_image_id(where["reference"])]
        )
        if not answer["images"]:
            reason = answer["failures"][0]["failureReason"]
            return refused(404, "MANIFEST_UNKNOWN", reason)
        image = answer["images"][0]
        data, kind = image["imageManifest"].encode(), image["imageManifestMediaType"]
        return content(data, kind, image["imageId"]["imageDigest"])

    def _put_manifest(
        self, request: HttpRequest, at: Repository, where: dict[str, str]
    ) -> HttpResponse:
        try:
            manifest = request.body.decode()
        except UnicodeDecodeError:
            return refused(400, "MANIFEST_INVALID", "The manifest is not in UTF-8.")
        image_id = _image_id(where["reference"])
        kind = request.header("Content-Type").partition(";")[0] or DOCKER_MANIFEST
        try:
            made = self._ecr.put_image(
                repositoryName=at.name,
                imageManifest=manifest,
                imageManifestMediaType=kind,
                **image_id,
            )["image"]["imageId"]["imageDigest"]
        except self._ecr.exceptions.ImageAlreadyExistsException:
            found = self._ecr.describe_images(repositoryName=at.name, imageIds=[image_id])
            made = found["imageDetails"][0]["imageDigest"]
        headers = created(f"/v2/{at.name}/manifests/{made}", made).headers
        subject = at.images[made].subject
        return HttpResponse(201, {**headers, **({"OCI-Subject": subject} if subject else {})})

    def _delete_manifest(
        self, _: HttpRequest, at: Repository, where: dict[str, str]
    ) -> HttpResponse:
        answer = self._ecr.batch_delete_image(
            repositoryName=at.name, imageIds=[_image_id(where["reference"])]
        )
        if not answer["imageIds"]:
            failed = answer["failures"][0]
            known = failed["failureCode"] == "ImageReferencedByManifestList"
            status, code = (409, "DENIED") if known else (404, "MANIFEST_UNKNOWN")
            return refused(status, code, failed["failureReason"])
        return HttpResponse(202, API)

    def _get_tags(self, request: HttpRequest, at: Repository, _: dict[str, str]) -> HttpResponse:
        pages = self._ecr.get_paginator("list_images").paginate(
            repositoryName=at.name, filter={"tagStatus": "TAGGED"}
        )
        tags = sorted(each["imageTag"] for each in pages.search("imageIds[]"))
        last, most = _query(request, "last"), _query(request, "n")
        tags = [tag for tag in tags if tag > last]
        cut = int(most) if most.isdecimal() and most.isascii() else len(tags)
        page = tags[:cut]
        link = f'</v2/{at.name}/tags/list?n={cut}&last={page[-1]}>; rel="next"' if page else ""
        more = {"Link": link} if page and cut < len(tags) else {}
        return document(200, {"name": at.name, "tags": page}, more)

    def _get_referrers(self, _: HttpRequest, at: Repository, where: dict[str, str]) -> HttpResponse:
        found = self._ecr.list_image_referrers(
            repositoryName=at.name, subjectId={"imageDigest": where["digest"]}
        )["referrers"]
        for each in found:
            each.pop("artifactStatus", None)
        index = {"schemaVersion": 2, "mediaType": _INDEX, "manifests": found}
        return document(200, index, {"Content-Type": _INDEX})


def _image_id(reference: str) -> dict[str, str]:
    return {"imageDigest": reference} if is_digest(reference) else {"imageTag": reference}


def _query(request: HttpRequest, name: str) -> str:
    """Return a parameter of the address, never of the body, which may be any bytes."""
    return (parse_qs(request.url.query).get(name) or [""])[0]
