"""Every property of every type is tried in an example, and every one that changes is changed."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path

import pytest
from cfn_examples import MONDAY, Example, Tried, World, known, tried

from offline_aws import OfflineAWS
from offline_aws.cloudformation.resource_type import names
from offline_aws.cloudformation.schemas import find_schema

HERE = Path(__file__)
MODULES = sorted(path.stem for path in HERE.parent.glob("test_cfn_resource_*.py"))
EXAMPLES: list[Example] = [
    example
    for module in MODULES
    if module != HERE.stem
    for example in importlib.import_module(module).EXAMPLES
]
#: Types that have no resource outside of CloudFormation.
ELSEWHERE = {
    name for name in names() if name.startswith(("AWS::CDK::", "AWS::CloudFormation::", "Custom::"))
}
TYPES = [name for name in names() if name not in ELSEWHERE]


@cache
def what_is_tried() -> dict[str, Tried]:
    with OfflineAWS(now=MONDAY) as aws:
        return tried(aws, EXAMPLES)


@pytest.mark.parametrize("type_name", TYPES)
def test_every_property_of_a_type_is_tried(type_name: str) -> None:
    assert what_is_tried()[type_name].missing(known(type_name)) == set()


@pytest.mark.parametrize("type_name", TYPES)
def test_a_type_has_no_property_that_aws_has_not(type_name: str) -> None:
    kind, schema = known(type_name), find_schema("us-east-1", type_name)
    assert schema is not None
    own = {*kind.properties.split(), *getattr(kind, "accepted", "").split()}
    assert own - set(schema["properties"]) == set()
    assert {each.partition("/")[0] for each in kind.not_read} <= own


def test_what_the_cdk_says_of_itself_makes_nothing(world: World) -> None:
    kind, context = known("AWS::CDK::Metadata"), world.context()
    name = kind.create(context, {"Analytics": "v2:deflate64:H4s="})
    assert kind.read(context, name) == {"Id": name}
    kind.delete(context, name)
