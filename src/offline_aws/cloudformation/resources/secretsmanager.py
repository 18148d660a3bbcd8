"""AWS::SecretsManager::Secret and AWS::SecretsManager::SecretTargetAttachment."""

from __future__ import annotations

import json
from typing import Any

from offline_aws.cloudformation.resource_type import Failed, Properties, register
from offline_aws.cloudformation.resources._calls import By, Call, Find
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._parts import Do
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID

_SECRET = {"SecretId": ID}
#: What GetRandomPassword has no word for.
_OF_TEMPLATE = ("GenerateStringKey", "SecretStringTemplate")
_DATABASE = "AWS::RDS::DBInstance"


def _secret(it: Resource) -> Any:
    """Return what is known of a secret; one that waits to be deleted is gone."""
    found = it.ask("describe_secret", SecretId=it.id)
    return None if "DeletedDate" in found else found


def _string(it: Resource) -> str | None:
    """Return the text of a secret: the template's, or a generated one."""
    if it["SecretString"] is not None:
        return str(it["SecretString"])
    wish = it["GenerateSecretString"]
    if wish is None:
        return None
    asked = {name: each for name, each in wish.items() if name not in _OF_TEMPLATE}
    it.value = asked
    password = str(_random_password(it, asked))
    if "GenerateStringKey" not in wish:
        return password
    try:
        template = json.loads(wish["SecretStringTemplate"])
    except (KeyError, ValueError) as error:
        raise Failed("SecretStringTemplate has to be valid JSON.") from error
    return json.dumps({**template, wish["GenerateStringKey"]: password})


def _random_password(it: Resource, asked: Properties) -> Any:
    numbers = {name: int(asked[name]) for name in ("PasswordLength",) if name in asked}
    flags = {
        name: str(each).lower() == "true"
        for name, each in asked.items()
        if name not in ("PasswordLength", "ExcludeCharacters")
    }
    rest = {name: asked[name] for name in ("ExcludeCharacters",) if name in asked}
    return it.ask("get_random_password", **numbers, **flags, **rest)["RandomPassword"]


def _renew(it: Resource, _: Properties) -> None:
    text = _string(it)
    if text is not None:
        it.ask("put_secret_value", SecretId=it.id, SecretString=text)


register(
    Declared(
        "AWS::SecretsManager::Secret",
        service="secretsmanager",
        properties="Description GenerateSecretString KmsKeyId Name SecretString Tags",
        named=Named("Name", 512),
        id="ARN",
        make=Call("create_secret", told="Description KmsKeyId Name"),
        look=Find(_secret),
        change=(Call("update_secret", _SECRET, "Description KmsKeyId"),),
        remove=Call("delete_secret", {**_SECRET, "ForceDeleteWithoutRecovery": True}),
        parts=(Do("GenerateSecretString SecretString", _renew), Tags(path="Tags")),
        show={"Id": "ARN"},
        accepted="ReplicaRegions",
    )
)


def _values(it: Resource) -> dict[str, Any]:
    found = it.ask("get_secret_value", SecretId=it["SecretId"] or it.id)["SecretString"]
    values: dict[str, Any] = json.loads(found)
    return values


def _attach(it: Resource) -> None:
    """Write into the secret where its database is, as the attachment does."""
    if it["TargetType"] != _DATABASE:
        raise Failed(f"A secret for {it['TargetType']} is not simulated offline.")
    found = it.context.client("rds").describe_db_instances(DBInstanceIdentifier=it["TargetId"])
    database = found["DBInstances"][0]
    connection = {
        "engine": database["Engine"],
        "host": database["Endpoint"]["Address"],
        "port": database["Endpoint"]["Port"],
        "dbInstanceIdentifier": database["DBInstanceIdentifier"],
    }
    if "DBName" in database:
        connection["dbname"] = database["DBName"]
    _write(it, {**_values(it), **connection})


def _detach(it: Resource) -> None:
    kept = {"username", "password", "masterarn"}
    _write(it, {name: each for name, each in _values(it).items() if name in kept})


def _write(it: Resource, values: dict[str, Any]) -> None:
    it.ask("put_secret_value", SecretId=it["SecretId"] or it.id, SecretString=json.dumps(values))


def _attachment(it: Resource) -> Properties | None:
    target = _values(it).get("dbInstanceIdentifier")
    if target is None:
        return None
    return {"SecretId": it["SecretId"] or it.id, "TargetId": target, "TargetType": _DATABASE}


_TARGET = "TargetId TargetType"
register(
    Declared(
        "AWS::SecretsManager::SecretTargetAttachment",
        service="secretsmanager",
        properties=f"SecretId {_TARGET}",
        id=lambda it: str(it["SecretId"]),
        make=By(_attach, f"SecretId {_TARGET}"),
        look=Find(_attachment),
        change=(By(_attach, _TARGET),),
        remove=By(_detach),
        show={"Id": lambda it: it.id},
    )
)
