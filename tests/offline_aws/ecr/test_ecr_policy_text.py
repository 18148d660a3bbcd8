"""What the text of a lifecycle policy may say."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from offline_aws import OfflineAWS
from offline_aws.ecr.lifecycle_policy import read
from offline_aws.errors import AwsError

TAGGED = {"tagStatus": "tagged", "countType": "imageCountMoreThan", "countNumber": 1}
UNTAGGED = {**TAGGED, "tagStatus": "untagged"}
ANY = {**TAGGED, "tagStatus": "any"}
BY_AGE = {"tagStatus": "any", "countType": "sinceImagePushed", "countUnit": "days"}
ARCHIVED = {
    "tagStatus": "any",
    "storageClass": "archive",
    "countType": "sinceImageTransitioned",
    "countUnit": "days",
    "countNumber": 90,
}
TO_ARCHIVE = {"type": "transition", "targetStorageClass": "archive"}


def rule(selection: Any = ANY, priority: Any = 1, action: Any = None, **more: Any) -> Any:
    action = {"type": "expire"} if action is None else action
    return {"rulePriority": priority, "selection": selection, "action": action, **more}


def why(*rules: Any) -> str:
    with pytest.raises(AwsError) as refused:
        read(json.dumps({"rules": list(rules)}))
    assert refused.value.code == "InvalidParameterException"
    start = (
        "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle "
        "policy validation failure: "
    )
    assert refused.value.message.startswith(start)
    return refused.value.message.removeprefix(start).removesuffix("'")


@pytest.mark.parametrize(
    "rules",
    [
        [rule({**TAGGED, "tagPrefixList": ["prod"]}, description="Keep one")],
        [rule({**TAGGED, "tagPatternList": ["*a*b*c*", "prod"]})],
        [rule(UNTAGGED), rule(ANY, 7)],
        [rule({**BY_AGE, "countNumber": 14})],
        [rule({**BY_AGE, "countType": "sinceImagePulled", "countNumber": 30}, 1, TO_ARCHIVE)],
        [rule(ANY, 1), rule(ARCHIVED, 2)],
        [rule(ARCHIVED, 1), rule({**TAGGED, "tagPrefixList": ["a"]}, 2), rule(ANY, 3)],
        [rule({**TAGGED, "tagPrefixList": [each]}, n) for n, each in enumerate("abcd", 1)],
    ],
)
def test_what_aws_documents_is_taken(rules: list[Any]) -> None:
    assert len(read(json.dumps({"rules": rules}))) == len(rules)


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ([], "1 to 50 rules, found 0"),
        ([rule(priority=n + 1) for n in range(51)], "1 to 50 rules, found 51"),
        ([1], 'instance type (integer) does not match any allowed primitive type (allowed: ["obj'),
        ([{"rulePriority": 1}], 'missing required properties (["action", "selection"])'),
        ([rule(colour="red")], 'not allowed by the schema: (["colour"])'),
        ([rule({**ANY, "tagPrefix": "a"})], 'not allowed by the schema: (["tagPrefix"])'),
        ([rule(priority=0)], "lower than the required minimum (minimum: 1, found: 0)"),
        ([rule(priority="1")], "instance type (string)"),
        ([rule(priority=True)], "does not match"),
        ([rule({**ANY, "countNumber": 0})], "(minimum: 1, found: 0)"),
        ([rule({**ANY, "tagStatus": "all"})], 'instance value ("all") not found in enum'),
        ([rule({**ANY, "countType": "older"})], 'instance value ("older") not found in enum'),
        ([rule(action={"type": "delete"})], 'possible values: ["expire","transition"]'),
        ([rule(TAGGED)], "requires a tagPatternList or a tagPrefixList"),
        ([rule({**TAGGED, "tagPrefixList": [], "tagPatternList": []})], "requires a tagPattern"),
        ([rule({**TAGGED, "tagPrefixList": ["a"], "tagPatternList": ["b"]})], "only one of"),
        ([rule({**UNTAGGED, "tagPrefixList": ["a"]})], "untagged does not allow a tagPatternList"),
        ([rule({**TAGGED, "tagPatternList": ["*a*b*c*d*"]})], "at most 4 wildcards"),
        ([rule({**TAGGED, "tagPatternList": "a"})], "instance type (string)"),
        ([rule({**ANY, "countUnit": "days"})], "countUnit is not allowed with countType imageC"),
        ([rule({**BY_AGE, "countNumber": 1, "countUnit": "hours"})], "not found in enum"),
        ([rule({k: v for k, v in ARCHIVED.items() if k != "countUnit"})], '(["countUnit"])'),
        ([rule({**ARCHIVED, "countNumber": 89})], "at least 90 days, found countNumber 89"),
        ([rule(ARCHIVED, 1, TO_ARCHIVE)], "allow action expire alone"),
        ([rule({**ARCHIVED, "storageClass": "standard"})], "archive goes with countType"),
        ([rule({**ANY, "storageClass": "archive"})], "archive goes with countType"),
        ([rule(action={"type": "transition"})], 'missing required properties (["targetStorage'),
        ([rule(action={**TO_ARCHIVE, "type": "expire"})], "not allowed with action expire"),
        ([rule(UNTAGGED), rule(ANY)], "rulePriority has to be unique, found 1 twice"),
        ([rule(ANY, 1), rule(UNTAGGED, 2)], "any must have the highest rulePriority"),
        ([rule(ANY, 1), rule(ANY, 2)], "only one rule of a storage class may have tagStatus any"),
        ([rule(UNTAGGED, 1), rule(UNTAGGED, 2)], "may have tagStatus untagged"),
        (
            [
                rule({**TAGGED, "tagPrefixList": ["a", "b"]}, 1),
                rule({**TAGGED, "tagPatternList": ["b*", "a*"]}, 2),
            ],
            "may not have the same tags",
        ),
    ],
)
def test_what_aws_refuses_is_refused(rules: list[Any], reason: str) -> None:
    assert reason in why(*rules)


@pytest.mark.parametrize("text", ["{", "[]", "null", "{}", '{"rules": {}}', '{"rule": []}'])
def test_what_is_no_policy_is_refused(text: str) -> None:
    with pytest.raises(AwsError) as refused:
        read(text)
    assert "Lifecycle policy validation failure" in refused.value.message


def test_the_model_wants_a_policy_of_some_length() -> None:
    with OfflineAWS():
        ecr = boto3.client("ecr")
        ecr.create_repository(repositoryName="shop")
        with pytest.raises(ecr.exceptions.InvalidParameterException) as long:
            ecr.put_lifecycle_policy(repositoryName="shop", lifecyclePolicyText=" " * 30721)
        assert long.value.response["Error"]["Message"] == (
            "Invalid parameter at 'lifecyclePolicyText' failed to satisfy constraint: 'must have "
            "length less than or equal to 30720'"
        )
