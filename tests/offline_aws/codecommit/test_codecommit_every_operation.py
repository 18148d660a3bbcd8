"""Every operation answers, and whatever it is asked it answers as AWS's model allows."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.model import Shape
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from output_shapes import service_model

from offline_aws import OfflineAWS
from offline_aws.operations import REGISTRY

OPERATIONS = sorted(REGISTRY["codecommit"])
# What the account below holds, and what it does not.
WORDS = [
    "shop",
    "main",
    "feature",
    "a",
    "d/b",
    "/",
    "HEAD",
    "1",
    "rule",
    "x",
    "",
    "ü/\0",
    "a" * 300,
]


def test_all_of_the_service_is_there() -> None:
    assert sorted(service_model("codecommit").operation_names) == OPERATIONS


class Account:
    """A repository with two branches, a pull request with a rule, and a comment."""

    def __init__(self) -> None:
        # The model's limits are for the service to check here, not for the client.
        self.client = client = boto3.client("codecommit", config=Config(parameter_validation=False))
        shop = {"repositoryName": "shop"}
        metadata = client.create_repository(**shop)["repositoryMetadata"]
        files = [{"filePath": path, "fileContent": b"1\n"} for path in ("a", "d/b")]
        first = client.create_commit(**shop, branchName="main", putFiles=files)["commitId"]
        client.create_branch(**shop, branchName="feature", commitId=first)
        second = client.put_file(
            **shop, branchName="feature", filePath="a", fileContent=b"2\n", parentCommitId=first
        )
        target = {**shop, "sourceReference": "feature", "destinationReference": "main"}
        request = client.create_pull_request(title="A", targets=[target])["pullRequest"]
        content = (
            '{"Version": "2018-11-08", "Statements": '
            '[{"Type": "Approvers", "NumberOfApprovalsNeeded": 1}]}'
        )
        client.create_pull_request_approval_rule(
            pullRequestId="1", approvalRuleName="rule", approvalRuleContent=content
        )
        client.create_approval_rule_template(
            approvalRuleTemplateName="rule", approvalRuleTemplateContent=content
        )
        comment = client.post_comment_for_compared_commit(
            **shop, beforeCommitId=first, afterCommitId=second["commitId"], content="x"
        )["comment"]
        self.words = [
            *WORDS,
            metadata["Arn"],
            first,
            second["commitId"],
            second["blobId"],
            request["revisionId"],
            comment["commentId"],
            content,
        ]

    def call(self, name: str, parameters: dict[str, Any]) -> None:
        """Call an operation by AWS's name for it."""
        getattr(self.client, xform_name(name))(**parameters)


def inputs(shape: Shape, words: list[str]) -> st.SearchStrategy[Any]:
    """Return what the model allows as input, from words that mean something to the account."""
    match shape:
        case _ if shape.type_name == "structure":
            required = {each: inputs(shape.members[each], words) for each in shape.required_members}
            optional = {
                each: inputs(member, words)
                for each, member in shape.members.items()
                if each not in required
            }
            return st.fixed_dictionaries(required, optional=optional)
        case _ if shape.type_name == "list":
            return st.lists(inputs(shape.member, words), max_size=3)
        case _ if shape.type_name == "map":
            word = st.sampled_from(words)
            return st.dictionaries(word, word, max_size=2)
        case _ if shape.type_name == "string":
            return st.sampled_from([*shape.enum, "x"] if shape.enum else words)
        case _ if shape.type_name == "boolean":
            return st.booleans()
        case _ if shape.type_name == "blob":
            return st.binary(max_size=3)
    assert shape.type_name in ("integer", "long"), shape.type_name
    return st.integers(-1, 3)


@pytest.fixture
def account(aws: OfflineAWS) -> Account:
    return Account()


# One account for all examples, since making it takes longer than a call: nothing to shrink then.
@pytest.mark.parametrize("name", OPERATIONS)
@settings(
    max_examples=20,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_input_gives_a_valid_output_or_a_modelled_error(
    account: Account, name: str, data: st.DataObject
) -> None:
    model = service_model("codecommit").operation_model(name)
    parameters = data.draw(inputs(model.input_shape, account.words))
    try:
        # A valid output is checked by the fixture that wraps each operation.
        account.call(name, parameters)
    except ClientError as refusal:
        code = refusal.response["Error"]["Code"]
    else:
        return
    assert code in {shape.name for shape in model.error_shapes}, (code, parameters)
