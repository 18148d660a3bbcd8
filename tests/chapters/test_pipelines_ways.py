"""Chapter 05: other sound ways pass, and releases that only look right are named."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from devops_workbook import open_lab
from devops_workbook.chapters.pipelines import colleagues, declarations, history, operate
from devops_workbook.chapters.pipelines.rehearsal_of_releases import rehearse
from devops_workbook.exercise import Outcome
from devops_workbook.lab import Lab
from devops_workbook.shop_repository import REPOSITORY, commit_files, shop_files

PRICING, TESTS = "orders/service/pricing.py", "orders/tests/test_pricing.py"
RELEASES = [
    ("ALTER TABLE customers ADD COLUMN full_name TEXT", "1.5"),
    ("UPDATE customers SET full_name = name WHERE full_name IS NULL", "1.6"),
    ("", "1.7"),
    ("ALTER TABLE customers DROP COLUMN name", "1.7"),
]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """One lab for all tests: each begins with ``catch_up``, which empties the account."""
    lab = open_lab("pipelines")
    lab.recording = False
    yield lab
    lab.close()


@pytest.fixture
def client(lab: Lab) -> Any:
    return boto3.client("codepipeline")


def test_a_package_before_its_tests_is_named(lab: Lab, client: Any) -> None:
    lab.catch_up("declare")
    build = declarations.build_stage()
    test, package = build["actions"]
    test["runOrder"], package["runOrder"] = 2, 1
    production = declarations.stage("Production", declarations.deploy())
    client.update_pipeline(
        pipeline=declarations.pipeline(build, declarations.approve_stage(), production)
    )
    assert "Package runs before Test" in lab.check("declare").message


def test_a_deployment_by_another_provider_is_named(lab: Lab, client: Any) -> None:
    lab.catch_up("declare")
    deploy = declarations.action(
        "Deploy",
        "Deploy",
        "CodeDeploy",
        inputs=("Package",),
        ApplicationName="orders",
        DeploymentGroupName="production",
    )
    production = declarations.stage("Production", deploy)
    client.update_pipeline(
        pipeline=declarations.pipeline(
            declarations.build_stage(), declarations.approve_stage(), production
        )
    )
    assert "provider CodeDeploy. It should be S3" in lab.check("declare").message


def test_a_deployment_before_the_approval_is_named(lab: Lab, client: Any) -> None:
    lab.catch_up("declare")
    early = declarations.stage("Early", declarations.deploy() | {"name": "Early"})
    production = declarations.stage("Production", declarations.deploy())
    client.update_pipeline(
        pipeline=declarations.pipeline(
            declarations.build_stage(), early, declarations.approve_stage(), production
        )
    )
    assert "Early deploys before Release" in lab.check("declare").message


def answer(client: Any, status: str) -> str:
    """Answer the approval that waits; return its execution's id."""
    stage = client.get_pipeline_state(name="orders")["stageStates"][2]
    client.put_approval_result(
        pipelineName="orders",
        stageName="Approve",
        actionName="Release",
        result={"status": status, "summary": "I have read the notes."},
        token=stage["actionStates"][0]["latestExecution"]["token"],
    )
    return str(stage["latestExecution"]["pipelineExecutionId"])


@pytest.mark.parametrize(
    ("notes", "said"),
    [
        ("Draft, once more\n", "still has DRAFT"),
        (" \n", "has nothing in orders/RELEASE_NOTES.md"),
        ("Orders 1.4: vouchers.\n", "✓ Passed"),
    ],
)
def test_it_is_the_released_notes_that_count(lab: Lab, client: Any, notes: str, said: str) -> None:
    lab.catch_up("approve")
    answer(client, "Rejected")
    operate.run(lab)
    commit_files("Write the notes", {colleagues.NOTES: notes})
    operate.run(lab)
    answer(client, "Approved")
    operate.run(lab)
    assert said in str(lab.check("approve"))
    # What comes after the release is not in it.
    commit_files("Begin the next notes", {colleagues.NOTES: "DRAFT of what is next\n"})
    operate.run(lab)
    assert said in str(lab.check("approve"))


def test_a_draft_that_is_let_through_at_the_second_try_is_released(lab: Lab, client: Any) -> None:
    lab.catch_up("approve")
    draft = answer(client, "Rejected")
    operate.run(lab)
    client.retry_stage_execution(
        pipelineName="orders",
        stageName="Approve",
        retryMode="FAILED_ACTIONS",
        pipelineExecutionId=draft,
    )
    operate.run(lab)
    answer(client, "Approved")
    operate.run(lab)
    commit_files("Finish the notes", {colleagues.NOTES: "Orders 1.4: vouchers.\n"})
    assert "still has DRAFT" in lab.check("approve").message


