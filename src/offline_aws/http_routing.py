"""Which service and operation an http request is for, and the address AWS has for it.

A client with an endpoint of its own says the service in its signature, and the operation as the
service's protocol has it: in ``X-Amz-Target``, in ``Action``, or in method and path.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import InvalidRegionError

from offline_aws.http_message import HttpRequest
from offline_aws.moto_seam import operation_of
from offline_aws.operations import PLAIN_PATHS

# Access key, date, region and service; "%2F" between them in the query of a presigned address.
_SCOPE = re.compile(r"[^/\s]+/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
# Far beyond the metadata, with which a model begins.
_HEAD = 8000


class RoutingError(Exception):
    """A request that is for no service; ``code`` is what AWS answers then."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Service:
    """A service by boto3's name, and by what tells its requests from another's."""

    name: str
    signing_name: str
    target_prefix: str
    version: str
    protocol: str


@dataclass(frozen=True)
class Route:
    """Where a request goes. ``known`` is false where the service's model lacks the operation."""

    service: Service
    service_id: str
    operation: str
    known: bool
    request: AWSPreparedRequest


def find(request: HttpRequest, region: str) -> Route:
    """Return the route of a request; ``region`` is that of one without a signature.

    Raises ``RoutingError``.
    """
    signing_name, region = _scope(request, region)
    if signing_name not in ("", "s3"):  # what S3 is given compressed, it keeps so
        request = _decompressed(request)
    candidates = _candidates(request, signing_name)
    if not candidates:
        what = f"the service {signing_name!r} of its signature" if signing_name else "its service"
        raise RoutingError("UnknownServiceException", f"This request is for no AWS: {what}.")
    routes = (_route(service, region, request) for service in candidates)
    first = next(routes)
    return next((route for route in (first, *routes) if route.known), first)


def protocol_of(request: HttpRequest, service: Service) -> str:
    """Return the protocol that a request is in, where a service has several."""
    if request.header("smithy-protocol") == "rpc-v2-cbor":
        return "smithy-rpc-v2-cbor"
    if request.header("X-Amz-Target"):
        return "json"
    return "s3" if service.name == "s3" else service.protocol


def _scope(request: HttpRequest, region: str) -> tuple[str, str]:
    """Return the signing name and the region of a signature; no name where there is none."""
    signature = request.header("Authorization")
    signed = signature.startswith("AWS4-") or request.parameter("X-Amz-Credential")
    found = _SCOPE.search(signature or request.parameter("X-Amz-Credential"))
    if found:
        return found["service"], found["region"]
    if signed:
        raise RoutingError("IncompleteSignature", "The signature names no service and region.")
    return "", region


def _decompressed(request: HttpRequest) -> HttpRequest:
    try:
        return request.decompressed()
    except (EOFError, OSError, zlib.error) as error:
        raise RoutingError("SerializationException", "The body is not in gzip.") from error


def _candidates(request: HttpRequest, signing_name: str) -> list[Service]:
    """Return the services that a request can be for, the likeliest first."""
    services = [each for each in _services() if signing_name in ("", each.signing_name)]
    target, version = request.header("X-Amz-Target"), request.parameter("Version")
    if target:
        services = [each for each in services if each.target_prefix == target.rpartition(".")[0]]
    elif version and request.parameter("Action"):
        services = [each for each in services if each.version == version]
    elif not signing_name:
        services = [each for each in services if each.name == "s3"]  # a public object
    # Services that share a signature are told apart by the path; of S3 every path is one.
    return sorted(services, key=lambda each: (each.name == "s3", each.name != signing_name))


def _route(service: Service, region: str, request: HttpRequest) -> Route:
    endpoint, service_id = _endpoint(service.name, region)
    prepared = _prepared(endpoint, request)
    if plain := PLAIN_PATHS.get((service.name, request.url.path)):
        return Route(service, service_id, plain, True, prepared)
    found = operation_of(service.name, prepared)
    if not found:
        asked = request.header("X-Amz-Target").rpartition(".")[2] or request.parameter("Action")
        asked = asked or f"{request.method} {request.url.path}"
        return Route(service, service_id, asked, False, prepared)
    operation, host_prefix = found
    host_prefix = host_prefix.replace("{AccountId}", request.header("x-amz-account-id"))
    if host_prefix.strip(".") and "{" not in host_prefix:
        prepared = _prepared(endpoint.replace("://", f"://{host_prefix}"), request)
    return Route(service, service_id, operation, True, prepared)


def _prepared(endpoint: str, request: HttpRequest) -> AWSPreparedRequest:
    target = request.target if request.target.startswith("/") else f"/{request.target}"
    url = f"{endpoint}{target}"
    return AWSPreparedRequest(request.method, url, request.headers, request.body, False)


@cache
def _session() -> botocore.session.Session:
    return botocore.session.Session()


@cache
def _services() -> list[Service]:
    """Read the head of every model: to parse them all would take half a minute."""
    loader = _session().get_component("data_loader")
    services = []
    for name in loader.list_available_services("service-2"):
        version = loader.determine_latest_version(name, "service-2")
        data = _metadata(loader.search_paths, f"{name}/{version}/service-2.json.gz")
        signing_name = data.get("signingName", data["endpointPrefix"])
        target = data.get("targetPrefix", "")
        services.append(Service(name, signing_name, target, data["apiVersion"], data["protocol"]))
    return services


def _metadata(folders: list[str], model: str) -> dict[str, Any]:
    path = next(path for folder in folders if (path := Path(folder, model)).exists())
    with gzip.open(path) as file:
        head = file.read(_HEAD).decode("utf-8", "ignore")
    begin = head.index("{", head.index('"metadata"'))
    data: dict[str, Any] = json.JSONDecoder().raw_decode(head, begin)[0]
    return data


@cache
def _endpoint(service: str, region: str) -> tuple[str, str]:
    """Return the address and the id of a service, as a client in this process has them."""
    try:
        client = _session().create_client(service, region)
    except InvalidRegionError as error:
        raise RoutingError("InvalidSignatureException", f"{region!r} is no region.") from error
    return client.meta.endpoint_url, client.meta.service_model.service_id.hyphenize()
