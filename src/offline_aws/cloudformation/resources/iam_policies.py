"""AWS::IAM::ManagedPolicy and AWS::IAM::Policy, which is written into several at once."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from offline_aws.cloudformation.resource_type import Context, Properties, register
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._models import text
from offline_aws.cloudformation.resources._parts import Do, Each
from offline_aws.cloudformation.resources._resource import Resource, is_gone
from offline_aws.cloudformation.resources._values import ID, VALUE

_POLICY = {"PolicyArn": ID}
_MOST_VERSIONS = 5


def _attached(property: str, kind: str) -> Each:
    name = f"{kind.title()}Name"
    return Each(
        property,
        add=Call(f"attach_{kind}_policy", {**_POLICY, name: VALUE}),
        remove=Call(f"detach_{kind}_policy", {**_POLICY, name: VALUE}),
        look=lambda it: it.found(
            f"list_entities_for_policy:Policy{property}[].{name}", PolicyArn=it.id
        ),
        clear=True,
    )


def _versions(it: Resource) -> list[Properties]:
    found = it.ask("list_policy_versions", PolicyArn=it.id)["Versions"]
    return [each for each in found if not each["IsDefaultVersion"]]


def _drop(it: Resource, versions: list[Properties]) -> None:
    for each in versions:
        it.ask("delete_policy_version", PolicyArn=it.id, VersionId=each["VersionId"])


def _change_document(it: Resource, old: Properties) -> None:
    """Make a new version the default; drop the others when there is no room, or at the end."""
    others = _versions(it)
    if it["PolicyDocument"] is None or len(others) + 1 == _MOST_VERSIONS:
        _drop(it, others)
    if it["PolicyDocument"] is not None:
        document = text(it["PolicyDocument"])
        it.ask("create_policy_version", PolicyArn=it.id, PolicyDocument=document, SetAsDefault=True)


def _document(it: Resource) -> Properties:
    version = it.live["DefaultVersionId"]
    found = it.ask("get_policy_version", PolicyArn=it.id, VersionId=version)
    return {"PolicyDocument": found["PolicyVersion"]["Document"]}


register(
    Declared(
        "AWS::IAM::ManagedPolicy",
        service="iam",
        properties="Description Groups ManagedPolicyName Path PolicyDocument Roles Users",
        takes=timedelta(seconds=15),
        named=Named("ManagedPolicyName", 128),
        words={"ManagedPolicyName": "PolicyName", "PolicyArn": "Arn"},
        id="Policy.Arn",
        make=Call("create_policy", told="Description ManagedPolicyName Path PolicyDocument"),
        look=Look("get_policy", _POLICY, "Policy"),
        remove=Call("delete_policy", _POLICY),
        parts=(
            Do("PolicyDocument", _change_document, _document, clear=True),
            _attached("Roles", "role"),
            _attached("Users", "user"),
            _attached("Groups", "group"),
        ),
    )
)

#: The property, and what its members are to IAM.
_KINDS = {"Roles": "role", "Users": "user", "Groups": "group"}


@register
class InlinePolicy:
    """A policy that is written into roles, users and groups under its own name."""

    type_name = "AWS::IAM::Policy"
    takes = timedelta(seconds=15)
    properties = "Groups PolicyDocument PolicyName Roles Users"
    not_read: frozenset[str] = frozenset()

    def create(self, context: Context, properties: Properties) -> str:
        """Write the policy into all."""
        self.update(context, "", {}, properties)
        return context.name(128)

    def read(self, context: Context, physical_id: str) -> Properties | None:
        """Return those that have a policy of the name, and what one of them has."""
        found: Properties = {}
        for property, kind in _KINDS.items():
            for name in context.properties.get(property) or ():
                document = self._ask(context, kind, name)
                if document is not None:
                    found["PolicyDocument"] = document
                    found.setdefault(property, []).append(name)
        if not found:
            return None
        return {"Id": physical_id, "PolicyName": context.properties["PolicyName"], **found}

    def update(self, context: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Write the policy into all that are named now, take it out of the others."""
        iam = context.client("iam")
        now = _places(new)
        for kind, name, policy in sorted(_places(old) - now):
            _take_out(iam, kind, name, policy)
        for kind, name, policy in sorted(now):
            document = text(new["PolicyDocument"])
            parameters = {f"{kind.title()}Name": name, "PolicyName": policy}
            getattr(iam, f"put_{kind}_policy")(**parameters, PolicyDocument=document)

    def delete(self, context: Context, physical_id: str) -> None:
        """Take the policy out of all that are still there."""
        for kind, name, policy in sorted(_places(dict(context.properties))):
            _take_out(context.client("iam"), kind, name, policy)

    def _ask(self, context: Context, kind: str, name: str) -> Any:
        ask = getattr(context.client("iam"), f"get_{kind}_policy")
        parameters = {f"{kind.title()}Name": name, "PolicyName": context.properties["PolicyName"]}
        with suppress(context.client("iam").exceptions.NoSuchEntityException):
            return ask(**parameters)["PolicyDocument"]
        return None


def _places(properties: Properties) -> set[tuple[str, str, str]]:
    """Return the kind, the name and the policy's name of all that the policy is written into."""
    return {
        (kind, name, properties["PolicyName"])
        for property, kind in _KINDS.items()
        for name in properties.get(property) or ()
    }


def _take_out(iam: Any, kind: str, name: str, policy: str) -> None:
    try:
        getattr(iam, f"delete_{kind}_policy")(**{f"{kind.title()}Name": name, "PolicyName": policy})
    except ClientError as error:
        if not is_gone(error):
            raise
