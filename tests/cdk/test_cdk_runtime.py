"""The CDK starts on the Node.js that comes along, says so, and passes on what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from devops_workbook.cdk import start
from devops_workbook.cdk.runtime import node_path, node_version

# In processes of their own: a process starts the CDK once.
PROGRAM = """
from devops_workbook.cdk import start
cdk = start()
assert start() is cdk
from aws_cdk import aws_ec2 as ec2, aws_sqs as sqs
app = cdk.App()
assert app.node.try_get_context("aws:cdk:version-reporting") is False
stack = cdk.Stack(app, "shop")
ec2.Vpc(stack, "Network", cidr="10.0.0.0/16", nat_gateways=0)
print(app.outdir)
"""


def test_it_says_that_it_starts_and_needs_no_node_on_the_path(tmp_path: Path) -> None:
    old, new = (tmp_path / f"workbook-cdk-{name}" for name in ("old", "new"))
    for left in (old, new):
        left.mkdir()
    os.utime(old, (0, 0))
    path = os.path.dirname(sys.executable)
    environment = {**os.environ, "PATH": path, "TMPDIR": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, env=environment
    )
    assert ran.returncode == 0, ran.stderr
    said, folder = ran.stdout.splitlines()
    assert said.startswith(f"Starting the CDK (Node.js {node_version()}) … ")
    # What the CDK warns of is text, not what it sends to this process; no banner stands before it.
    assert ran.stderr.startswith("[WARNING] aws-cdk-lib.aws_ec2.VpcProps#cidr is deprecated")
    assert "base64" not in ran.stderr
    assert '{"stderr"' not in ran.stderr
    assert folder.startswith(str(tmp_path))
    # What it has made is gone, and what a process has left days ago that was killed.
    assert list(tmp_path.iterdir()) == [new]


def test_a_started_cdk_is_handed_out_again(cdk: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert start() is cdk
    assert capsys.readouterr().out == ""


def test_the_environment_of_the_process_is_as_it_was(cdk: Any) -> None:
    assert node_path().is_file()
    assert not {"JSII_NODE", "CDK_CONTEXT_JSON"} & os.environ.keys()
