"""The real AWS CLI, in a process of its own, on the http server."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from terminal import aws_cli

from offline_aws import OfflineAWS
from offline_aws.server import Server

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEMPLATE = """
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties: {TopicName: releases}
"""


@pytest.fixture
def server() -> Iterator[Server]:
    with OfflineAWS(now=MONDAY) as aws:
        yield aws.server()


def answer(server: Server, *arguments: str) -> dict[str, Any]:
    done = aws_cli(server, *arguments, "--output", "json")
    assert (done.returncode, done.stderr.strip()) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout or "{}")
    return found


def test_a_large_file_goes_to_s3_and_comes_back(server: Server, tmp_path: Path) -> None:
    sent, back = tmp_path / "sent", tmp_path / "back"
    sent.write_bytes(random.Random(5).randbytes(20_000_000))
    key = "s3://releases/a b/ü+%2F&?.bin"
    assert "make_bucket: releases" in aws_cli(server, "s3", "mb", "s3://releases").stdout
    assert aws_cli(server, "s3", "cp", "--no-progress", sent, key).returncode == 0
    listed = aws_cli(server, "s3", "ls", "--recursive", "s3://releases").stdout
    assert listed.split(maxsplit=3) == ["2026-01-05", "09:00:00", "20000000", "a b/ü+%2F&?.bin\n"]
    assert aws_cli(server, "s3", "cp", "--no-progress", key, back).returncode == 0
    assert back.read_bytes() == sent.read_bytes()
    head = boto3.client("s3").head_object(Bucket="releases", Key="a b/ü+%2F&?.bin")
    assert (head["ContentLength"], head["LastModified"]) == (20_000_000, MONDAY)


def test_sync_and_remove(server: Server, tmp_path: Path) -> None:
    for name in ("index.html", "empty.txt", "img/logo.png"):
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode() if name != "empty.txt" else b"")
    boto3.client("s3").create_bucket(Bucket="site")
    assert aws_cli(server, "s3", "sync", tmp_path / "site", "s3://site").returncode == 0
    listed = boto3.client("s3").list_objects_v2(Bucket="site")["Contents"]
    assert {item["Key"]: item["Size"] for item in listed} == {
        "index.html": 10,
        "empty.txt": 0,
        "img/logo.png": 12,
    }
    assert aws_cli(server, "s3", "rb", "--force", "s3://site").returncode == 0
    assert boto3.client("s3").list_buckets()["Buckets"] == []


def test_a_presigned_address_needs_no_credentials(server: Server, tmp_path: Path) -> None:
    import urllib.request

    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="releases")
    s3.put_object(Bucket="releases", Key="notes", Body=b"1.2.3")
    url = aws_cli(server, "s3", "presign", "s3://releases/notes").stdout.strip()
    assert url.startswith(server.url)
    with urllib.request.urlopen(url, timeout=10) as response:
        assert response.read() == b"1.2.3"


def test_who_am_i(server: Server) -> None:
    assert answer(server, "sts", "get-caller-identity")["Account"] == "123456789012"


def test_messages(server: Server) -> None:
    # Version 1 of the CLI does not look at AWS_ENDPOINT_URL for sqs.
    there = ("--endpoint-url", server.url)
    url = str(answer(server, "sqs", "create-queue", "--queue-name", "orders", *there)["QueueUrl"])
    answer(server, "sqs", "send-message", "--queue-url", url, "--message-body", "paid", *there)
    (message,) = boto3.client("sqs").receive_message(QueueUrl=url)["Messages"]
    assert message["Body"] == "paid"


def test_a_topic(server: Server) -> None:
    answer(server, "sns", "create-topic", "--name", "releases")  # in the query protocol
    (topic,) = boto3.client("sns").list_topics()["Topics"]
    assert topic["TopicArn"] == "arn:aws:sns:us-east-1:123456789012:releases"


def code_in_this_process(template: str) -> str:
    try:
        boto3.client("cloudformation").create_stack(StackName="here", TemplateBody=template)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def test_a_stack_is_made_or_refused_as_it_is_in_this_process(
    server: Server, tmp_path: Path
) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE)
    done = aws_cli(
        server,
        *("cloudformation", "create-stack", "--stack-name", "shop"),
        *("--template-body", template.as_uri()),
    )
    code = code_in_this_process(TEMPLATE.replace("releases", "here"))
    assert done.returncode == (255 if code else 0), done.stderr
    assert code in done.stderr
    assert code or "stack/shop/" in done.stdout


def test_a_table(server: Server) -> None:
    answer(
        server,
        *("dynamodb", "create-table", "--table-name", "orders"),
        *("--attribute-definitions", "AttributeName=id,AttributeType=S"),
        *("--key-schema", "AttributeName=id,KeyType=HASH", "--billing-mode", "PAY_PER_REQUEST"),
    )
    answer(server, "dynamodb", "wait", "table-exists", "--table-name", "orders")
    item = '{"id": {"S": "42"}, "paid": {"BOOL": true}}'
    answer(server, "dynamodb", "put-item", "--table-name", "orders", "--item", item)
    found = boto3.client("dynamodb").get_item(TableName="orders", Key={"id": {"S": "42"}})
    assert found["Item"] == json.loads(item)
    assert answer(server, "dynamodbstreams", "list-streams") == {"Streams": []}


REFUSED = [
    ("ssm", "list-nodes", "ssm ListNodes"),  # json
    ("proton", "list-services", "proton ListServices"),  # not in moto
    ("autoscaling", "describe-account-limits", "auto-scaling DescribeAccountLimits"),  # query
    ("route53", "list-cidr-collections", "route-53 ListCidrCollections"),  # rest-xml
    ("lambda", "list-code-signing-configs", "lambda ListCodeSigningConfigs"),  # rest-json
    ("ec2", "describe-ipam-byoasn", "ec2 DescribeIpamByoasn"),  # ec2
    ("datazone", "list-domains", "datazone ListDomains"),  # an address that ends in api.aws
]


@pytest.mark.parametrize(("service", "operation", "named"), REFUSED)
def test_what_nothing_simulates_is_refused_with_code_and_message(
    service: str, operation: str, named: str, server: Server
) -> None:
    done = aws_cli(server, service, operation)
    assert done.returncode == 255
    assert f"An error occurred (NotSimulatedOffline) when calling the {named.split()[1]}" in (
        done.stderr
    )
    assert f"{named} is not simulated offline" in done.stderr
    assert "reached max retries" not in done.stderr


def test_an_error_of_aws_is_the_error_that_the_cli_shows(server: Server) -> None:
    done = aws_cli(server, "codecommit", "get-repository", "--repository-name", "shop")
    assert done.returncode == 255
    assert "(RepositoryDoesNotExistException) when calling the GetRepository" in done.stderr
    assert "shop does not exist" in done.stderr


def test_a_region_of_one_s_own(server: Server) -> None:
    made = ("logs", "create-log-group", "--log-group-name", "shop", "--region", "eu-central-1")
    answer(server, *made)
    there, here = boto3.client("logs", "eu-central-1"), boto3.client("logs")
    assert [group["creationTime"] for group in there.describe_log_groups()["logGroups"]] == [
        MONDAY.timestamp() * 1000
    ]
    assert here.describe_log_groups()["logGroups"] == []


def test_a_pull_request_from_its_branch_to_its_merge(server: Server, tmp_path: Path) -> None:
    source = tmp_path / "app.py"
    source.write_text("print('shop')\n")
    shop = ("--repository-name", "shop")

    def call(operation: str, *arguments: str) -> dict[str, Any]:
        return answer(server, "codecommit", operation, *arguments)

    def put(branch: str, *more: str) -> str:
        content = ("--file-path", "app.py", "--file-content", source.as_uri())
        return str(call("put-file", *shop, "--branch-name", branch, *content, *more)["commitId"])

    call("create-repository", *shop)
    first = put("main")
    call("create-branch", *shop, "--branch-name", "greet", "--commit-id", first)
    source.write_text("print('Welcome to the shop')\n")
    second = put("greet", "--parent-commit-id", first, "--commit-message", "Greet")
    asked = ("--title", "Greet", "--targets", "repositoryName=shop,sourceReference=greet")
    request = call("create-pull-request", *asked)["pullRequest"]
    which = ("--pull-request-id", request["pullRequestId"])
    (change,) = call(
        *("get-differences", *shop),
        *("--before-commit-specifier", "main", "--after-commit-specifier", "greet"),
    )["differences"]
    assert (change["changeType"], change["afterBlob"]["path"]) == ("M", "app.py")
    where = ("--before-commit-id", first, "--after-commit-id", second)
    line = "filePath=app.py,filePosition=1,relativeFileVersion=AFTER"
    call(
        *("post-comment-for-pull-request", *which, *shop, *where),
        *("--location", line, "--content", "Nice"),
    )
    content = {
        "Version": "2018-11-08",
        "Statements": [{"Type": "Approvers", "NumberOfApprovalsNeeded": 1}],
    }
    rule = ("--approval-rule-name", "one", "--approval-rule-content", json.dumps(content))
    call("create-pull-request-approval-rule", *which, *rule)
    refused = aws_cli(server, "codecommit", "merge-pull-request-by-squash", *which, *shop)
    assert "PullRequestApprovalRulesNotSatisfiedException" in refused.stderr
    revision = ("--revision-id", request["revisionId"])
    call("override-pull-request-approval-rules", *which, *revision, "--override-status", "OVERRIDE")
    merged = call("merge-pull-request-by-squash", *which, *shop, "--commit-message", "Greet")
    (target,) = merged["pullRequest"]["pullRequestTargets"]
    assert merged["pullRequest"]["pullRequestStatus"] == "CLOSED"
    assert target["mergeMetadata"]["mergeOption"] == "SQUASH_MERGE"
    codecommit = boto3.client("codecommit")
    assert codecommit.get_branch(repositoryName="shop", branchName="main")["branch"] == {
        "branchName": "main",
        "commitId": target["mergeMetadata"]["mergeCommitId"],
    }
    found = codecommit.get_file(repositoryName="shop", filePath="app.py")
    assert found["fileContent"] == source.read_bytes()
