"""What CloudFormation refuses before anything is made, in its words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from stack_lab import NOTHING, Shape, StackLab, aws_client, refusal, text

QUEUE: Shape = {"Type": "AWS::SQS::Queue"}


def resources(**given: Any) -> Shape:
    return {"Resources": given}


SENTENCES: list[tuple[Shape | str, str]] = [
    ("just words", "Template format error: unsupported structure."),
    ("{", "Template format error: JSON not well-formed. (line 1, column 2)"),
    ('{\n "Resources": {,}}', "Template format error: JSON not well-formed. (line 2, column 16)"),
    ("a: b: c", "Template format error: YAML not well-formed. (line 1, column 5)"),
    (
        "a: &x 1\nb: *x",
        "Template error: YAML aliases are not allowed in CloudFormation templates",
    ),
    ({}, "Template format error: At least one Resources member must be defined."),
    (
        {**resources(Q=QUEUE), "Resurces": {}},
        "Invalid template property or properties [Resurces]",
    ),
    (
        resources(Q={"Properties": {}}),
        "Template format error: [/Resources/Q] Every Resources object must contain a Type member.",
    ),
    (resources(**{"a-b": QUEUE}), "Template format error: Resource name a-b is non alphanumeric."),
    (resources(Q={**QUEUE, "Depends": "R"}), "Invalid template resource property 'Depends'"),
    (
        resources(Q={"Type": "AWS::SQS::Que"}, N={"Type": "Foo"}),
        "Template format error: Unrecognized resource types: [AWS::SQS::Que, Foo]",
    ),
    (
        resources(Q={**QUEUE, "Properties": {"QueueName": {"Ref": "Nmae"}}}),
        "Template format error: Unresolved resource dependencies [Nmae] in the Resources block of "
        "the template",
    ),
    (
        resources(Q={**QUEUE, "DependsOn": "R"}),
        "Template format error: Unresolved resource dependencies [R] in the Resources block of the "
        "template",
    ),
    (
        {**resources(Q=QUEUE), "Outputs": {"O": {"Value": {"Fn::Sub": "${R}"}}}},
        "Template format error: Unresolved resource dependencies [R] in the Outputs block of the "
        "template",
    ),
    (
        resources(Q={**QUEUE, "Properties": {"QueueName": {"Fn::GetAtt": ["R"]}}}),
        "Template format error: Unresolved resource dependencies [R] in the Resources block of the "
        "template",
    ),
    (
        {**resources(Q=QUEUE), "Outputs": {"O": {"Value": {"Fn::GetAtt": ["Q", "Colour"]}}}},
        "Template error: resource Q does not support attribute type Colour in Fn::GetAtt",
    ),
    (
        resources(A={**QUEUE, "DependsOn": "B"}, B={**QUEUE, "DependsOn": "A"}, C=QUEUE),
        "Circular dependency between resources: [A, B]",
    ),
    (
        {**resources(Q=QUEUE), "Parameters": {"P": {}}},
        "Template format error: Every Parameters object must contain a Type member.",
    ),
    (
        {**resources(Q=QUEUE), "Parameters": {"P": {"Type": "Text"}}},
        "Template format error: Unrecognized parameter type: Text",
    ),
    (
        resources(Q={**QUEUE, "Condition": "IsLive"}),
        "Template format error: Unresolved condition dependency IsLive in the Resources block of "
        "the template",
    ),
    (
        {
            **resources(Q=QUEUE),
            "Conditions": {"IsLive": {"Fn::Equals": [{"Ref": "Q"}, "a"]}},
        },
        "Template format error: Unresolved dependencies [Q]. Cannot reference resources in the "
        "Conditions block of the template",
    ),
    (
        {**resources(Q=QUEUE), "Outputs": {"O": {}}},
        "Template format error: Every Outputs member must contain a Value object",
    ),
    (
        resources(Q={**QUEUE, "Properties": {"QueueName": None}}),
        "Template format error: [/Resources/Q/Properties/QueueName] 'null' values are not allowed "
        "in templates",
    ),
    (
        resources(Q={**QUEUE, "DeletionPolicy": "Keep"}),
        "Template format error: Unrecognized DeletionPolicy Keep for resource Q",
    ),
    (
        resources(Q={**QUEUE, "DeletionPolicy": "Snapshot"}),
        "Template error: resource type AWS::SQS::Queue does not support deletion policy Snapshot",
    ),
]


@pytest.mark.parametrize(("template", "sentence"), SENTENCES, ids=lambda each: str(each)[:45])
def test_a_template_is_refused_in_the_words_of_aws(
    shared: StackLab, template: Shape | str, sentence: str
) -> None:
    body = text(template)
    for call, more in (
        (shared.client.validate_template, {}),
        (shared.client.create_stack, {"StackName": "shop"}),
        (
            shared.client.create_change_set,
            {"StackName": "shop", "ChangeSetName": "one", "ChangeSetType": "CREATE"},
        ),
    ):
        assert refusal(call, TemplateBody=body, **more) == ("ValidationError", sentence)
    assert shared.client.list_stacks()["StackSummaries"] == []


PARAMETER = {"Resources": NOTHING, "Parameters": {"P": {"Type": "String"}}}


def declared(**more: Any) -> Shape:
    return {"Resources": NOTHING, "Parameters": {"P": {"Type": "String", **more}}}


PARAMETERS: list[tuple[Shape, dict[str, str], str]] = [
    (declared(), {}, "Parameters: [P] must have values"),
    (declared(Default="a"), {"Q": "b"}, "Parameters: [Q] do not exist in the template"),
    (
        declared(AllowedValues=["a", "b"]),
        {"P": "c"},
        "Parameter 'P' must be one of AllowedValues [a, b]",
    ),
    (
        declared(AllowedPattern="[a-z]+"),
        {"P": "A1"},
        "Parameter 'P' must match pattern [a-z]+",
    ),
    (
        declared(AllowedPattern="[a-z]+", ConstraintDescription="lower case letters"),
        {"P": "A1"},
        "Parameter P failed to satisfy constraint: lower case letters",
    ),
    (declared(MinLength=3), {"P": "ab"}, "Parameter 'P' must contain at least 3 characters"),
    (declared(MaxLength="1"), {"P": "ab"}, "Parameter 'P' must contain at most 1 characters"),
    (declared(Type="Number"), {"P": "many"}, "Parameter 'P' must be a number."),
    (
        declared(Type="Number", MinValue=2),
        {"P": "1"},
        "Parameter 'P' must be a number not less than 2",
    ),
    (
        declared(Type="Number", MaxValue=2),
        {"P": "2.5"},
        "Parameter 'P' must be a number not greater than 2",
    ),
    (
        declared(Type="AWS::SSM::Parameter::Value<String>"),
        {"P": "/none"},
        "Unable to fetch parameters [/none] from parameter store for this account.",
    ),
    (
        declared(Type="AWS::EC2::VPC::Id"),
        {"P": "vpc-none"},
        "Parameter validation failed: parameter value vpc-none for parameter name P does not exist",
    ),
]


@pytest.mark.parametrize(("template", "given", "sentence"), PARAMETERS)
def test_parameters_are_refused_in_the_words_of_aws(
    shared: StackLab, template: Shape, given: dict[str, str], sentence: str
) -> None:
    values = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
    refused = refusal(shared.begin, template=template, Parameters=values)
    assert refused == ("ValidationError", sentence)


ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
}
NAMED = {**ROLE, "Properties": {**ROLE["Properties"], "RoleName": "shop"}}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("role", "allowed", "missing"),
    [
        (ROLE, [], "CAPABILITY_IAM"),
        (NAMED, ["CAPABILITY_IAM"], "CAPABILITY_NAMED_IAM"),
    ],
)
def test_iam_has_to_be_allowed(
    shared: StackLab, role: Shape, allowed: list[str], missing: str
) -> None:
    refused = refusal(shared.begin, template=resources(Role=role), Capabilities=allowed)
    assert refused == ("InsufficientCapabilitiesException", f"Requires capabilities : [{missing}]")
    described = shared.client.validate_template(TemplateBody=text(resources(Role=role)))
    assert described["CapabilitiesReason"] == (
        "The following resource(s) require capabilities: [AWS::IAM::Role]"
    )


def test_what_aws_has_and_offline_has_not_is_refused_by_name(shared: StackLab) -> None:
    code, message = refusal(
        shared.begin, template=resources(Q=QUEUE, Car={"Type": "AWS::GameLift::Fleet"})
    )
    assert code == "NotSimulatedOffline"
    assert "AWS::GameLift::Fleet" in message
    assert "AWS::SQS::Queue" in message
    assert aws_client("sqs").list_queues().get("QueueUrls", []) == []


@pytest.mark.parametrize("name", ["shop_1", "1shop", "s" * 129])
def test_a_name_that_no_stack_can_have(shared: StackLab, name: str) -> None:
    code, message = refusal(shared.begin, template={"Resources": NOTHING}, name=name)
    assert code == "ValidationError"
    assert message.startswith(f"1 validation error detected: Value '{name}' at 'stackName'")


def test_no_template_and_a_template_that_is_too_long(shared: StackLab) -> None:
    create = shared.client.create_stack
    assert refusal(create, StackName="shop")[1] == (
        "Either Template URL or Template Body must be specified."
    )
    long = json.dumps({"Resources": NOTHING, "Metadata": "x" * 51_200})
    assert "less than or equal to 51200" in refusal(create, StackName="shop", TemplateBody=long)[1]


def test_a_template_in_s3(shared: StackLab) -> None:
    s3 = aws_client("s3")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="a/shop.json", Body=text({"Resources": NOTHING}))
    for url in (
        "https://templates.s3.amazonaws.com/a/shop.json",
        "https://templates.s3.us-east-1.amazonaws.com/a/shop.json",
        "https://s3.us-east-1.amazonaws.com/templates/a/shop.json",
        "https://s3.amazonaws.com/templates/a/shop.json",
    ):
        assert shared.client.validate_template(TemplateURL=url)["Parameters"] == []
    validate = shared.client.validate_template
    assert refusal(validate, TemplateURL="https://example.com/a")[1] == (
        "TemplateURL must be a supported URL."
    )
    missing = refusal(validate, TemplateURL="https://s3.amazonaws.com/templates/none")[1]
    assert missing.startswith("S3 error: The specified key does not exist.")


def test_a_rule_of_the_template_is_kept_to(shared: StackLab) -> None:
    template = {
        "Resources": NOTHING,
        "Parameters": {
            "Stage": {"Type": "String", "Default": "live"},
            "Size": {"Type": "String", "Default": "small"},
        },
        "Rules": {
            "LiveIsLarge": {
                "RuleCondition": {"Fn::Equals": [{"Ref": "Stage"}, "live"]},
                "Assertions": [
                    {
                        "Assert": {"Fn::Contains": [["large"], {"Ref": "Size"}]},
                        "AssertDescription": "Production is large",
                    }
                ],
            }
        },
    }
    assert "Production is large" in refusal(shared.begin, template=template)[1]
    shared.create(
        template,
        "ruled",
        Parameters=[{"ParameterKey": "Size", "ParameterValue": "large"}],
    )
    shared.delete("ruled")


def test_what_is_beside_stacks_is_refused_by_name(shared: StackLab) -> None:
    for call in (shared.client.list_stack_sets, shared.client.list_generated_templates):
        code, message = refusal(call)
        assert code == "NotSimulatedOffline"
        assert "is not simulated offline" in message
