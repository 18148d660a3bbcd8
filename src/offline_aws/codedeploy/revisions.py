"""Revisions of an application: where what is deployed is kept, and since when it is known."""

from __future__ import annotations

import hashlib
from datetime import datetime

from offline_aws.codedeploy.checks import codedeploy_operation, not_simulated
from offline_aws.codedeploy.deployment import shown_revision
from offline_aws.codedeploy.paging import page
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.store import Application, Revision, find_application
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_MEMBERS = {
    "S3": "s3Location",
    "GitHub": "gitHubLocation",
    "String": "string",
    "AppSpecContent": "appSpecContent",
}
_MOST_IN_A_BATCH = 25
_LONGEST_DESCRIPTION = 1024


@codedeploy_operation("RegisterApplicationRevision")
def register_application_revision(call: Call, parameters: Shape) -> Shape:
    """Register a revision. What is at its location is not looked at."""
    application = find_application(call, parameters["applicationName"])
    check_description(parameters)
    location = checked_location("RegisterApplicationRevision", parameters["revision"])
    known(call, application, location, parameters.get("description", ""))
    return {}


@codedeploy_operation("GetApplicationRevision")
def get_application_revision(call: Call, parameters: Shape) -> Shape:
    """Return a revision that was registered, with the content of its AppSpec if it has one."""
    application = find_application(call, parameters["applicationName"])
    found = find_revision(application, parameters["revision"])
    return {
        "applicationName": application.name,
        "revision": found.location,
        "revisionInfo": _info(application, found),
    }


@codedeploy_operation("BatchGetApplicationRevisions")
def batch_get_application_revisions(call: Call, parameters: Shape) -> Shape:
    """Return several revisions; those that are not known are named in ``errorMessage``."""
    application = find_application(call, parameters["applicationName"])
    if len(parameters["revisions"]) > _MOST_IN_A_BATCH:
        raise AwsError("BatchLimitExceededException", "The limit of 25 revisions was exceeded")
    answer: Shape = {"applicationName": application.name, "revisions": []}
    for location in parameters["revisions"]:
        try:
            found = find_revision(application, location)
        except AwsError as error:
            if error.code != "RevisionDoesNotExistException":
                raise
            answer["errorMessage"] = error.message
            continue
        info = _info(application, found)
        shown = {"revisionLocation": found.location, "genericRevisionInfo": info}
        answer["revisions"].append(shown)
    return answer


@codedeploy_operation("ListApplicationRevisions")
def list_application_revisions(call: Call, parameters: Shape) -> Shape:
    """Return the locations of the revisions, sorted and restricted as asked."""
    application = find_application(call, parameters["applicationName"])
    bucket, prefix = parameters.get("s3Bucket"), parameters.get("s3KeyPrefix")
    if prefix and not bucket:
        raise AwsError("BucketNameFilterRequiredException", "A bucket name is required")
    found = [each for each in application.revisions if _in_bucket(each.location, bucket, prefix)]
    deployed = parameters.get("deployed", "ignore")
    if deployed != "ignore":
        wanted = deployed == "include"
        found = [each for each in found if bool(_groups_of(application, each)) == wanted]
    times = {"registerTime": "registered", "firstUsedTime": "first_used"}
    if "sortBy" in parameters:
        name = times.get(parameters["sortBy"], "last_used")
        never = application.created
        found.sort(key=lambda each: getattr(each, name) or never)
        if parameters.get("sortOrder") == "descending":
            found.reverse()
    return page("revisions", [shown_revision(each.location) for each in found], parameters)


def checked_location(operation_name: str, location: Shape) -> Shape:
    """Return a location with what AWS adds to it: the hash of an AppSpec's content.

    Raises ``InvalidRevisionException``; GitHub is refused by name.
    """
    kind = location.get("revisionType") or _only_kind(location)
    if kind == "GitHub":
        instead = "There are: S3, String, AppSpecContent."
        raise not_simulated(operation_name, "a revision in GitHub", instead)
    given = location.get(_MEMBERS[kind])
    if not given:
        raise _invalid(f"The revision of type {kind} has no {_MEMBERS[kind]}")
    if kind == "S3":
        for member in ("bucket", "key", "bundleType"):
            if not given.get(member):
                raise _invalid(f"The S3 location has no {member}")
        return {"revisionType": kind, "s3Location": dict(given)}
    content = given.get("content")
    if not content:
        raise _invalid("The revision has no content")
    actual = hashlib.sha256(content.encode()).hexdigest()
    if given.get("sha256", actual) != actual:
        raise _invalid("The SHA256 hash is not that of the content")
    return {"revisionType": kind, _MEMBERS[kind]: {"content": content, "sha256": actual}}


def known(call: Call, application: Application, location: Shape, description: str) -> Revision:
    """Return the revision of a location, registered now if it was not known."""
    for each in application.revisions:
        if _key(each.location) == _key(location):
            each.description = description or each.description
            return each
    made = Revision(location, call.clock.now(), description)
    application.revisions.append(made)
    return made


def used(revision: Revision, when: datetime) -> None:
    """Note that a revision is deployed."""
    revision.first_used = revision.first_used or when
    revision.last_used = when


def find_revision(application: Application, location: Shape) -> Revision:
    """Return a revision. Raises ``InvalidRevision-`` and ``RevisionDoesNotExistException``."""
    kind = location.get("revisionType") or _only_kind(location)
    if not location.get(_MEMBERS[kind]):
        raise _invalid(f"The revision of type {kind} has no {_MEMBERS[kind]}")
    for each in application.revisions:
        if _key(each.location) == _key({"revisionType": kind, **location}):
            return each
    raise AwsError("RevisionDoesNotExistException", "No revision found for the given location")


def check_description(parameters: Shape) -> None:
    """Refuse a description that is too long. Raises ``DescriptionTooLongException``."""
    if len(parameters.get("description", "")) > _LONGEST_DESCRIPTION:
        raise AwsError("DescriptionTooLongException", "The description is too long")


def _only_kind(location: Shape) -> str:
    kinds = [kind for kind, member in _MEMBERS.items() if location.get(member)]
    if len(kinds) != 1:
        raise _invalid("The revision needs a type and one location")
    return kinds[0]


def _key(location: Shape) -> tuple[object, ...]:
    """Return what makes a location the same: an AppSpec by its hash, an object without its type."""
    kind = location["revisionType"]
    given = location.get(_MEMBERS[kind]) or {}
    if kind == "S3":
        names = ("bucket", "key", "bundleType", "version", "eTag")
        return kind, *(given.get(name) for name in names)
    content = given.get("content")
    digest = hashlib.sha256(content.encode()).hexdigest() if content else given.get("sha256")
    return kind, digest


def _in_bucket(location: Shape, bucket: str | None, prefix: str | None) -> bool:
    if bucket is None:
        return True
    given = location.get("s3Location", {})
    return bool(given.get("bucket") == bucket and given["key"].startswith(prefix or ""))


def _groups_of(application: Application, revision: Revision) -> list[str]:
    return [
        group.name
        for group in application.groups.values()
        if group.target_revision and _key(group.target_revision) == _key(revision.location)
    ]


def _info(application: Application, revision: Revision) -> Shape:
    found: Shape = {
        "description": revision.description,
        "deploymentGroups": _groups_of(application, revision),
        "registerTime": revision.registered,
    }
    if revision.first_used:
        found |= {"firstUsedTime": revision.first_used, "lastUsedTime": revision.last_used}
    return found


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidRevisionException", message)
