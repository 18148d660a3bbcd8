"""Every function of a template, as the output of a stack."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stack_lab import NOTHING, StackLab

from offline_aws.cloudformation.functions import evaluate
from offline_aws.cloudformation.scope import Scope
from offline_aws.cloudformation.template import Template

PARTS: dict[str, Any] = {
    "Parameters": {
        "Stage": {"Type": "String", "Default": "test"},
        "Zones": {"Type": "CommaDelimitedList", "Default": "a, b,c"},
        "Count": {"Type": "Number", "Default": 2},
    },
    "Mappings": {
        "Sizes": {"test": {"cpu": "256", "ports": ["80", "443"]}, "live": {"cpu": "1024"}},
    },
    "Conditions": {
        "IsTest": {"Fn::Equals": [{"Ref": "Stage"}, "test"]},
        "IsLive": {"Fn::Not": [{"Condition": "IsTest"}]},
        "Either": {"Fn::Or": [{"Condition": "IsTest"}, {"Condition": "IsLive"}]},
        "Both": {"Fn::And": [{"Condition": "IsTest"}, {"Condition": "IsLive"}]},
    },
}

VALUES: list[tuple[Any, str]] = [
    ({"Ref": "Stage"}, "test"),
    ({"Ref": "Count"}, "2"),
    ({"Ref": "AWS::Region"}, "us-east-1"),
    ({"Ref": "AWS::AccountId"}, "123456789012"),
    ({"Ref": "AWS::Partition"}, "aws"),
    ({"Ref": "AWS::URLSuffix"}, "amazonaws.com"),
    ({"Ref": "AWS::StackName"}, "value"),
    ({"Fn::Sub": "${Stage}-${AWS::Region}-${!Literal}"}, "test-us-east-1-${Literal}"),
    ({"Fn::Sub": ["${A}/${Stage}", {"A": {"Ref": "Count"}}]}, "2/test"),
    ({"Fn::Join": ["-", ["a", {"Ref": "Stage"}, 3]]}, "a-test-3"),
    ({"Fn::Join": ["", {"Ref": "Zones"}]}, "abc"),
    ({"Fn::Select": [1, {"Ref": "Zones"}]}, "b"),
    ({"Fn::Select": ["2", {"Fn::Split": ["/", "x/y/z"]}]}, "z"),
    ({"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "cpu"]}, "256"),
    ({"Fn::Select": [0, {"Fn::FindInMap": ["Sizes", "test", "ports"]}]}, "80"),
    ({"Fn::If": ["IsTest", "yes", "no"]}, "yes"),
    ({"Fn::If": ["IsLive", "yes", {"Ref": "Stage"}]}, "test"),
    ({"Fn::If": ["Either", "yes", "no"]}, "yes"),
    ({"Fn::If": ["Both", "yes", "no"]}, "no"),
    ({"Fn::Join": [",", ["a", {"Fn::If": ["IsLive", "b", {"Ref": "AWS::NoValue"}]}]]}, "a"),
    ({"Fn::Base64": "shop"}, "c2hvcA=="),
    ({"Fn::Select": [1, {"Fn::Cidr": ["10.0.0.0/16", 4, 8]}]}, "10.0.1.0/24"),
    ({"Fn::Select": [3, {"Fn::Cidr": ["10.0.0.0/24", "6", "5"]}]}, "10.0.0.96/27"),
    ({"Fn::Select": [0, {"Fn::GetAZs": ""}]}, "us-east-1a"),
    ({"Fn::Select": [1, {"Fn::GetAZs": "eu-west-1"}]}, "eu-west-1b"),
]


@pytest.mark.parametrize(("part", "expected"), VALUES, ids=lambda each: str(each)[:50])
def test_a_function_comes_to_its_value(shared: StackLab, part: Any, expected: str) -> None:
    assert shared.value(part, PARTS) == expected


EXTENDED = {"Transform": "AWS::LanguageExtensions", **PARTS}
ALLOWED = {"Capabilities": ["CAPABILITY_AUTO_EXPAND"]}


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"Fn::Length": {"Ref": "Zones"}}, "3"),
        ({"Fn::ToJsonString": {"a": [1, {"Ref": "Stage"}]}}, '{"a":[1,"test"]}'),
        ({"Fn::FindInMap": ["Sizes", "none", "cpu", {"DefaultValue": "1"}]}, "1"),
    ],
)
def test_a_function_of_the_language_extensions(shared: StackLab, part: Any, expected: str) -> None:
    assert shared.value(part, EXTENDED, **ALLOWED) == expected


def test_short_forms_of_yaml_are_the_long_ones(shared: StackLab) -> None:
    template = """
Parameters:
  Stage: {Type: String, Default: test}
Mappings:
  Ports: {test: {80: http}}
Conditions:
  IsTest: !Equals [!Ref Stage, test]
  IsLive: !Not [!Condition IsTest]
Resources:
  Nothing:
    Type: AWS::CloudFormation::WaitConditionHandle
Outputs:
  Joined:
    Value: !Join ["-", [!Ref Stage, !Select [0, !Split [",", "a,b"]]]]
  Found:
    Value: !FindInMap [Ports, !Ref Stage, "80"]
  Put:
    Value: !Sub
      - ${Stage}.${Zone}
      - Zone: !If [IsLive, live, !Sub "${AWS::Region}"]
  Coded:
    Value:
      Fn::Base64: !Sub "${Stage}"
"""
    shared.create(template, "short")
    assert shared.outputs("short") == {
        "Joined": "test-a",
        "Found": "http",
        "Put": "test.us-east-1",
        "Coded": "dGVzdA==",
    }
    assert shared.client.get_template(StackName="short")["TemplateBody"] == template
    shared.delete("short")


MISTAKES = [
    (
        {"Fn::FindInMap": ["Sizes", "none", "cpu"]},
        "Template error: Unable to get mapping for Sizes::none::cpu",
    ),
    (
        {"Fn::FindInMap": ["None", "a", "b"]},
        "Template error: Mapping named 'None' is not present in the 'Mappings' section",
    ),
    (
        {"Fn::Select": [9, ["a"]]},
        "Template error: Fn::Select cannot select nonexistent value at index 9",
    ),
    ({"Fn::ImportValue": "nowhere"}, "No export named nowhere found."),
    ({"Fn::Nothing": 1}, "Template format error: Unrecognized function Fn::Nothing"),
]


@pytest.mark.parametrize(("part", "sentence"), MISTAKES, ids=lambda each: str(each)[:40])
def test_a_function_that_comes_to_nothing_fails_the_stack(
    shared: StackLab, part: Any, sentence: str
) -> None:
    body = {"Resources": NOTHING, **PARTS, "Outputs": {"It": {"Value": part}}}
    stack = shared.create(body, "broken")
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert any(reason.startswith(sentence) for _, _, reason in shared.events("broken"))
    shared.delete("broken")


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        ),
    )
)
@settings(max_examples=50)
def test_what_has_no_function_is_left_as_it_is(value: Any) -> None:
    scope = Scope(Template({}), {}, {})
    assert evaluate(scope, json.loads(json.dumps(value))) == value
