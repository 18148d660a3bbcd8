"""CloudFormation actions: each mode, against the stacks of the account."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from botocore.exceptions import ClientError

TEMPLATE = {
    "Parameters": {
        "Stage": {"Type": "String", "Default": "test"},
        "Artifact": {"Type": "String", "Default": "none"},
        "Note": {"Type": "String", "Default": "none"},
    },
    "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}},
    "Outputs": {
        "StageOf": {"Value": {"Ref": "Stage"}},
        "ArtifactOf": {"Value": {"Ref": "Artifact"}},
        "NoteOf": {"Value": {"Ref": "Note"}},
    },
}


@pytest.fixture
def stacks(shop: Any) -> Any:
    shop.commit(
        stack__json=json.dumps(TEMPLATE),
        production__json=json.dumps(
            {"Parameters": {"Stage": "production", "Note": "file"}, "Tags": {"team": "orders"}}
        ),
        notes__json=json.dumps({"release": "seven"}),
    )
    return boto3.client("cloudformation")


def outputs(stack: dict[str, Any]) -> dict[str, str]:
    return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}


def test_a_stack_is_created_with_what_the_action_gives_it(shop: Any, act: Any, stacks: Any) -> None:
    overrides = {
        "Artifact": {"Fn::GetArtifactAtt": ["Code", "ObjectKey"]},
        "Note": {"Fn::GetParam": ["Code", "notes.json", "release"]},
    }
    deploy = act(
        "Deploy",
        "CloudFormation",
        outputs="Outputs",
        ActionMode="CREATE_UPDATE",
        StackName="shop",
        TemplatePath="Code::stack.json",
        TemplateConfiguration="Code::production.json",
        ParameterOverrides=json.dumps(overrides),
        Capabilities="CAPABILITY_IAM,CAPABILITY_AUTO_EXPAND",
        RoleArn="arn:aws:iam::123456789012:role/stack",
        OutputFileName="outputs.json",
    )
    shop.pipeline(deploy)

    stack = stacks.describe_stacks(StackName="shop")["Stacks"][0]
    key = shop.action("Source")["output"]["outputArtifacts"][0]["s3location"]["key"]
    expected = {"StageOf": "production", "ArtifactOf": key, "NoteOf": "seven"}
    assert outputs(stack) == expected
    assert stack["Tags"] == [{"Key": "team", "Value": "orders"}]
    assert stack["RoleARN"] == "arn:aws:iam::123456789012:role/stack"
    assert shop.variables("Deploy") == expected
    assert json.loads(shop.artifact("Deploy", "Outputs")["outputs.json"]) == expected
    identifier = stack["StackId"]
    assert shop.result("Deploy")["externalExecutionId"] == identifier
    assert shop.result("Deploy")["externalExecutionUrl"] == (
        "https://console.aws.amazon.com/cloudformation/home?region=us-east-1#/stack/detail"
        f"?stackId={quote(identifier, safe='')}"
    )


def make_stack(stacks: Any, template: dict[str, Any] = TEMPLATE) -> None:
    """Make the stack shop and wait for it."""
    stacks.create_stack(StackName="shop", TemplateBody=json.dumps(template))
    stacks.get_waiter("stack_create_complete").wait(StackName="shop")


def test_a_stack_that_exists_is_updated(shop: Any, act: Any, stacks: Any) -> None:
    make_stack(stacks)
    deploy = act(
        "Deploy",
        "CloudFormation",
        ActionMode="CREATE_UPDATE",
        StackName="shop",
        TemplatePath="Code::stack.json",
        ParameterOverrides='{"Stage": "#{Source.BranchName}"}',
    )
    shop.pipeline(deploy)
    stack = stacks.describe_stacks(StackName="shop")["Stacks"][0]
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert outputs(stack)["StageOf"] == "main"


def test_a_change_set_is_made_anew_and_then_executed(shop: Any, act: Any, stacks: Any) -> None:
    names = {"StackName": "shop", "ChangeSetName": "release"}
    prepare = act(
        "Deploy",
        "CloudFormation",
        name="Prepare",
        namespace="Prepared",
        ActionMode="CHANGE_SET_REPLACE",
        TemplatePath="Code::stack.json",
        **names,
    )
    execute = act("Deploy", "CloudFormation", inputs="", ActionMode="CHANGE_SET_EXECUTE", **names)
    shop.pipeline(prepare, execute)

    assert shop.result("Prepare")["externalExecutionSummary"] == "Change set release was created."
    assert ":changeSet/release/" in shop.result("Prepare")["externalExecutionId"]
    stack = stacks.describe_stacks(StackName="shop")["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE"

    before = shop.result("Prepare")["externalExecutionId"]
    shop.again()
    assert shop.status() == "Succeeded"
    assert shop.result("Prepare")["externalExecutionId"] != before


def test_a_stack_is_deleted_and_one_that_is_not_there_is_no_failure(
    shop: Any, act: Any, stacks: Any
) -> None:
    make_stack(stacks)
    delete = act("Deploy", "CloudFormation", inputs="", ActionMode="DELETE_ONLY", StackName="shop")
    shop.pipeline(delete)
    assert shop.status() == "Succeeded"
    with pytest.raises(ClientError, match="does not exist"):
        stacks.describe_stacks(StackName="shop")
    shop.again()
    assert shop.status() == "Succeeded"


def test_replace_on_failure_creates_and_updates(shop: Any, act: Any, stacks: Any) -> None:
    deploy = act(
        "Deploy",
        "CloudFormation",
        ActionMode="REPLACE_ON_FAILURE",
        StackName="shop",
        TemplatePath="Code::stack.json",
    )
    shop.pipeline(deploy)
    first = stacks.describe_stacks(StackName="shop")["Stacks"][0]
    shop.again()
    assert shop.status() == "Succeeded"  # with nothing to do
    changed = {**TEMPLATE, "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    shop.commit("Change", stack__json=json.dumps(changed))
    shop.again()
    second = stacks.describe_stacks(StackName="shop")["Stacks"][0]
    assert (first["StackStatus"], second["StackStatus"]) == ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    assert first["StackId"] == second["StackId"]


FAILING = {
    **TEMPLATE,
    "Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "No"}}},
}


def test_a_stack_that_fails_fails_the_action_with_its_reason(
    shop: Any, act: Any, stacks: Any
) -> None:
    shop.commit("Break the template", stack__json=json.dumps(FAILING))
    names = {"ActionMode": "CREATE_UPDATE", "StackName": "shop"}
    shop.pipeline(act("Deploy", "CloudFormation", TemplatePath="Code::stack.json", **names))
    code, message = shop.error("Deploy")
    assert code == "JobFailed"
    assert message.startswith("Bucket: Properties validation failed for resource Bucket")
    stack = stacks.describe_stacks(StackName="shop")["Stacks"][0]
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"


def test_replace_on_failure_replaces_a_stack_that_was_rolled_back(
    shop: Any, act: Any, stacks: Any
) -> None:
    stacks.create_stack(StackName="shop", TemplateBody=json.dumps(FAILING))
    shop.clock.advance(minutes=5)
    before = stacks.describe_stacks(StackName="shop")["Stacks"][0]
    names = {"ActionMode": "REPLACE_ON_FAILURE", "StackName": "shop"}
    shop.pipeline(act("Deploy", "CloudFormation", TemplatePath="Code::stack.json", **names))
    after = stacks.describe_stacks(StackName="shop")["Stacks"][0]
    assert (before["StackStatus"], after["StackStatus"]) == ("ROLLBACK_COMPLETE", "CREATE_COMPLETE")
    assert before["StackId"] != after["StackId"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"TemplatePath": "Code::none.yml"},
            "File [none.yml] does not exist in artifact [Code]",
        ),
        ({"TemplatePath": "Other::stack.json"}, "The action's input artifacts: Code."),
        ({"TemplatePath": "stack.json"}, "as in Artifact::file"),
        ({}, "TemplatePath is required for this ActionMode."),
        (
            {"TemplatePath": "Code::stack.json", "TemplateConfiguration": "Code::stack.jsn"},
            "File [stack.jsn] does not exist in artifact [Code]",
        ),
        (
            {"TemplatePath": "Code::stack.json", "ParameterOverrides": "{'Stage': 1}"},
            "ParameterOverrides is not JSON",
        ),
        (
            {"TemplatePath": "Code::stack.json", "ParameterOverrides": '{"Stage": 1}'},
            "ParameterOverrides: Stage must be a string",
        ),
        (
            {
                "TemplatePath": "Code::stack.json",
                "ParameterOverrides": '{"Stage": {"Fn::GetArtifactAtt": ["Code", "Size"]}}',
            },
            "Fn::GetArtifactAtt has no attribute Size. There are: BucketName, ObjectKey, URL.",
        ),
        (
            {
                "TemplatePath": "Code::stack.json",
                "ParameterOverrides": (
                    '{"Stage": {"Fn::GetParam": ["Code", "notes.json", "stage"]}}'
                ),
            },
            "Code::notes.json has no key stage.",
        ),
    ],
)
def test_a_mistake_in_the_configuration_is_named(
    settings: dict[str, str], message: str, shop: Any, act: Any, stacks: Any
) -> None:
    names = {"ActionMode": "CREATE_UPDATE", "StackName": "shop"}
    shop.pipeline(act("Deploy", "CloudFormation", **names, **settings))
    code, found = shop.error("Deploy")
    assert code == "ConfigurationError"
    assert message in found


def test_a_change_set_that_is_not_there_cannot_be_executed(
    shop: Any, act: Any, stacks: Any
) -> None:
    make_stack(stacks)
    names = {"StackName": "shop", "ChangeSetName": "release"}
    shop.pipeline(
        act("Deploy", "CloudFormation", inputs="", ActionMode="CHANGE_SET_EXECUTE", **names)
    )
    assert shop.error("Deploy") == ("JobFailed", "ChangeSet [release] does not exist")


def test_what_cloudformation_refuses_is_quoted(shop: Any, act: Any, stacks: Any) -> None:
    shop.commit("Break the template", stack__json=json.dumps({"Resources": {"Q": {}}}))
    names = {"ActionMode": "CREATE_UPDATE", "StackName": "shop"}
    shop.pipeline(act("Deploy", "CloudFormation", TemplatePath="Code::stack.json", **names))
    code, message = shop.error("Deploy")
    assert code == "JobFailed"
    assert "(Service: AmazonCloudFormation; Status Code: " in message


def test_a_template_above_the_limit_of_a_text_goes_by_s3(shop: Any, act: Any, stacks: Any) -> None:
    long = {**TEMPLATE, "Metadata": {f"Note{i}": "x" * 1000 for i in range(60)}}
    shop.commit("Say more", stack__json=json.dumps(long))
    names = {"ActionMode": "CREATE_UPDATE", "StackName": "shop"}
    shop.pipeline(act("Deploy", "CloudFormation", TemplatePath="Code::stack.json", **names))
    assert shop.variables("Deploy")["StageOf"] == "test"
