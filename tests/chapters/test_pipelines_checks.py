"""Chapter 05: other right ways pass, and mistakes that the notebook does not show are named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from devops_workbook import open_lab
from devops_workbook.chapters.pipelines import declarations, flow, history, operate
from devops_workbook.chapters.pipelines.account import OBJECT, PRODUCTION
from devops_workbook.exercise import Outcome
from devops_workbook.lab import Lab
from devops_workbook.shop_repository import REPOSITORY, commit_files, shop_files

PRICING = "orders/service/pricing.py"


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = open_lab("pipelines")
    yield lab
    lab.close()


@pytest.fixture
def client(lab: Lab) -> Any:
    return boto3.client("codepipeline")


def whole() -> dict[str, Any]:
    """Return the whole pipeline, as the first exercise asks for it."""
    production = declarations.stage("Production", declarations.deploy())
    return declarations.pipeline(
        declarations.build_stage(), declarations.approve_stage(), production
    )


def test_a_package_in_a_stage_of_its_own_is_as_good(lab: Lab, client: Any) -> None:
    lab.catch_up("declare")
    pipeline = whole()
    package = pipeline["stages"][1]["actions"].pop()
    pipeline["stages"].insert(2, declarations.stage("Package", {**package, "runOrder": 1}))
    client.update_pipeline(pipeline=pipeline)
    assert lab.check("declare").passed


def test_a_pipeline_made_anew_is_as_good(lab: Lab, client: Any) -> None:
    lab.catch_up("declare")
    client.delete_pipeline(name="orders")
    assert lab.check("declare").outcome is Outcome.SETUP_MISSING
    client.create_pipeline(pipeline=whole())
    assert lab.check("declare").passed


@pytest.mark.parametrize(
    ("stage", "action", "change", "said"),
    [
        (1, 1, {"configuration": {"ProjectName": "orders-test"}}, "the build project orders-test"),
        (1, 0, {"name": "Tests"}, "Looked for an action named Test."),
        (3, 0, {"name": "Copy"}, "Looked for an action named Deploy."),
    ],
)
def test_a_wrong_action_is_named(
    lab: Lab, client: Any, stage: int, action: int, change: dict[str, Any], said: str
) -> None:
    lab.catch_up("declare")
    pipeline = whole()
    pipeline["stages"][stage]["actions"][action] |= change
    client.update_pipeline(pipeline=pipeline)
    result = lab.check("declare")
    assert result.outcome is Outcome.NOT_YET
    assert said in result.message


@pytest.mark.parametrize(
    ("setting", "value"), [("Extract", "true"), ("ObjectKey", "order.zip"), ("BucketName", "shop")]
)
def test_a_deployment_to_elsewhere_is_named(
    lab: Lab, client: Any, setting: str, value: str
) -> None:
    lab.catch_up("declare")
    pipeline = whole()
    pipeline["stages"][3]["actions"][0]["configuration"][setting] = value
    client.update_pipeline(pipeline=pipeline)
    result = lab.check("declare")
    assert f"'{setting}': '{value}'" in result.message


def test_an_approval_in_the_last_stage_is_sent_to_its_own(lab: Lab, client: Any) -> None:
    lab.catch_up("declare")
    pipeline = whole()
    approval = pipeline["stages"].pop(2)["actions"][0]
    pipeline["stages"][2]["actions"][0]["runOrder"] = 2
    pipeline["stages"][2]["actions"].insert(0, approval)
    client.update_pipeline(pipeline=pipeline)
    assert "Release stands in the stage Production" in lab.check("declare").message


def test_a_draft_that_was_stopped_was_not_rejected(lab: Lab, client: Any) -> None:
    lab.catch_up("approve")
    [running] = history.executions()
    client.stop_pipeline_execution(
        pipelineName="orders", pipelineExecutionId=running["pipelineExecutionId"], abandon=True
    )
    lab.clock.advance(minutes=5)
    assert "was stopped" in lab.check("approve").message


def test_notes_that_are_still_a_draft_are_found(lab: Lab, client: Any) -> None:
    lab.catch_up("approve")
    [waiting] = operate.waiting_approvals()
    client.put_approval_result(
        pipelineName="orders",
        stageName="Approve",
        actionName="Release",
        result={"summary": "A draft.", "status": "Rejected"},
        token=waiting.token,
    )
    commit_files("Something else", {"orders/README.md": "Orders\n"})
    operate.ship(lab)
    assert "still has DRAFT" in lab.check("approve").message


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"stage": "Build", "action": ..., "build": ..., "test": ...}, "where['action']`, `wh"),
        ({"stage": "Approve", "action": "x", "build": "x", "test": "x"}, "The stage Approve has"),
        ({"stage": "Build"}, "'action', 'build' and 'test' are missing"),
        ("Build", "should be a dict with the keys"),
    ],
)
def test_half_an_answer_is_told_what_is_missing(lab: Lab, answer: object, said: str) -> None:
    lab.catch_up("find-failure")
    assert said in lab.check("find-failure", answer).message


def test_any_test_that_failed_may_be_named(lab: Lab) -> None:
    lab.catch_up("find-failure")
    runs = boto3.client("codepipeline").list_action_executions(pipelineName="orders")
    [build] = [
        run["output"]["executionResult"]["externalExecutionId"]
        for run in runs["actionExecutionDetails"]
        if run["status"] == "Failed"
    ]
    where = {"stage": "Build", "action": "Test", "build": build}
    for test in ("test_shipping_is_free_from_fifty", "test_a_voucher_does_not_cost_free_shipping"):
        assert lab.check("find-failure", {**where, "test": f"tests/test_pricing.py::{test}"}).passed
    green = {**where, "test": "test_a_voucher_is_taken_off_once"}
    assert "names another test" in lab.check("find-failure", green).message


def test_a_constant_can_be_mended_as_well(lab: Lab) -> None:
    lab.catch_up("mend")
    text = shop_files("orders")[PRICING].replace("cents >= FREE", "cents > FREE")
    commit_files("From 49.99 up", {PRICING: text.replace("= 5000", "= 4999")})
    operate.run(lab)
    assert lab.check("mend").passed


def test_a_mistake_that_mends_nothing_is_told_to_read_the_log(lab: Lab) -> None:
    lab.catch_up("mend")
    commit_files("Something else", {"orders/README.md": "Orders\n"})
    operate.run(lab)
    assert "Test says Failed of the new commit" in lab.check("mend").message


@pytest.mark.parametrize("mode", ["FAILED_ACTIONS", "ALL_ACTIONS"])
def test_either_mode_of_a_retry_will_do(lab: Lab, client: Any, mode: str) -> None:
    lab.catch_up("retry")
    boto3.client("s3").create_bucket(Bucket=PRODUCTION)
    [execution] = history.executions()
    client.retry_stage_execution(
        pipelineName="orders",
        stageName="Production",
        pipelineExecutionId=execution["pipelineExecutionId"],
        retryMode=mode,
    )
    operate.run(lab)
    assert lab.check("retry").passed


def test_a_bucket_alone_is_half_the_way(lab: Lab) -> None:
    lab.catch_up("retry")
    boto3.client("s3").create_bucket(Bucket=PRODUCTION)
    assert "The bucket is back. Deploy has not been retried." in lab.check("retry").message


@pytest.mark.parametrize("mode", flow.MODES)
def test_a_prediction_is_what_happens(lab: Lab, client: Any, mode: str) -> None:
    reached = []
    for letter in "ABC":
        commit_files(letter, {"LETTER": letter})
        if letter == "A":
            name = flow.create_small(mode)
        lab.clock.advance(minutes=5)
    while operate.approve(name):
        lab.clock.advance(minutes=5)
    done = [each for each in history.executions(name) if each["status"] == "Succeeded"]
    for each in sorted(done, key=lambda each: each["lastUpdateTime"]):
        reached.append(each["sourceRevisions"][0]["revisionSummary"])
    assert "".join(reached) == flow.REACHED[mode]


def test_closing_what_leaves_the_stage_before_closes_the_transition(lab: Lab, client: Any) -> None:
    lab.catch_up("freeze")
    client.disable_stage_transition(
        pipelineName="orders",
        stageName="Build",
        transitionType="Outbound",
        reason="Release freeze until January.",
    )
    assert lab.check("freeze").passed


def test_a_rollback_by_hand_is_not_the_stages_own(lab: Lab, client: Any) -> None:
    lab.catch_up("roll-back")
    [first] = history.executions()
    boto3.client("codecommit").merge_branches_by_fast_forward(
        repositoryName=REPOSITORY,
        sourceCommitSpecifier="payments",
        destinationCommitSpecifier="main",
        targetBranch="main",
    )
    operate.ship(lab)
    assert "No stage has an onFailure" in lab.check("roll-back").message
    client.rollback_stage(
        pipelineName="orders",
        stageName="Production",
        targetPipelineExecutionId=first["pipelineExecutionId"],
    )
    operate.run(lab)
    pipeline = history.declaration()
    pipeline["stages"][-1]["onFailure"] = {"result": "ROLLBACK"}
    client.update_pipeline(pipeline=pipeline)
    assert "started by ManualRollback" in lab.check("roll-back").message


def test_two_labs_show_the_same(lab: Lab) -> None:
    def shown() -> tuple[object, ...]:
        lab.catch_up("retry")
        runs = [
            (run["actionExecutionId"], run["startTime"], run.get("output"))
            for name in ("Source", "Test", "Package", "Release", "Deploy")
            for run in history.runs_of(name)
        ]
        return runs, history.executions()

    assert shown() == shown()


def test_production_holds_what_was_packaged(lab: Lab) -> None:
    lab.catch_up("same-bytes")
    package = boto3.client("s3").get_object(Bucket=PRODUCTION, Key=OBJECT)["Body"].read()
    tip = boto3.client("codecommit").get_branch(repositoryName=REPOSITORY, branchName="main")
    assert history.commit_in(package) == tip["branch"]["commitId"]
