"""Apps become assemblies: stacks in order, findings, and refusals in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from devops_workbook import cdk as tools
from devops_workbook.cdk import Assembly, CdkError, synth
from devops_workbook.cdk.assembly import read

AppOf = Callable[..., Assembly]


def fill(stack: Any) -> None:
    from aws_cdk import aws_sqs as sqs

    sqs.Queue(stack, "Orders")


def test_an_assembly_says_what_it_holds(app_of: AppOf) -> None:
    assembly = app_of(fill)
    lines = len(assembly.stack().text.splitlines())
    assert repr(assembly) == f"shop: 1 resources, {lines} lines of template"
    [name] = assembly.template()["Resources"]
    assert assembly.stack("shop").path(name) == "Orders"


def test_a_later_synthesis_of_the_app_changes_no_earlier_assembly(cdk: Any) -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "shop")
    fill(stack)
    first = synth(app)
    from aws_cdk import aws_sns as sns

    sns.Topic(stack, "Events")
    assert len(synth(app).template()["Resources"]) == 2
    assert len(first.template()["Resources"]) == 1


def test_a_stack_that_is_not_there_is_named_with_those_that_are(app_of: AppOf) -> None:
    with pytest.raises(CdkError, match=r"^No stack of the app is named 'shopp'. There are: shop\."):
        app_of(fill).stack("shopp")


def test_stacks_come_after_those_that_they_need_and_stages_are_opened(cdk: Any) -> None:
    from aws_cdk import aws_sqs as sqs

    app = cdk.App()
    stage = cdk.Stage(app, "prod")
    user, owner = cdk.Stack(stage, "a-user"), cdk.Stack(stage, "z-owner")
    queue = sqs.Queue(owner, "Orders")
    cdk.CfnOutput(user, "Queue", value=queue.queue_name)
    sqs.Queue(user, "Mails")
    names = [stack.name for stack in synth(app).stacks]
    assert names == ["prod-z-owner", "prod-a-user"]


def test_what_cloudformation_would_refuse_is_refused_by_the_cdk(cdk: Any, app_of: AppOf) -> None:
    def wrong(stack: Any) -> None:
        cdk.CfnResource(stack, "Orders", type="AWS::SQS::Queue", properties={"Fifo": True})

    with pytest.raises(CdkError, match=r"(?s)would refuse.*shop/Orders: Fifo: .*F3002"):
        app_of(wrong)


def test_what_constructs_warn_of_is_told_and_what_they_object_to_raised(
    cdk: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    app = cdk.App()
    stack = cdk.Stack(app, "shop")
    fill(stack)
    cdk.Annotations.of(stack).add_warning_v2("shop:name", "The shop has no name")
    synth(app)
    assert "[Warning at /shop] The shop has no name" in capsys.readouterr().out
    cdk.Annotations.of(stack).add_error("The shop has no owner")
    with pytest.raises(CdkError, match=r"^\[Error at /shop\] The shop has no owner$"):
        synth(app)


def test_a_circle_is_refused_without_a_stack_trace(cdk: Any) -> None:
    from aws_cdk import aws_sqs as sqs

    app = cdk.App()
    one, other = cdk.Stack(app, "one"), cdk.Stack(app, "other")
    queues = [sqs.Queue(stack, "Orders") for stack in (one, other)]
    for stack, queue in zip((one, other), reversed(queues), strict=True):
        cdk.CfnOutput(stack, "Name", value=queue.queue_name)
    with pytest.raises(CdkError, match="cyclic reference") as caught:
        synth(app)
    assert "\n    at " not in str(caught.value)


def test_findings_of_cdk_nag_are_listed_but_those_acknowledged(cdk: Any) -> None:
    from aws_cdk import aws_s3 as s3
    from cdk_nag import AwsSolutionsChecks

    app = cdk.App()
    bucket = s3.Bucket(cdk.Stack(app, "shop"), "Notes", enforce_ssl=True)
    cdk.Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    [found] = tools.findings(synth(app))
    assert (found.rule, found.construct) == ("AwsSolutions-S1", "shop/Notes/Resource")
    acknowledged = cdk.Acknowledgment(id="AwsSolutions-S1", reason="Nobody reads them")
    cdk.Validations.of(bucket).acknowledge(acknowledged)
    assembly = synth(app)
    assert tools.findings(assembly) == []
    assert assembly.stack().acknowledged == {"AwsSolutions-S1": "Nobody reads them"}


def test_a_lookup_in_the_account_is_refused(cdk: Any) -> None:
    from aws_cdk import aws_ec2 as ec2

    app = cdk.App()
    here = cdk.Environment(account="123456789012", region="us-east-1")
    ec2.Vpc.from_lookup(cdk.Stack(app, "shop", env=here), "Network", is_default=True)
    with pytest.raises(CdkError, match=r"looks something up in the account \(vpc-provider\)"):
        synth(app)


def test_a_folder_without_a_manifest_is_no_assembly(tmp_path: Path) -> None:
    with pytest.raises(CdkError, match="is no cloud assembly"):
        read(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {}}))
    assert repr(read(tmp_path)) == "An app without stacks."
