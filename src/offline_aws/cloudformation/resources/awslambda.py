"""AWS::Lambda::Function, Version and Alias."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.resource_type import Failed, Properties, register
from offline_aws.cloudformation.resources._calls import By, Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._lambda_code import code, same_function
from offline_aws.cloudformation.resources._parts import Do, Own
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, live, prop

_FUNCTION = {"FunctionName": ID}
_CONFIGURATION = """
    Description Environment Handler Layers MemorySize Role Runtime Timeout VpcConfig
"""


def _change_code(it: Resource, _: Properties) -> None:
    it.ask("update_function_code", FunctionName=it.id, **code(it.properties))


register(
    Declared(
        "AWS::Lambda::Function",
        service="lambda",
        properties=f"""
            {_CONFIGURATION} Architectures Code EphemeralStorage FunctionName KmsKeyArn PackageType
            ReservedConcurrentExecutions Tags TracingConfig
        """,
        named=Named("FunctionName", 64),
        make=Call(
            "create_function",
            told=f"""
                {_CONFIGURATION} Architectures Code EphemeralStorage FunctionName KmsKeyArn
                PackageType TracingConfig
            """,
        ),
        send={"Code": lambda it, _: code(it.properties)},
        look=Look("get_function", _FUNCTION, "Configuration"),
        change=(Call("update_function_configuration", _FUNCTION, _CONFIGURATION),),
        remove=Call("delete_function", _FUNCTION),
        parts=(
            Do("Code", _change_code),
            Own(
                "ReservedConcurrentExecutions",
                put=Call(
                    "put_function_concurrency",
                    {
                        **_FUNCTION,
                        "ReservedConcurrentExecutions": prop("ReservedConcurrentExecutions"),
                    },
                ),
                unset=Call("delete_function_concurrency", _FUNCTION),
                look=Look("get_function_concurrency", _FUNCTION, "ReservedConcurrentExecutions"),
            ),
            Tags(resource=live("FunctionArn"), listed="list_tags"),
        ),
        show={
            "Arn": "FunctionArn",
            "Layers": "Layers[].Arn",
        },
        defaults={
            "Description": "",
            "Environment": {"Variables": {}},
            "Layers": [],
            "MemorySize": 128,
            "Timeout": 3,
            "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []},
        },
        fixed="Architectures EphemeralStorage KmsKeyArn TracingConfig",
        unread="Code",
        accepted="""
            CodeSigningConfigArn DeadLetterConfig FileSystemConfigs ImageConfig LoggingConfig
            RecursiveLoop RuntimeManagementConfig SnapStart
        """,
    )
)

_QUALIFIED = {
    "FunctionName": lambda it: it.id.split(":")[6],
    "Qualifier": lambda it: it.id.split(":")[7],
}


#: What makes two versions equal for Lambda, which then publishes none.
_OF_VERSION = ("CodeSha256", "Environment", "Handler", "Layers", "MemorySize", "Runtime", "Timeout")


def _publish(it: Resource) -> Any:
    """Publish a version, unless nothing has changed since the last one."""
    versions = it.ask("list_versions_by_function", FunctionName=it["FunctionName"])["Versions"]
    now = it.ask("get_function_configuration", FunctionName=it["FunctionName"])
    last = versions[-1]
    if last["Version"] != now["Version"] and all(
        last.get(name) == now.get(name) for name in _OF_VERSION
    ):
        raise Failed(
            f"A version for this Lambda function exists ( {last['Version']} ). "
            "Modify the function to create a new version."
        )
    return Call("publish_version", told="CodeSha256 Description FunctionName").run(it)


register(
    Declared(
        "AWS::Lambda::Version",
        service="lambda",
        properties="CodeSha256 Description FunctionName",
        id="FunctionArn",
        make=By(_publish),
        look=Look("get_function_configuration", _QUALIFIED),
        remove=Call("delete_function", _QUALIFIED),
        show={"FunctionName": lambda it: same_function(it, it.id)},
        accepted="ProvisionedConcurrencyConfig RuntimePolicy",
    )
)


def _weights(_: Resource, value: Properties) -> Properties:
    weights = value["AdditionalVersionWeights"]
    return {
        "AdditionalVersionWeights": {
            each["FunctionVersion"]: each["FunctionWeight"] for each in weights
        }
    }


def _weights_back(it: Resource) -> Properties | None:
    weights = (it.live.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
    if not weights:
        return None
    return {
        "AdditionalVersionWeights": [
            {"FunctionVersion": version, "FunctionWeight": weight}
            for version, weight in weights.items()
        ]
    }


_ALIAS = {"FunctionName": _QUALIFIED["FunctionName"], "Name": _QUALIFIED["Qualifier"]}
register(
    Declared(
        "AWS::Lambda::Alias",
        service="lambda",
        properties="Description FunctionName FunctionVersion Name RoutingConfig",
        id="AliasArn",
        make=Call("create_alias"),
        look=Look("get_alias", _ALIAS),
        change=(Call("update_alias", _ALIAS, "Description FunctionVersion RoutingConfig"),),
        remove=Call("delete_alias", _ALIAS),
        send={"RoutingConfig": _weights},
        show={
            "FunctionName": lambda it: same_function(it, it.id),
            "RoutingConfig": _weights_back,
        },
        defaults={"Description": "", "RoutingConfig": {"AdditionalVersionWeights": []}},
        accepted="ProvisionedConcurrencyConfig",
    )
)
