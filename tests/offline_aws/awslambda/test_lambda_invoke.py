"""Invoke: what a function is given, what comes back, and what is kept of it."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from lambda_lab import Lab, zipped

from offline_aws import OfflineAWS

ECHO = "def handler(event, context):\n    return event\n"


@pytest.mark.parametrize("event", [None, {"a": [1, "ü", None]}, [], "text", 0, False])
def test_the_event_goes_in_and_the_result_comes_back(lab: Lab, event: Any) -> None:
    answer = lab.run(ECHO, event)
    assert answer["StatusCode"] == answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert answer["Payload"] == ({} if event is None else event)
    assert answer["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in answer
    assert "LogResult" not in answer


def test_code_from_s3_with_a_package_and_a_handler_in_it(lab: Lab) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="code")
    files = {
        "shop/__init__.py": "",
        "shop/price.py": "def total(a): return sum(a)",
        "shop/api/app.py": "from shop import price\ndef run(e, c): return price.total(e)",
    }
    s3.put_object(Bucket="code", Key="shop.zip", Body=zipped(files))
    code = {"S3Bucket": "code", "S3Key": "shop.zip"}
    assert lab.run("", [1, 2], Code=code, Handler="shop/api/app.run")["Payload"] == 3


def test_the_context(lab: Lab) -> None:
    answer = lab.run(
        """
        def handler(event, c):
            return [c.function_name, c.function_version, c.invoked_function_arn,
                c.memory_limit_in_mb, c.log_group_name, c.log_stream_name, c.aws_request_id,
                c.get_remaining_time_in_millis(), c.identity.cognito_identity_id,
                c.client_context]
        """,
        Timeout=7,
        MemorySize=256,
    )
    name, version, arn, memory, group, stream, request, left, identity, client = answer["Payload"]
    assert (name, version, memory, left) == ("orders", "$LATEST", "256", 7000)
    assert arn == "arn:aws:lambda:us-east-1:123456789012:function:orders"
    assert group == "/aws/lambda/orders"
    assert stream.startswith("2026/01/05/[$LATEST]")
    assert len(request) == 36
    assert (identity, client) == (None, None)
    assert f"START RequestId: {request} Version: $LATEST\n" in lab.log()


def test_the_client_s_context(lab: Lab) -> None:
    given = base64.b64encode(json.dumps({"custom": {"team": "web"}}).encode()).decode()
    lab.create("def handler(e, c): return c.client_context and c.client_context.custom")
    assert lab.invoke(ClientContext=given)["Payload"] == {"team": "web"}
    for wrong in ("?", "W10=", ""):
        assert lab.invoke(ClientContext=wrong)["Payload"] is None


def test_environment_variables_are_the_function_s_for_the_call(lab: Lab) -> None:
    before = dict(os.environ)
    answer = lab.run(
        """
        import os
        def handler(event, context):
            os.environ["LEFT_BEHIND"] = "x"
            return {k: os.environ.get(k) for k in
                ("STAGE", "AWS_LAMBDA_FUNCTION_NAME", "AWS_REGION", "_HANDLER")}
        """,
        Environment={"Variables": {"STAGE": "test"}},
    )
    assert answer["Payload"] == {
        "STAGE": "test",
        "AWS_LAMBDA_FUNCTION_NAME": "orders",
        "AWS_REGION": "us-east-1",
        "_HANDLER": "app.handler",
    }
    assert dict(os.environ) == before


def test_boto3_in_a_handler_reaches_the_same_aws_at_the_same_time(lab: Lab) -> None:
    boto3.client("s3").create_bucket(Bucket="shop")
    answer = lab.run(
        """
        import boto3, time
        def handler(event, context):
            boto3.client("s3").put_object(Bucket="shop", Key="a", Body=b"by the function")
            return time.time()
        """
    )
    body = boto3.client("s3").get_object(Bucket="shop", Key="a")["Body"].read()
    assert body == b"by the function"
    assert answer["Payload"] == lab.clock.now().timestamp()


def test_modules_are_imported_anew_and_leave_nothing_behind(lab: Lab) -> None:
    sys.modules["helper"] = marker = type(sys)("helper")
    try:
        lab.create(
            """
            import helper
            def handler(event, context):
                helper.calls.append(1)
                return len(helper.calls)
            """,
            {"helper.py": "calls = []", "json.py": "raise ValueError", "boto3.py": "x = 1"},
        )
        path = list(sys.path)
        assert [lab.invoke()["Payload"] for _ in range(2)] == [1, 1]
        assert sys.modules["helper"] is marker
        assert "app" not in sys.modules
        assert sys.path == path
    finally:
        del sys.modules["helper"]


def test_what_is_written_goes_to_the_log(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    lab.create(
        """
        import logging, sys
        logging.getLogger().setLevel(logging.INFO)
        def handler(event, context):
            print("one\\n\\ntwo")
            logging.info("three")
            logging.debug("not this")
            print("four", file=sys.stderr)
            context.log("five")
        """
    )
    answer = lab.invoke(LogType="Tail")
    start, *lines, end, report = lab.log()
    request = start.split()[2]
    assert lines == [
        *("one\n", " ", "two\n"),
        f"[INFO]\t2026-01-05T09:00:00.000Z\t{request}\tthree\n",
        *("four\n", "five"),
    ]
    assert end == f"END RequestId: {request}\n"
    assert report.startswith(f"REPORT RequestId: {request}\tDuration: 1.00 ms\tBilled Duration: 1")
    assert base64.b64decode(answer["LogResult"]).decode().endswith(f"five{end}{report}")
    assert capsys.readouterr().out == ""
    (stream,) = lab.logs.describe_log_streams(logGroupName="/aws/lambda/orders")["logStreams"]
    assert stream["logStreamName"].startswith("2026/01/05/[$LATEST]")


def test_versions_and_aliases_run_their_own_code(lab: Lab) -> None:
    lab.create("def handler(e, c): return ['old', c.function_version]", Publish=True)
    lab.client.create_alias(FunctionName="orders", Name="live", FunctionVersion="1")
    new = zipped({"app.py": "def handler(e, c): return ['new', c.invoked_function_arn]"})
    lab.client.update_function_code(FunctionName="orders", ZipFile=new)
    arn = "arn:aws:lambda:us-east-1:123456789012:function:orders"
    for name in ("orders", arn, "123456789012:function:orders", "function:orders"):
        assert lab.invoke(FunctionName=name)["Payload"] == ["new", arn]
    for name in ("orders:live", f"{arn}:live", "orders:1"):
        assert lab.invoke(FunctionName=name)["Payload"] == ["old", "1"]
    assert lab.invoke(Qualifier="live")["ExecutedVersion"] == "1"
    assert lab.invoke(Qualifier="$LATEST")["Payload"] == ["new", f"{arn}:$LATEST"]


def test_an_alias_of_two_versions_runs_each_by_its_weight(lab: Lab) -> None:
    lab.create("def handler(e, c): return 'old'", Publish=True)
    new = zipped({"app.py": "def handler(e, c): return 'new'"})
    lab.client.update_function_code(FunctionName="orders", ZipFile=new, Publish=True)
    lab.client.create_alias(
        FunctionName="orders",
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.25}},
    )
    answers = [lab.invoke(Qualifier="live") for _ in range(100)]
    told = [(each["ExecutedVersion"], each["Payload"]) for each in answers]
    assert set(told) == {("1", "old"), ("2", "new")}
    assert 15 <= told.count(("2", "new")) <= 35


def test_a_dry_run_runs_nothing(lab: Lab) -> None:
    lab.create("raise ValueError")
    assert lab.invoke(InvocationType="DryRun")["StatusCode"] == 204
    assert lab.logs.describe_log_groups()["logGroups"] == []


def test_an_event_runs_when_time_moves(lab: Lab) -> None:
    lab.create("def handler(event, context): print(event['n'])")
    answer = lab.invoke({"n": 42}, InvocationType="Event")
    assert (answer["StatusCode"], answer["Payload"]) == (202, None)
    assert lab.logs.describe_log_groups()["logGroups"] == []
    lab.clock.advance(seconds=1)
    assert "42\n" in lab.log()
    lab.clock.advance(hours=1)
    assert lab.log().count("42\n") == 1


def test_an_event_that_fails_is_tried_twice_more(lab: Lab) -> None:
    lab.create("def handler(event, context): raise ValueError('no')")
    lab.invoke({}, InvocationType="Event")
    tries = []
    for _ in range(6):
        lab.clock.advance(minutes=1)
        tries.append(sum(line.startswith("START") for line in lab.log()))
    assert tries == [1, 2, 2, 3, 3, 3]


def test_an_event_for_a_function_that_has_gone_is_dropped(lab: Lab) -> None:
    lab.create(ECHO)
    lab.invoke({}, InvocationType="Event")
    lab.client.delete_function(FunctionName="orders")
    lab.clock.advance(hours=1)
    assert lab.logs.describe_log_groups()["logGroups"] == []


def test_the_cli_invokes_over_http(lab: Lab, aws: OfflineAWS, tmp_path: Path) -> None:
    lab.create("def handler(event, context): raise ValueError(event['n'])")
    command = ["lambda", "invoke", "--function-name", "orders", "--payload", '{"n": 7}', "out.json"]
    done = subprocess.run(
        [sys.executable, "-m", "awscli", *command],
        env={"PATH": os.environ["PATH"], **aws.server().environment},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    shown = {"StatusCode": 200, "FunctionError": "Unhandled", "ExecutedVersion": "$LATEST"}
    assert json.loads(done.stdout) == shown
    assert json.loads((tmp_path / "out.json").read_text())["errorMessage"] == "7"


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"Runtime": "nodejs22.x"}, "the runtime nodejs22.x"),
        (
            {"Code": {"ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1"}},
            "a container image",
        ),
    ],
)
def test_what_is_absent_is_refused_by_name(lab: Lab, settings: dict[str, Any], named: str) -> None:
    if "Code" in settings:
        boto3.client("ecr").create_repository(repositoryName="app")
        settings = {**settings, "PackageType": "Image"}
    lab.create(ECHO, **settings)
    with pytest.raises(ClientError, match=f"{named} is not simulated offline"):
        lab.invoke()


def test_layers_and_the_old_operation_are_refused(lab: Lab) -> None:
    layer = lab.client.publish_layer_version(LayerName="l", Content={"ZipFile": zipped({})})
    lab.create(ECHO, Layers=[layer["LayerVersionArn"]])
    with pytest.raises(ClientError, match="layers is not simulated offline"):
        lab.invoke()
    with pytest.raises(ClientError, match="use Invoke"):
        lab.client.invoke_async(FunctionName="orders", InvokeArgs=b"{}")


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ({"FunctionName": "none"}, "ResourceNotFoundException"),
        ({"Qualifier": "none"}, "ResourceNotFoundException"),
        ({"FunctionName": "orders:a", "Qualifier": "b"}, "InvalidParameterValueException"),
        ({"FunctionName": "no/name"}, "InvalidParameterValueException"),
        ({"InvocationType": "Later"}, "InvalidParameterValueException"),
        ({"Payload": b"{"}, "InvalidRequestContentException"),
        ({"Payload": b'"' + b"x" * 6_291_456 + b'"'}, "RequestTooLargeException"),
    ],
)
def test_what_is_wrong_with_the_call(lab: Lab, call: dict[str, Any], code: str) -> None:
    lab.create(ECHO)
    with pytest.raises(ClientError) as refusal:
        lab.client.invoke(**{"FunctionName": "orders", **call})
    assert refusal.value.response["Error"]["Code"] == code


def test_a_function_without_concurrency_is_throttled(lab: Lab) -> None:
    lab.create(ECHO)
    lab.client.put_function_concurrency(FunctionName="orders", ReservedConcurrentExecutions=0)
    with pytest.raises(lab.client.exceptions.TooManyRequestsException, match="Rate Exceeded"):
        lab.invoke()
