"""Where a request over http goes: the service, the operation, and what is refused."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.parsers import RpcV2CBORParser
from terminal import ask, python, signature

from offline_aws import OfflineAWS
from offline_aws.http_routing import _services
from offline_aws.server import Server


@pytest.fixture
def server() -> Iterator[Server]:
    with OfflineAWS() as aws:
        yield aws.server()


@pytest.mark.parametrize("region", ["nowhere.example.com", "a@b", "us east"])
def test_a_region_that_is_none(region: str, server: Server) -> None:
    status, text = ask(server, "POST", "/", {"Authorization": signature(server, "sns", region)})
    assert status == 400
    assert "__type" in json.loads(text)


def test_what_a_service_does_not_have_is_refused(server: Server) -> None:
    asked = {"Authorization": signature(server, "lambda")}
    status, text = ask(server, "GET", "/2015-03-31/nothing/here", asked)
    assert status == 501
    assert "lambda GET /2015-03-31/nothing/here is not simulated offline" in text


def test_a_client_of_the_cbor_protocol_can_read_its_refusal(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    path = "/service/GraniteServiceVersion20100801/operation/ListManagedInsightRules"
    headers = {"smithy-protocol": "rpc-v2-cbor", "Authorization": signature(server, "monitoring")}
    connection.request("POST", path, b"\xa0", headers)
    answer = connection.getresponse()
    parts = {"status_code": answer.status, "headers": dict(answer.headers), "body": answer.read()}
    connection.close()
    error = RpcV2CBORParser().parse(parts, None)["Error"]
    assert error["Code"] == "NotSimulatedOffline"
    assert "is not simulated offline" in error["Message"]


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("dynamodb", "list_tables", {}),
        ("dynamodbstreams", "list_streams", {}),
        ("ses", "list_identities", {}),
        ("sesv2", "list_email_identities", {}),
        ("elb", "describe_load_balancers", {}),
        ("elbv2", "describe_load_balancers", {}),
        ("apigateway", "get_rest_apis", {}),
        ("apigatewayv2", "get_apis", {}),
        ("rds", "describe_db_instances", {}),
        ("opensearch", "list_domain_names", {}),
        ("es", "list_domain_names", {}),
        ("iot", "list_things", {}),
        ("servicediscovery", "list_namespaces", {}),
        ("stepfunctions", "list_state_machines", {}),
        ("cognito-idp", "list_user_pools", {"MaxResults": 5}),
        ("sagemaker", "list_models", {}),
        ("resource-groups", "list_groups", {}),
        ("iam", "list_roles", {}),
        ("cloudfront", "list_distributions", {}),
        ("bedrock", "list_custom_models", {}),
        ("lexv2-models", "list_bots", {}),
        ("route53", "list_hosted_zones", {}),
        ("ecr", "describe_repositories", {}),
        ("logs", "describe_log_groups", {}),
        ("codebuild", "list_projects", {}),
        ("codepipeline", "list_pipelines", {}),
        ("cloudwatch", "describe_alarms", {}),
        ("events", "list_rules", {}),
        ("ssm", "describe_parameters", {}),
        ("appconfig", "list_applications", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_answer_is_that_of_this_process(
    service: str, operation: str, parameters: dict[str, int], server: Server
) -> None:
    code = f"""
import boto3
try:
    answer = boto3.client({service!r}).{operation}(**{parameters!r})
    answer.pop("ResponseMetadata")
    print(answer)
except Exception as error:
    print(error)
"""
    try:
        answer = getattr(boto3.client(service), operation)(**parameters)
        del answer["ResponseMetadata"]
        here = str(answer)
    except ClientError as error:
        here = str(error)
    assert python(server, code) == f"{here}\n"


def test_every_service_that_boto3_knows_can_be_found() -> None:
    found = {service.name: service for service in _services()}
    assert set(found) == set(boto3.Session().get_available_services())
    with OfflineAWS():
        for name in ("s3", "cloudwatch", "stepfunctions", "elbv2", "codedeploy", "apprunner"):
            model = boto3.client(name).meta.service_model
            assert found[name].signing_name == model.signing_name
            assert found[name].version == model.api_version
            assert found[name].target_prefix == model.metadata.get("targetPrefix", "")
