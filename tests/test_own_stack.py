"""``workbook stack`` and ``workbook drift``: templates and stacks of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from devops_workbook import own_stack
from devops_workbook.cli import main
from offline_aws import OfflineAWS

TEMPLATE = """
Parameters:
  Name: {Type: String, Default: orders}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !Ref Name, VisibilityTimeout: 30}
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE)
    return path


def _changed(template: Path, old: str, new: str) -> Path:
    path = template.with_name("changed.yaml")
    path.write_text(template.read_text().replace(old, new))
    return path


def test_a_template_becomes_a_stack(template: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stack", str(template)]) == 0
    assert "Queue     CREATE_COMPLETE" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "row", "sentences"),
    [
        (
            "30",
            "60",
            "Queue     Modify  False        -            VisibilityTimeout",
            "Nothing would be replaced or removed.",
        ),
        (
            "!Ref Name",
            "billing",
            "Queue     Modify  True         ReplaceAndDelete  QueueName",
            "Would be replaced: Queue.\nThe old one would be deleted, if it can be: Queue.",
        ),
        (
            "Queue:",
            "Other:",
            "Queue     Remove  -            Delete",
            "Would be removed: Queue.\nThe old one would be deleted, if it can be: Queue.",
        ),
    ],
)
def test_a_change_is_said_with_its_replacement(
    template: Path,
    old: str,
    new: str,
    row: str,
    sentences: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    changed = _changed(template, old, new)
    assert main(["stack", str(template), "--to", str(changed)]) == 0
    said = capsys.readouterr().out
    assert row in said
    assert said.endswith(f"\n\n{sentences}\n")


def test_a_change_that_changes_nothing_says_so(
    template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stack", str(template), "--to", str(template)]) == 0
    said = capsys.readouterr().out
    assert "didn't contain changes" in said
    assert "Replacement" not in said


def test_a_parameter_reaches_the_template(
    template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = "--parameter=Name=no spaces please"
    assert main(["stack", str(template), bad]) == 1
    said = capsys.readouterr().out
    assert "CREATE_FAILED" in said
    assert "The account is empty" in said


def test_a_long_template_is_taken(template: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template.write_text(TEMPLATE + "\n# " + "x" * 60_000)
    assert main(["stack", str(template)]) == 0
    assert "CREATE_COMPLETE" in capsys.readouterr().out


def test_what_cloudformation_refuses_is_its_own_sentence(
    template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template.write_text(TEMPLATE.replace("!Ref Name", "!Ref Nobody"))
    assert main(["stack", str(template)]) == 2
    assert "Unresolved resource dependencies [Nobody]" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["stack", str(tmp_path / "none.yaml")]) == 2
    assert "none.yaml: No such file" in capsys.readouterr().err


def test_a_parameter_without_a_value_is_refused(
    template: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["stack", str(template), "--parameter", "Name"])
    assert "'Name' is not NAME=VALUE" in capsys.readouterr().err


# An account with a stack in it plays the reader's own.


@pytest.fixture
def account() -> Iterator[OfflineAWS]:
    with OfflineAWS(region="eu-west-1") as aws:
        client = boto3.client("cloudformation")
        client.create_stack(StackName="shop", TemplateBody=TEMPLATE)
        client.get_waiter("stack_create_complete").wait(StackName="shop")
        yield aws


def _drift(region: str = "eu-west-1") -> int:
    return own_stack.drift("shop", region=region)


def test_a_stack_as_it_was_made_is_in_sync(
    account: OfflineAWS, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _drift() == 0
    assert "The stack is IN_SYNC." in capsys.readouterr().out


def test_what_was_changed_by_hand_is_found_and_left(
    account: OfflineAWS, capsys: pytest.CaptureFixture[str]
) -> None:
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "300"})
    assert _drift() == 1
    said = capsys.readouterr().out
    assert "Queue     MODIFIED  /VisibilityTimeout  30        300" in said
    assert "The stack is DRIFTED." in said
    kept = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
    assert kept["Attributes"]["VisibilityTimeout"] == "300"


def test_a_stack_that_is_not_there_is_one_sentence(account: OfflineAWS) -> None:
    with pytest.raises(own_stack.StackError, match=r"shop.* does not exist"):
        _drift(region="us-east-1")


def test_a_profile_that_is_not_there_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    assert main(["drift", "shop", "--profile", "nobody"]) == 2
    assert "AWS cannot be asked: The config profile (nobody) could not be found" in (
        capsys.readouterr().err
    )
