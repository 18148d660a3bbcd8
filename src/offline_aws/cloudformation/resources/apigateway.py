"""AWS::ApiGateway::RestApi, Resource, Method, Deployment, Stage and Account."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.resource_type import Properties, register
from offline_aws.cloudformation.resources._calls import By, Call, Find, Look, one
from offline_aws.cloudformation.resources._declared import Declared
from offline_aws.cloudformation.resources._parts import Do, Own
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import all_tags, shown_tags
from offline_aws.cloudformation.resources._values import ID, VALUE, bit, prop


def _patched(property: str, path: str, operation: str, place: dict[str, Any]) -> Own:
    """Return a property that is changed by a patch, as API Gateway has it."""
    patch = {"op": "replace", "path": path, "value": VALUE}
    return Own(property, put=Call(operation, {**place, "patchOperations": [patch]}), default="")


_API = {"restApiId": ID}
register(
    Declared(
        "AWS::ApiGateway::RestApi",
        service="apigateway",
        properties="""
            ApiKeySourceType BinaryMediaTypes Description DisableExecuteApiEndpoint
            EndpointConfiguration MinimumCompressionSize Name Policy Tags
        """,
        id="id",
        words={"ApiKeySourceType": "apiKeySource"},
        make=Call(
            "create_rest_api",
            {"tags": all_tags(form="map")},
            """
                ApiKeySourceType BinaryMediaTypes Description DisableExecuteApiEndpoint
                EndpointConfiguration MinimumCompressionSize Name Policy
            """,
        ),
        look=Look("get_rest_api", _API),
        remove=Call("delete_rest_api", _API),
        parts=(
            _patched("Name", "/name", "update_rest_api", _API),
            _patched("Description", "/description", "update_rest_api", _API),
        ),
        show={
            "RestApiId": "id",
            "RootResourceId": "rootResourceId",
            "Tags": shown_tags("tags"),
        },
        fixed="""
            ApiKeySourceType BinaryMediaTypes DisableExecuteApiEndpoint EndpointConfiguration
            MinimumCompressionSize Policy Tags
        """,
        unread="BinaryMediaTypes Policy",
    )
)

_PLACE = {"restApiId": prop("RestApiId"), "resourceId": ID}
register(
    Declared(
        "AWS::ApiGateway::Resource",
        service="apigateway",
        properties="ParentId PathPart RestApiId",
        id="id",
        make=Call("create_resource"),
        look=Look("get_resource", _PLACE),
        remove=Call("delete_resource", _PLACE),
        show={"ResourceId": "id", "RestApiId": lambda it: it["RestApiId"]},
    )
)

_METHOD = {"restApiId": bit(0), "resourceId": bit(1), "httpMethod": bit(2)}
#: Of an integration, what has calls of its own.
_ELSEWHERE = ("IntegrationResponses",)


def _integrate(it: Resource, _: Properties) -> None:
    """Set the integration of a method and its responses."""
    wanted = it["Integration"]
    if wanted is None:
        it.ask("delete_integration", **{name: each(it) for name, each in _METHOD.items()})
        return
    own = {name: value for name, value in wanted.items() if name not in _ELSEWHERE}
    parameters = {name[0].lower() + name[1:]: value for name, value in own.items()}
    Call("put_integration", {**_METHOD, **parameters}).run(it)
    for each in wanted.get("IntegrationResponses", ()):
        given = {name[0].lower() + name[1:]: value for name, value in each.items()}
        Call("put_integration_response", {**_METHOD, **given}).run(it)


def _respond(it: Resource, old: Properties) -> None:
    for each in old.get("MethodResponses") or ():
        Call("delete_method_response", {**_METHOD, "statusCode": each["StatusCode"]}).run(it)
    for each in it["MethodResponses"] or ():
        given = {name[0].lower() + name[1:]: value for name, value in each.items()}
        Call("put_method_response", {**_METHOD, **given}).run(it)


def _integration(it: Resource) -> dict[str, Any]:
    found = it.live.get("methodIntegration")
    if found is None:
        return {}
    responses = list((found.get("integrationResponses") or {}).values())
    method = found.get("httpMethod")
    return {
        "Integration": {
            **found,
            "integrationHttpMethod": method,
            "integrationResponses": responses or None,
        }
    }


def _responses(it: Resource) -> dict[str, Any]:
    return {"MethodResponses": list((it.live.get("methodResponses") or {}).values())}


register(
    Declared(
        "AWS::ApiGateway::Method",
        service="apigateway",
        properties="""
            ApiKeyRequired AuthorizationType HttpMethod Integration MethodResponses OperationName
            RequestParameters ResourceId RestApiId
        """,
        id=lambda it: f"{it['RestApiId']}|{it['ResourceId']}|{it['HttpMethod']}",
        make=Call(
            "put_method",
            told="""
                ApiKeyRequired AuthorizationType HttpMethod OperationName RequestParameters
                ResourceId RestApiId
            """,
        ),
        look=Look("get_method", _METHOD),
        remove=Call("delete_method", _METHOD),
        parts=(
            Do("MethodResponses", _respond, _responses),
            Do("Integration", _integrate, _integration),
        ),
        show={"ResourceId": lambda it: it.bits[1], "RestApiId": lambda it: it.bits[0]},
        fixed="ApiKeyRequired AuthorizationType OperationName RequestParameters",
    )
)

_DEPLOYMENT = {"restApiId": prop("RestApiId"), "deploymentId": ID}


def _delete_deployment(it: Resource) -> None:
    """Delete a deployment, and first the stage that it made."""
    if it["StageName"]:
        Call("delete_stage", {"restApiId": it["RestApiId"], "stageName": it["StageName"]}).run(it)
    Call("delete_deployment", _DEPLOYMENT).run(it)


register(
    Declared(
        "AWS::ApiGateway::Deployment",
        service="apigateway",
        properties="Description RestApiId StageName",
        id="id",
        make=Call("create_deployment"),
        look=one("get_deployments", "items[?id=='{id}'] | [0]", {"restApiId": prop("RestApiId")}),
        remove=By(_delete_deployment),
        show={"DeploymentId": "id", "RestApiId": lambda it: it["RestApiId"]},
        fixed="Description StageName",
        unread="StageName",
    )
)

_STAGE = {"restApiId": prop("RestApiId"), "stageName": ID}
register(
    Declared(
        "AWS::ApiGateway::Stage",
        service="apigateway",
        properties="""
            CacheClusterEnabled CacheClusterSize DeploymentId Description RestApiId StageName Tags
            TracingEnabled Variables
        """,
        id=lambda it: str(it["StageName"]),
        make=Call(
            "create_stage",
            {"tags": all_tags(form="map")},
            """
                CacheClusterEnabled CacheClusterSize DeploymentId Description RestApiId StageName
                TracingEnabled Variables
            """,
        ),
        look=Look("get_stage", _STAGE),
        remove=Call("delete_stage", _STAGE),
        parts=(
            _patched("DeploymentId", "/deploymentId", "update_stage", _STAGE),
            _patched("Description", "/description", "update_stage", _STAGE),
        ),
        show={"RestApiId": lambda it: it["RestApiId"], "Tags": shown_tags("tags")},
        fixed="CacheClusterEnabled CacheClusterSize Tags TracingEnabled Variables",
        accepted="AccessLogSetting MethodSettings",
    )
)


def _account(it: Resource) -> Any:
    found = it.ask("get_account")
    return found if found.get("cloudwatchRoleArn") else None


def _set_role(it: Resource) -> None:
    patch = {"op": "replace", "path": "/cloudwatchRoleArn", "value": it["CloudWatchRoleArn"]}
    it.ask("update_account", patchOperations=[patch])


def _unset_role(it: Resource) -> None:
    patch = {"op": "replace", "path": "/cloudwatchRoleArn", "value": ""}
    it.ask("update_account", patchOperations=[patch])


register(
    Declared(
        "AWS::ApiGateway::Account",
        service="apigateway",
        properties="CloudWatchRoleArn",
        id=lambda it: it.context.name(64),
        make=By(_set_role, "CloudWatchRoleArn"),
        look=Find(_account),
        change=(By(_set_role, "CloudWatchRoleArn"),),
        remove=By(_unset_role),
        show={"Id": lambda it: it.id},
    )
)
