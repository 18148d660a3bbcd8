"""Action types: AWS's own, listed, and custom ones, made and deleted."""

from __future__ import annotations

from offline_aws.codepipeline import tagging
from offline_aws.codepipeline.action_catalogue import AWS_ACTION_TYPES
from offline_aws.codepipeline.checks import codepipeline_operation, invalid
from offline_aws.codepipeline.custom_actions import CustomActions, CustomKey, key_of
from offline_aws.codepipeline.paging import page
from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_LIMIT = 50


@codepipeline_operation("CreateCustomActionType")
def create_custom_action_type(call: Call, parameters: Shape) -> Shape:
    """Make a custom action type; the same again is no error."""
    custom, action_type = call.state(CustomActions), _action_type(parameters)
    key = key_of(action_type["id"])
    _check_counts(parameters)
    _check_queryable(parameters.get("configurationProperties", []))
    if key in custom.deleted:
        raise invalid(f"{_named(key)} has been deleted. Create a new version of the action type.")
    if custom.by_key.get(key, action_type) != action_type:
        raise AwsError(
            "ActionTypeAlreadyExistsException",
            f"{_named(key)} already exists with a different definition.",
        )
    if key not in custom.by_key and len(custom.by_key) >= _LIMIT:
        raise AwsError(
            "LimitExceededException",
            f"The number of custom action types exceeds the limit of {_LIMIT} for the account.",
        )
    arn = f"arn:aws:codepipeline:{call.region}:{call.account}:actiontype:Custom/{'/'.join(key)}"
    tags = tagging.tagged(custom.tags.get(key, {}), parameters.get("tags", []), arn)
    custom.by_key[key], custom.tags[key] = action_type, tags
    answer: Shape = {"actionType": action_type}
    return {**answer, "tags": tagging.shown(tags)} if tags else answer


@codepipeline_operation("DeleteCustomActionType")
def delete_custom_action_type(call: Call, parameters: Shape) -> Shape:
    """Mark a custom action type as deleted, if there is one; its version is never free again."""
    custom, key = call.state(CustomActions), key_of(parameters)
    if custom.by_key.pop(key, None) is not None:
        custom.tags.pop(key)
        custom.deleted.add(key)
    return {}


@codepipeline_operation("ListActionTypes")
def list_action_types(call: Call, parameters: Shape) -> Shape:
    """Return the action types, AWS's first. Here they are the same in every region."""
    own = [known.described() for known in AWS_ACTION_TYPES]
    found = [*own, *call.state(CustomActions).by_key.values()]
    owner = parameters.get("actionOwnerFilter")
    if owner:
        found = [one for one in found if one["id"]["owner"] == owner]
    return page("actionTypes", found, parameters)


@codepipeline_operation("GetActionType")
def get_action_type(call: Call, parameters: Shape) -> Shape:
    """Refuse: it is for the action types that external providers have registered with AWS."""
    raise _not_found(parameters)


@codepipeline_operation("UpdateActionType")
def update_action_type(call: Call, parameters: Shape) -> Shape:
    """Refuse: it is for the action types that external providers have registered with AWS."""
    raise _not_found(parameters["actionType"]["id"])


def _action_type(parameters: Shape) -> Shape:
    described = {
        "id": {
            "category": parameters["category"],
            "owner": "Custom",
            "provider": parameters["provider"],
            "version": parameters["version"],
        },
        "actionConfigurationProperties": parameters.get("configurationProperties", []),
        "inputArtifactDetails": parameters["inputArtifactDetails"],
        "outputArtifactDetails": parameters["outputArtifactDetails"],
    }
    settings = parameters.get("settings")
    return {**described, "settings": settings} if settings else described


def _check_counts(parameters: Shape) -> None:
    for kind in ("inputArtifactDetails", "outputArtifactDetails"):
        least, most = parameters[kind]["minimumCount"], parameters[kind]["maximumCount"]
        if least > most:
            raise invalid(
                f"Maximum Number of Artifacts ({most}) has to be greater than or equal to minimum "
                f"({least})."
            )


def _check_queryable(properties: list[Shape]) -> None:
    queryable = [known for known in properties if known.get("queryable")]
    if len(queryable) > 1:
        names = ", ".join(known["name"] for known in queryable)
        raise invalid(
            f"Multiple queryable configuration properties found with names '{names}'. Up to one "
            "queryable property may be specified."
        )
    for known in queryable:
        if known["secret"] or not known["required"]:
            raise invalid(
                f"Invalid queryable property '{known['name']}'. Queryable configuration properties "
                "must be required and non-secret."
            )


def _named(key: CustomKey) -> str:
    category, provider, version = key
    return (
        f"ActionType (Category: '{category}', Provider: '{provider}', Owner: 'Custom', Version: "
        f"'{version}')"
    )


def _not_found(type_id: Shape) -> AwsError:
    return AwsError(
        "ActionTypeNotFoundException",
        f"No external provider has an action type {type_id['category']} {type_id['owner']} "
        f"{type_id['provider']} {type_id['version']}.",
    )
