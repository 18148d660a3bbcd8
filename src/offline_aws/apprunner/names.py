"""Identifiers and ARNs, and what a request means by them."""

from __future__ import annotations

from typing import Any

from offline_aws.apprunner.checks import NOT_FOUND, invalid
from offline_aws.apprunner.store import Resource, Service, Shape, Store
from offline_aws.errors import AwsError
from offline_aws.operations import Call
from offline_aws.page_tokens import page_of

_URL_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_URL_LENGTH = 10
_ALL = 10**6


def new_uuid(call: Call) -> str:
    """Return an id with dashes, such as that of an operation."""
    return str(call.state(Store).new_uuid(call.account, call.region))


def new_id(call: Call) -> str:
    """Return an id of 32 hexadecimal digits, such as that of a service."""
    return call.state(Store).new_uuid(call.account, call.region).hex


def new_url(call: Call, suffix: str = "") -> str:
    """Return a domain name of App Runner that nobody has."""
    number = call.state(Store).new_uuid(call.account, call.region).int
    letters = ""
    for _ in range(_URL_LENGTH):
        number, place = divmod(number, len(_URL_LETTERS))
        letters += _URL_LETTERS[place]
    return f"{letters}{suffix}.{call.region}.awsapprunner.com"


def arn(call: Call, rest: str) -> str:
    """Return an ARN of App Runner in the caller's account and region."""
    return f"arn:aws:apprunner:{call.region}:{call.account}:{rest}"


def find_service(
    call: Call, given: str, code: str = NOT_FOUND, *, deleted: bool = False
) -> Service:
    """Return a service by its ARN; a deleted one only where that is asked for."""
    for service in call.state(Store).services.values():
        named = given == service.arn or given == service.arn.rpartition("/")[0]
        if named and (deleted or service.status != "DELETED"):
            return service
    raise AwsError(code, f"Service with the provided ARN could not be found: {given}")


def find_resource(call: Call, kind: str, given: str, code: str = NOT_FOUND) -> Resource:
    """Return an active resource by its ARN: whole, to its revision, or to its name.

    By its name it is the latest revision.
    """
    for resource in reversed(call.state(Store).of_kind(kind)):
        if given in arns_of(resource):
            return resource
    raise AwsError(code, f"Resource with the provided ARN could not be found: {given}")


def arns_of(resource: Resource) -> list[str]:
    """Return the ARN of a resource, and its parts that mean it or the latest of its name."""
    whole = resource.arn
    to_revision = whole.rpartition("/")[0]
    if resource.kind in ("connection", "vpcingressconnection"):
        return [whole, to_revision]
    return [whole, to_revision, to_revision.rpartition("/")[0]]


def make_resource(
    call: Call, kind: str, name: str, parameters: Shape, settings: Shape, status: str = "ACTIVE"
) -> Resource:
    """Make and keep a resource, the next revision of its name."""
    store = call.state(Store)
    before = [each for each in store.resources.values() if each.kind == kind and each.name == name]
    revision = max((each.revision for each in before), default=0) + 1
    single = kind in ("connection", "vpcingressconnection")
    middle = "" if single else f"/{revision}"
    resource = Resource(
        kind=kind,
        name=name,
        revision=revision,
        arn=arn(call, f"{kind}/{name}{middle}/{new_id(call)}"),
        settings=settings,
        created=call.clock.now(),
        tags=tags_of(parameters.get("Tags", [])),
        status=status,
    )
    store.resources[resource.arn] = resource
    return resource


def tags_of(given: list[Shape]) -> dict[str, str]:
    """Return tags as a dict. Raises ``InvalidRequestException`` for a key given twice."""
    keys = [each.get("Key", "") for each in given]
    if len(set(keys)) < len(keys):
        raise invalid("Duplicate tag keys are not allowed.")
    if not all(keys):
        raise invalid("A tag needs a key.")
    return {each["Key"]: each.get("Value", "") for each in given}


def page(key: str, items: list[Any], parameters: Shape) -> Shape:
    """Return a page of a list: without MaxResults all of it; under NextToken the next one's."""
    wrong = invalid("Invalid value for NextToken.")
    size = parameters.get("MaxResults") or _ALL
    made = page_of("apprunner", key, items, parameters.get("NextToken") or "", size, wrong)
    if "nextToken" in made:
        made["NextToken"] = made.pop("nextToken")
    return made