def test_digits_in_capitals_are_as_good(lab: Lab) -> None:
    lab.catch_up("same-bytes")
    digest = hashlib.sha256(history.deployed()).hexdigest().upper()
    assert lab.check("same-bytes", {"packaged": digest, "deployed": digest}).passed


def test_a_test_that_is_added_with_the_repair_is_welcome(lab: Lab) -> None:
    lab.catch_up("mend")
    files = shop_files("orders")
    more = f"{files[TESTS]}\n\ndef test_more() -> None:\n    assert shipping(0) > 0\n"
    commit_files("Mend shipping", {PRICING: files[PRICING], TESTS: more})
    operate.run(lab)
    assert lab.check("mend").passed


def test_a_build_that_leaves_the_tests_out_mends_nothing(lab: Lab) -> None:
    lab.catch_up("mend")
    command = "cd orders && python -m pytest -q -p no:cacheprovider -k 'not shipping'"
    buildspec = f"version: 0.2\nphases:\n  build:\n    commands:\n      - {command}\n"
    boto3.client("codebuild").update_project(
        name="orders-test", source={"type": "CODEPIPELINE", "buildspec": buildspec}
    )
    commit_files("Try once more", {"orders/NOTE": "Once more\n"})
    operate.run(lab)
    assert "nothing left out" in lab.check("mend").message


def test_nothing_to_mend_is_a_missing_set_up(lab: Lab) -> None:
    lab.catch_up("freeze")
    assert lab.check("mend", None).outcome is Outcome.SETUP_MISSING


def test_a_declaration_that_came_after_the_failure_undoes_nothing(lab: Lab, client: Any) -> None:
    lab.catch_up("roll-back")
    boto3.client("codecommit").merge_branches_by_fast_forward(
        repositoryName=REPOSITORY,
        sourceCommitSpecifier="payments",
        destinationCommitSpecifier="main",
        targetBranch="main",
    )
    operate.ship(lab)
    pipeline = history.declaration()
    pipeline["stages"][-1]["onFailure"] = {"result": "ROLLBACK"}
    client.update_pipeline(pipeline=pipeline)
    assert "before you changed it" in lab.check("roll-back").message


@pytest.mark.parametrize("plan", [tuple(RELEASES), [list(each) for each in RELEASES]])
def test_releases_may_be_lists_or_tuples(lab: Lab, plan: Any) -> None:
    assert lab.check("expand-contract", plan).passed
    assert len(rehearse(plan).rows) > len(RELEASES)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"SUPERSEDED": ["A", "C"], "QUEUED": ("A", "B", "C"), "PARALLEL": "c, b, a"}, "✓ Passed"),
        ({"SUPERSEDED": "A->C", "QUEUED": "A B C", "PARALLEL": "CBA"}, "✓ Passed"),
        ({"SUPERSEDED": "AC", "QUEUED": [], "PARALLEL": "CBA"}, "reached['QUEUED'] should be"),
        ({"SUPERSEDED": "AD", "QUEUED": "ABC", "PARALLEL": 3}, "reached['SUPERSEDED'] should be"),
        ({"SUPERSEDED": "AC", "QUEUED": "ABC", "PARALLEL": 3}, "reached['PARALLEL'] should be"),
        ({"SUPERSEDED": "a,b,c", "QUEUED": "ABC", "PARALLEL": "CBA"}, "How many can wait"),
    ],
)
def test_letters_may_be_listed_or_separated(lab: Lab, answer: Any, said: str) -> None:
    assert said in str(lab.check("modes", answer))


def test_a_build_and_a_test_may_be_copied_whole(lab: Lab) -> None:
    lab.catch_up("find-failure")
    [run] = [each for each in history.runs_of("Test") if each["status"] == "Failed"]
    build = run["output"]["executionResult"]["externalExecutionId"]
    [found] = boto3.client("codebuild").batch_get_builds(ids=[build])["builds"]
    line = f"{TESTS}::test_shipping_is_free_from_fifty - assert (490, ..."
    answer = {"stage": "Build", "action": "Test", "build": found["arn"], "test": line}
    assert lab.check("find-failure", answer).passed
    other = answer | {"test": f"{TESTS}::test_shipping - assert"}
    assert "names another test" in lab.check("find-failure", other).message
    assert "has another id" in lab.check("find-failure", answer | {"build": build[:-1]}).message


def test_a_pipeline_without_a_deployment_has_none_to_retry(lab: Lab, client: Any) -> None:
    lab.catch_up("retry")
    pipeline = history.declaration()
    client.delete_pipeline(name="orders")
    boto3.client("s3").create_bucket(Bucket="shop-production")
    client.create_pipeline(pipeline=pipeline)
    assert lab.check("retry").outcome is Outcome.SETUP_MISSING
