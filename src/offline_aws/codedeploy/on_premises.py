"""On-premises instances: servers outside of AWS that deployments can go to, found by their tags."""

from __future__ import annotations

import re

from offline_aws.codedeploy.checks import codedeploy_operation
from offline_aws.codedeploy.paging import page
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.store import Instance, Store
from offline_aws.codedeploy.tag_filters import matches_any
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_NAME = re.compile(r"[A-Za-z0-9+=,.@_-]{1,100}")
_USER = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:user/.+")
_SESSION = re.compile(r"arn:aws[a-z-]*:sts::\d{12}:assumed-role/.+")
_MOST_IN_A_CALL = 25
_MOST_TAGS = 10


@codedeploy_operation("RegisterOnPremisesInstance")
def register_on_premises_instance(call: Call, parameters: Shape) -> Shape:
    """Register an instance by the IAM user or the session that it works as."""
    store, name = call.state(Store), _checked_name(parameters["instanceName"])
    user, session = parameters.get("iamUserArn", ""), parameters.get("iamSessionArn", "")
    if user and session:
        raise AwsError(
            "MultipleIamArnsProvidedException",
            "Both an IAM user ARN and an IAM session ARN were included: use one",
        )
    if not user and not session:
        raise AwsError("IamArnRequiredException", "An IAM user ARN or session ARN is required")
    if user and not _USER.fullmatch(user):
        raise AwsError("InvalidIamUserArnException", f"{user} is not the ARN of an IAM user")
    if session and not _SESSION.fullmatch(session):
        raise AwsError("InvalidIamSessionArnException", f"{session} is not the ARN of a session")
    if name in _registered(store):
        raise AwsError("InstanceNameAlreadyRegisteredException", f"{name} is registered already")
    for each in _registered(store).values():
        if user and each.user_arn == user:
            raise AwsError(
                "IamUserArnAlreadyRegisteredException", f"{user} is registered with {each.name}"
            )
        if session and each.session_arn == session:
            raise AwsError(
                "IamSessionArnAlreadyRegisteredException",
                f"{session} is registered with {each.name}",
            )
    suffix = store.new_uuid(call).replace("-", "")[:10]
    arn = f"arn:aws:codedeploy:{call.region}:{call.account}:instance/{name}_{suffix}"
    store.instances[name] = Instance(name, arn, call.clock.now(), user, session)
    return {}


@codedeploy_operation("DeregisterOnPremisesInstance")
def deregister_on_premises_instance(call: Call, parameters: Shape) -> Shape:
    """Deregister an instance; one that is not registered is no error."""
    name = _checked_name(parameters["instanceName"])
    instance = _registered(call.state(Store)).get(name)
    if instance:
        instance.deregistered = call.clock.now()
        instance.tags.clear()
    return {}


@codedeploy_operation("GetOnPremisesInstance")
def get_on_premises_instance(call: Call, parameters: Shape) -> Shape:
    """Return an instance, one that was deregistered too."""
    name = _checked_name(parameters["instanceName"])
    return {"instanceInfo": _shown(_find(call.state(Store), name))}


@codedeploy_operation("BatchGetOnPremisesInstances")
def batch_get_on_premises_instances(call: Call, parameters: Shape) -> Shape:
    """Return several instances; those that are not known are left out."""
    names = [_checked_name(name) for name in parameters["instanceNames"]]
    if len(names) > _MOST_IN_A_CALL:
        raise AwsError("BatchLimitExceededException", "The limit of 25 names was exceeded")
    instances = call.state(Store).instances
    return {"instanceInfos": [_shown(instances[name]) for name in names if name in instances]}


@codedeploy_operation("ListOnPremisesInstances")
def list_on_premises_instances(call: Call, parameters: Shape) -> Shape:
    """Return the names of the instances, restricted by status and by any of the tags."""
    wanted, filters = parameters.get("registrationStatus"), parameters.get("tagFilters")
    names = [
        each.name
        for each in call.state(Store).instances.values()
        if wanted in (None, "Deregistered" if each.deregistered else "Registered")
        and (not filters or matches_any(each.tags, filters))
    ]
    return page("instanceNames", names, parameters)


@codedeploy_operation("AddTagsToOnPremisesInstances")
def add_tags_to_on_premises_instances(call: Call, parameters: Shape) -> Shape:
    """Add tags to every one of the instances, or to none."""
    instances, tags = _instances_and_tags(call, parameters)
    for each in instances:
        if len({*each.tags, *tags}) > _MOST_TAGS:
            raise AwsError("TagLimitExceededException", f"{each.name} would have too many tags")
    for each in instances:
        each.tags += [tag for tag in tags if tag not in each.tags]
    return {}


@codedeploy_operation("RemoveTagsFromOnPremisesInstances")
def remove_tags_from_on_premises_instances(call: Call, parameters: Shape) -> Shape:
    """Take tags with these keys and values from the instances."""
    instances, tags = _instances_and_tags(call, parameters)
    for each in instances:
        each.tags = [tag for tag in each.tags if tag not in tags]
    return {}


def _instances_and_tags(
    call: Call, parameters: Shape
) -> tuple[list[Instance], list[tuple[str, str]]]:
    names = [_checked_name(name) for name in parameters["instanceNames"]]
    if len(names) > _MOST_IN_A_CALL:
        raise AwsError("InstanceLimitExceededException", "The limit of 25 names was exceeded")
    if len(parameters["tags"]) > _MOST_TAGS:
        raise AwsError("TagLimitExceededException", f"At most {_MOST_TAGS} tags in a call")
    tags = [(tag.get("Key", ""), tag.get("Value", "")) for tag in parameters["tags"]]
    if not all(key and value for key, value in tags):
        raise AwsError("InvalidTagException", "Keys and values are both required")
    registered = _registered(call.state(Store))
    for name in names:
        if name not in registered:
            raise AwsError("InstanceNotRegisteredException", f"{name} is not registered")
    return [registered[name] for name in names], list(dict.fromkeys(tags))


def _registered(store: Store) -> dict[str, Instance]:
    return {name: each for name, each in store.instances.items() if not each.deregistered}


def _find(store: Store, name: str) -> Instance:
    if name not in store.instances:
        raise AwsError("InstanceNotRegisteredException", f"{name} is not registered")
    return store.instances[name]


def _checked_name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise AwsError("InvalidInstanceNameException", f"{name!r} is not the name of an instance")
    return name


def _shown(instance: Instance) -> Shape:
    found: Shape = {
        "instanceName": instance.name,
        "instanceArn": instance.arn,
        "registerTime": instance.registered,
        "tags": [{"Key": key, "Value": value} for key, value in instance.tags],
    }
    optional = {
        "iamUserArn": instance.user_arn,
        "iamSessionArn": instance.session_arn,
        "deregisterTime": instance.deregistered,
    }
    return found | {key: value for key, value in optional.items() if value}
