"""The examples that come with the AWS CLI: they run, and answer with the keys that AWS's have.

They are read from the installed CLI at test time. Names and ids in them are those of the account
that is made here.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import xform_name
from codebuild_lab import Lab

import offline_aws.codebuild  # noqa: F401 - registers the operations whose examples are read
from offline_aws import OfflineAWS
from offline_aws.operations import REGISTRY

# Found, not imported: its import changes this process's environment.
(AWS_CLI,) = (find_spec("awscli") or pytest.fail("no AWS CLI")).submodule_search_locations or ()
FOLDER = Path(AWS_CLI) / "examples" / "codebuild"
#: Files and tokens that the documentation does not have either.
LEFT_OUT = ("--cli-input-json", "--next-token")
PROJECTS = (
    *("my-project", "codebuild-demo-project", "codebuild-demo-project2"),
    "my-other-demo-project",
)
URL = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/shop"
#: What the owners of AWS's examples had set themselves.
GIVEN = {
    "buildspec": "buildspec.yml",
    "gitCloneDepth": 1,
    "gitSubmodulesConfig": {"fetchSubmodules": False},
    "reportBuildStatus": False,
    "auth": {"type": "OAUTH"},
}
BUILDSPEC = """
version: 0.2
phases:
  build:
    commands:
      - >-
        echo '<testsuite><testcase classname="a" name="b"><failure message="no"/></testcase>
        </testsuite>' > unit.xml
      - >-
        echo '<coverage line-rate="1"><packages><package><classes><class filename="a.py"
        line-rate="1" branch-rate="1"><lines><line number="1" hits="1"/></lines></class></classes>
        </package></packages></coverage>' > coverage.xml
reports:
  unit:
    files: [unit.xml]
  coverage:
    files: [coverage.xml]
    file-format: COBERTURAXML
artifacts:
  files: [unit.xml]
"""
RUN = """
import contextlib, io, json
from awscli.clidriver import create_clidriver
found = {{}}
for example, arguments in {commands}.items():
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = create_clidriver().main([*arguments, "--output", "json"])
    found[example] = status, out.getvalue(), err.getvalue()
print(json.dumps(found))
"""


@dataclass
class Example:
    """A command of an example, and the answer that AWS's documentation shows."""

    operation: str
    command: str
    answer: Any


class Account:
    """What the examples speak of: projects, a build with reports, report groups."""

    def __init__(self, aws: OfflineAWS) -> None:
        lab = Lab(aws)
        file = {"filePath": "buildspec.yml", "fileContent": BUILDSPEC.encode()}
        codecommit = boto3.client("codecommit")
        codecommit.create_repository(repositoryName="shop")
        codecommit.create_commit(repositoryName="shop", branchName="main", putFiles=[file])
        source = {"type": "CODECOMMIT", "location": URL, **GIVEN}
        artifacts = {"type": "S3", "location": "shop"}
        for name in PROJECTS:
            lab.create(name=name, source=source, artifacts=artifacts, sourceVersion="main")
        build = lab.build("codebuild-demo-project")
        unit, coverage = build["reportArns"]
        lab.codebuild.create_report_group(
            name="cli-created-report-group",
            type="TEST",
            exportConfig={"exportConfigType": "NO_EXPORT"},
        )
        running = lab.codebuild.start_build(projectName="codebuild-demo-project")["build"]
        lab.clock.advance(seconds=26)
        self._build, self._running = build["id"], running["id"]
        self._unit, self._reports = unit, {"describe-code-coverages": coverage}

    def command(self, example: Example) -> list[str]:
        """Return the arguments of an example, about what is in this account."""
        text = example.command.replace("\\\n", "")
        report = self._reports.get(example.operation, self._unit)
        for pattern, name in (
            (r"\S+:report/<report-group-name>:<report( \d)?[ -]ID>", report),
            (r"<report-group-name>", self._group(example)),
            (r"[\w-]+:[0-9a-f-]+-11111EXAMPLE", self._running),
            (r"<project-name>:<build-ID>|[\w-]+:[0-9a-f-]+EXAMPLE", self._build),
            (r"<region-ID>", "us-east-1"),
            (r"<(user|account)-ID>", "123456789012"),
        ):
            text = re.sub(pattern, name, text)
        return shlex.split(text)[1:]

    @staticmethod
    def _group(example: Example) -> str:
        # One that has reports is not deleted.
        deletes = example.operation.startswith("delete")
        return "cli-created-report-group" if deletes else "codebuild-demo-project-unit"


def examples() -> Iterator[Example]:
    ours = {xform_name(name, "-"): name for name in REGISTRY["codebuild"]}
    for file in sorted(FOLDER.glob("*.rst")):
        if file.stem not in ours:
            continue
        for part in re.split(r"^    (?=aws codebuild)", file.read_text(), flags=re.M)[1:]:
            command, rest = re.split(r"\n *\n", part + "\n\n", maxsplit=1)
            if not any(option in command for option in LEFT_OUT):
                yield Example(file.stem, command, first_json(rest))


def first_json(text: str) -> Any:
    """Return the first block of a text that is JSON, or None."""
    for block in re.findall(r"^    \{\n.*?^    \}$", text, flags=re.M | re.S):
        try:
            return json.loads(textwrap.dedent(block))
        except json.JSONDecodeError:
            continue  # shortened by hand in the documentation
    return None


def keys(value: Any, where: str = "") -> set[str]:
    if isinstance(value, list):
        return {key for item in value for key in keys(item, f"{where}[]")}
    if not isinstance(value, dict):
        return set()
    return {
        key
        for name, item in value.items()
        for key in ({f"{where}.{name}"} | keys(item, f"{where}.{name}"))
    }


EXAMPLES = sorted(
    examples(),
    # What is created first, what is deleted last: all examples are about one account.
    key=lambda example: [word in example.operation for word in ("stop", "delete", "get", "start")],
)


@pytest.fixture(scope="module")
def answers() -> dict[str, list[Any]]:
    """Run every example, in one process for all; return status, output and error of each."""
    with OfflineAWS() as aws:
        account = Account(aws)
        commands = {each.command: account.command(each) for each in EXAMPLES}
        done = subprocess.run(
            [sys.executable, "-c", RUN.format(commands=commands)],
            env={"PATH": os.environ["PATH"], **aws.server().environment},
            capture_output=True,
            text=True,
        )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[Any]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.operation)
def test_an_example_of_the_cli(example: Example, answers: dict[str, list[Any]]) -> None:
    status, out, err = answers[example.command]
    assert (status, err) == (0, "")
    missing = keys(example.answer) - keys(json.loads(out or "null"))
    assert missing == set()
