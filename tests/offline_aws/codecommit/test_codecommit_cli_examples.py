"""The examples of the AWS CLI's own help are run, and answer with the fields they show.

Commands and fields are read from the ``awscli`` package; what an example calls by a made-up id is
what the account below has in its place.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import awscli
import pytest
from account_of_examples import ARN, PLAIN_RULE, Account, prepare
from awscli.clidriver import create_clidriver
from botocore.model import ListShape, MapShape, Shape, StructureShape
from output_shapes import service_model

from offline_aws import OfflineAWS

EXAMPLES = Path(awscli.__file__).parent / "examples/codecommit"
# Not an operation: what git asks for a password.
NAMES = sorted(each.stem for each in EXAMPLES.glob("*.rst") if each.stem != "credential-helper")
READING = ("batch-get", "evaluate", "get", "list")
#: What an example shows of an account that has more in it.
NOT_HERE = {
    "get-comments-for-compared-commit": ["nextToken"],
    "get-comments-for-pull-request": ["nextToken"],
    "list-pull-requests": ["nextToken"],
    # A rule that a template made cannot be changed.
    "update-pull-request-approval-rule-content": ["originApprovalRuleTemplate"],
}
#: Options that the operation has under another name.
MENDED = {
    ("create-unreferenced-merge-commit", "--name"): "--author-name",
    ("merge-pull-request-by-squash", "--name"): "--author-name",
    ("merge-pull-request-by-three-way", "--name"): "--author-name",
}


def options_of(name: str) -> dict[str, list[str]]:
    """Return the options of an example's command, with their values."""
    text = re.sub(r"\\[ \t]*\n", " ", (EXAMPLES / f"{name}.rst").read_text())
    # Some commands go on in another line without saying so.
    command = re.search(r"^ +aws codecommit (.*(?:\n +--.*)*)", text, re.MULTILINE)
    assert command, name
    options: dict[str, list[str]] = {}
    operation, *words = shlex.split(command[1])
    assert operation == name
    for word in words:
        if word.startswith("--"):
            values = options.setdefault(MENDED.get((name, word), word.lower()), [])
        else:
            values.append(word.strip().removesuffix(","))
    if "--approval-rule-template-name" in options:  # one name of several words, without quotes
        words = options["--approval-rule-template-name"]
        options["--approval-rule-template-name"] = [" ".join(words)]
    return options


def in_place(option: str, value: str, options: dict[str, list[str]], account: Account) -> str:
    """Return what an option says in the account, for a value of the example's."""
    branch = options.get("--branch-name", ["main"])[0]
    named: dict[str, Any] = {
        "--pull-request-id": account.number,
        "--revision-id": account.revision,
        "--comment-id": account.comment,
        "--in-reply-to": account.comment,
        "--resource-arn": ARN,
        "--commit-id": account.first,
        "--commit-ids": account.first,
        "--parent-commit-id": account.tips.get(branch),
        "--source-commit-id": account.tips["MyNewBranch"],
        "--before-commit-id": account.tips["main"],
        "--after-commit-id": account.tips["MyNewBranch"],
        "--before-commit-specifier": account.tips["main"],
        "--after-commit-specifier": account.tips["MyNewBranch"],
    }
    if option == "--blob-id":
        return account.blob()
    if option in named:
        return str(named[option])
    if option == "--new-rule-content" and "--approval-rule-name" in options:
        return PLAIN_RULE  # the example's is no JSON
    value = value.replace("111111111111", "123456789012")
    value = re.sub(r"filePosition=\d+", "filePosition=4", value)
    return re.sub(r"file://(.*/)?", f"file://{account.folder}/", value)


def members(shape: Shape | None) -> Iterator[str]:
    """Yield the name of every field of an output."""
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield name
            yield from members(member)
    elif isinstance(shape, ListShape):
        yield from members(shape.member)
    elif isinstance(shape, MapShape):
        yield from members(shape.value)


def fields(value: object) -> Iterator[str]:
    """Yield the name of every field of an answer."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from fields(each)
    elif isinstance(value, list):
        for each in value:
            yield from fields(each)


def run(name: str, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    """Run an example, and compare the fields of its answer with those shown."""
    options = options_of(name)
    options.pop("--region", None)
    prepare(name, options, account)
    words = [
        word
        for option, values in options.items()
        for word in (option, *(in_place(option, value, options, account) for value in values))
    ]
    status = create_clidriver().main(["codecommit", name, *words, "--output", "json"])
    printed = capsys.readouterr()
    assert status == 0, (name, printed.err)
    answer = json.loads(printed.out or "{}")
    shown = (EXAMPLES / f"{name}.rst").read_text().partition("Output::")[2]
    operation = "".join(part.capitalize() for part in name.split("-"))
    known = set(members(service_model("codecommit").operation_model(operation).output_shape))
    missing = (set(re.findall(r'"(\w+)"\s*:', shown)) & known) - set(fields(answer))
    assert missing <= {*NOT_HERE.get(name, ())}, (name, missing)


@pytest.fixture(autouse=True)
def _data_of_the_cli(aws: OfflineAWS, monkeypatch: pytest.MonkeyPatch) -> None:
    # Where the CLI has its own models: it says so at its import, which an offline AWS hides.
    monkeypatch.setenv("AWS_DATA_PATH", str(Path(awscli.__file__).parent / "data"))


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith(READING)])
def test_an_example_that_changes_something(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(name, Account(tmp_path), capsys)


def test_the_examples_that_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    account = Account(tmp_path)
    for name in NAMES:
        if name.startswith(READING):
            run(name, account, capsys)
