"""Chapter 12: other right ways pass, and what looks right and is not is named."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from devops_workbook import open_lab
from devops_workbook.chapters.capstone import (
    REGISTRY,
    bad_release,
    deploy,
    fire_drill,
    newest_image,
    play,
    reference,
)
from devops_workbook.chapters.capstone.rebuild import by_hand
from devops_workbook.chapters.capstone.the_quarter import measured
from devops_workbook.exercise import Outcome
from devops_workbook.lab import Lab

Template = dict[str, Any]


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = open_lab("capstone")
    yield lab
    lab.close()


def current() -> Template:
    """Return the template that was deployed last."""
    body = boto3.client("cloudformation").get_template(StackName="shop")["TemplateBody"]
    return copy.deepcopy(dict(body))


def properties(template: Template, name: str) -> Template:
    """Return the properties of a resource, to be changed."""
    return template["Resources"][name]["Properties"]  # type: ignore[no-any-return]


def start(lab: Lab, minutes: int = 20) -> None:
    """Start the pipeline, as nobody has committed anything, and let some time pass."""
    boto3.client("codepipeline").start_pipeline_execution(name="orders")
    lab.clock.advance(minutes=minutes)


def not_yet(lab: Lab, key: str, answer: Any = None) -> str:
    """Return the message of a check that says not yet."""
    result = lab.check(key, answer)
    assert result.outcome is Outcome.NOT_YET, result
    return result.message


# Deploy.


def test_a_deployment_that_fails_says_so_although_nobody_looks_at_what_it_returns(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    reference.build_ground(lab)
    template = current()
    repository = {"Type": "AWS::CodeCommit::Repository", "Properties": {"Name": "shop"}}
    events = deploy(lab, reference.with_resources(template, {"Code": repository}))
    assert capsys.readouterr().out.startswith("Not deployed: Code is CREATE_FAILED. Properties")
    assert events.rows[0][1:3] == ("shop", "UPDATE_IN_PROGRESS")
    assert deploy(lab, template).caption == "Stack shop: nothing to change"
    assert capsys.readouterr().out == ""


# From a commit to an image.


@pytest.fixture
def built(lab: Lab) -> Lab:
    reference.build_pipeline(lab)
    return lab


def test_a_pipeline_that_failed_says_where_and_that_a_template_starts_nothing(built: Lab) -> None:
    template = current()
    image = properties(template, "Pipeline")["Stages"][1]["Actions"][1]["Configuration"]
    image["DockerFilePath"] = "orders/Dockerfile"
    deploy(built, template)
    start(built)
    said = not_yet(built, "pipeline")
    assert "is Failed, in Build, Image: “unable to prepare context" in said
    assert "start_pipeline_execution" in said
    image["DockerFilePath"] = "orders"
    deploy(built, template)
    built.clock.advance(minutes=10)
    assert not_yet(built, "pipeline") == said
    start(built)
    assert built.check("pipeline").passed


def test_a_pipeline_that_runs_is_under_way(built: Lab) -> None:
    start(built, minutes=1)
    assert "is under way. Let some time pass" in not_yet(built, "pipeline")


def test_an_execution_from_before_the_mending_is_called_so(built: Lab) -> None:
    template = current()
    image = properties(template, "Pipeline")["Stages"][1]["Actions"][1]
    image["RunOrder"] = 1
    deploy(built, template)
    start(built)
    said = not_yet(built, "pipeline")
    assert "before the tests had ended" in said
    assert "was changed since" not in said
    image["RunOrder"] = 2
    deploy(built, template)
    assert "was changed since, and that starts nothing" in not_yet(built, "pipeline")


def test_the_newest_image_is_named_by_its_commit(built: Lab) -> None:
    named = newest_image()
    ecr = boto3.client("ecr")
    asked = [{"imageTag": named.rpartition(":")[2]}]
    [image] = ecr.batch_get_image(repositoryName="orders", imageIds=asked)["images"]
    ecr.put_image(repositoryName="orders", imageManifest=image["imageManifest"], imageTag="latest")
    assert newest_image() == named


# Run it.


def served(lab: Lab, change: Callable[[Template, Template], object]) -> None:
    """Deploy the course's service with a change of its definition and of itself."""
    parts = reference.service(reference.Design(rollback=False), newest_image())
    change(parts["Task"]["Properties"], parts["Service"]["Properties"])
    deploy(lab, reference.with_resources(current(), parts))


def test_a_service_that_was_taken_back_says_why_its_tasks_stopped(
    built: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    served(built, lambda _, service: service.pop("HealthCheckGracePeriodSeconds"))
    assert "CloudFormation still waits for Service." in capsys.readouterr().out
    said = not_yet(built, "service")
    assert "CloudFormation took it back" in said
    assert "“Task failed ELB health checks”" in said


def test_a_service_and_a_pipeline_of_another_name_are_shown(built: Lab) -> None:
    served(built, lambda _, service: service.update(ServiceName="shop"))
    assert "no ECS service orders in the cluster shop. Found shop/shop." in not_yet(
        built, "service"
    )
    template = current()
    properties(template, "Pipeline")["Name"] = "shop"
    deploy(built, template)
    assert "There is no pipeline orders. Found ['shop']." in not_yet(built, "pipeline")


def test_a_service_that_was_never_tried_is_not_started(built: Lab) -> None:
    assert built.check("service").outcome is Outcome.NOT_STARTED


def test_a_collector_that_can_take_orders_with_it_is_refused(built: Lab) -> None:
    served(built, lambda task, _: task["ContainerDefinitions"][1].pop("Essential"))
    assert "The container collector is essential" in not_yet(built, "service")


def test_fargate_needs_a_role_to_pull_the_image(built: Lab) -> None:
    served(built, lambda task, _: task.pop("ExecutionRoleArn"))
    assert "has no ExecutionRoleArn" in not_yet(built, "service")


def test_a_revision_in_the_template_passes_with_a_warning(built: Lab) -> None:
    served(built, lambda _, service: service.update(TaskDefinition={"Ref": "Task"}))
    result = built.check("service")
    assert result.passed
    assert "names one revision" in result.message


def test_the_family_passes_without_one(built: Lab) -> None:
    served(built, lambda *_: None)
    result = built.check("service")
    assert result.passed
    assert result.message.endswith("and traced.")


# Into production.


def test_an_image_that_does_not_name_its_commit_is_not_a_release(lab: Lab) -> None:
    reference.build_release(lab)
    template = current()
    stages = properties(template, "Pipeline")["Stages"]
    stages[1]["Actions"][1]["Configuration"]["ImageTags"] += ",latest"
    project = properties(template, "Test")["Source"]
    named = project["BuildSpec"]
    project["BuildSpec"] = named.replace("$CODEBUILD_RESOLVED_SOURCE_VERSION", "latest")
    assert project["BuildSpec"] != named
    deploy(lab, template)
    start(lab)
    assert f"Production runs {REGISTRY}:latest" in not_yet(lab, "release")


# Alarms.


@pytest.fixture
def released(lab: Lab) -> Lab:
    reference.build_release(lab)
    return lab


def test_a_composite_alarm_may_be_the_one_that_calls(released: Lab) -> None:
    parts = reference.alarms()
    names = [name for name in parts if name != "OnCall"]
    for name in names:
        del parts[name]["Properties"]["AlarmActions"]
        parts[name]["Properties"]["AlarmName"] = name
    rule = " OR ".join(f"ALARM({name})" for name in names)
    actions = [{"Ref": "OnCall"}]
    parts["Page"] = {
        "Type": "AWS::CloudWatch::CompositeAlarm",
        "DependsOn": names,
        "Properties": {"AlarmName": "page", "AlarmRule": rule, "AlarmActions": actions},
    }
    deploy(released, reference.with_resources(current(), parts))
    fire_drill(released)
    assert released.check("alarms").passed


def test_an_alarm_that_was_changed_after_the_drill_was_not_drilled(released: Lab) -> None:
    template = reference.with_resources(current(), reference.alarms())
    deploy(released, template)
    fire_drill(released)
    assert released.check("alarms").passed
    properties(template, "ErrorsAlarm")["Threshold"] = 0
    deploy(released, template)
    assert "changed after the drill. Run fire_drill(lab) again" in not_yet(released, "alarms")
    fire_drill(released)
    assert "somebody was called, and nothing was wrong" in not_yet(released, "alarms")


# Rollback.


def guarded(lab: Lab, **deployment: Any) -> None:
    """Deploy the course's own design with other settings of its deployments."""
    template = current()
    names = [{"Ref": "ErrorsAlarm"}, {"Ref": "LatencyAlarm"}]
    settings = {
        "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True},
        "Alarms": {"Enable": True, "Rollback": True, "AlarmNames": names},
    }
    properties(template, "Service")["DeploymentConfiguration"] = settings | deployment
    deploy(lab, template)


@pytest.fixture
def watched(lab: Lab) -> Lab:
    reference.build_all(lab, reference.Design(rollback=False))
    return lab


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"DeploymentCircuitBreaker": {"Enable": True, "Rollback": False}}, "do not get healthy"),
        (
            {"Alarms": {"Enable": True, "Rollback": False, "AlarmNames": [{"Ref": "ErrorsAlarm"}]}},
            "does not go back: a bad version",
        ),
        (
            {"Alarms": {"Enable": True, "Rollback": True, "AlarmNames": ["orders-eror"]}},
            "watch orders-eror: there is no such alarm",
        ),
    ],
)
def test_half_a_guard_is_named(watched: Lab, settings: Template, said: str) -> None:
    guarded(watched, **settings)
    assert said in not_yet(watched, "rollback")


def test_watching_the_wrong_alarm_is_named_and_the_drill_can_be_run_again(watched: Lab) -> None:
    slow = [{"Ref": "LatencyAlarm"}]
    guarded(watched, Alarms={"Enable": True, "Rollback": True, "AlarmNames": slow})
    bad_release(watched)
    said = not_yet(watched, "rollback")
    assert "none of what they watch (shop-LatencyAlarm" in said
    guarded(watched)
    bad_release(watched)
    assert watched.check("rollback").passed


def test_a_stage_of_the_pipeline_that_watches_the_alarms_is_as_good(watched: Lab) -> None:
    template = current()
    production = properties(template, "Pipeline")["Stages"][2]
    kind = {"Category": "Rule", "Owner": "AWS", "Provider": "CloudWatchAlarm", "Version": "1"}
    rules = [
        {"Name": name, "RuleTypeId": kind, "Configuration": {"AlarmName": {"Ref": name}, **wait}}
        for name, wait in (("ErrorsAlarm", {"WaitTime": "5"}), ("LatencyAlarm", {"WaitTime": "5"}))
    ]
    production["OnSuccess"] = {"Conditions": [{"Result": "ROLLBACK", "Rules": rules}]}
    deploy(watched, template)
    assert "do not get healthy" in not_yet(watched, "rollback")
    production["OnFailure"] = {"Result": "ROLLBACK"}
    deploy(watched, template)
    start(watched, minutes=25)  # a stage goes back only to an execution of the same declaration
    bad_release(watched)
    assert watched.check("rollback").passed


def constant_image(lab: Lab) -> None:
    """Let the pipeline deploy the image of today for ever."""
    template = current()
    project = properties(template, "Test")["Source"]
    today = newest_image().rpartition(":")[2]
    project["BuildSpec"] = project["BuildSpec"].replace("$CODEBUILD_RESOLVED_SOURCE_VERSION", today)
    deploy(lab, template)


def test_a_bad_release_that_never_arrives_proves_nothing(lab: Lab) -> None:
    reference.build_all(lab)
    constant_image(lab)
    bad_release(lab)
    assert "no customer met the bad release" in not_yet(lab, "rollback")


def test_a_quarter_of_releases_that_never_arrive_is_not_measured(lab: Lab) -> None:
    reference.build_all(lab)
    constant_image(lab)
    after = measured(play(lab, weeks=1, seed=68))
    assert "no customer has seen" in not_yet(lab, "quarter", after)


# Rebuild.


@pytest.fixture
def broken(lab: Lab) -> Lab:
    lab.catch_up("rebuild")
    return lab


def test_taking_it_out_of_the_template_and_in_again_is_as_good(broken: Lab) -> None:
    whole = current()
    less = copy.deepcopy(whole)
    for name in ("Customers", "Service"):
        del less["Resources"][name]
    deploy(broken, less)
    deploy(broken, whole)
    assert broken.check("rebuild").passed


def test_a_rule_mended_by_hand_is_not_from_the_template(broken: Lab) -> None:
    whole = current()
    by_hand()
    boto3.client("ecs").delete_service(cluster="shop", service="orders", force=True)
    broken.clock.advance(minutes=5)
    less = copy.deepcopy(whole)
    del less["Resources"]["Service"]
    deploy(broken, less)
    deploy(broken, whole)
    broken.clock.advance(minutes=5)
    assert "The rule Customers differs from the template" in not_yet(broken, "rebuild")


def test_a_rule_that_is_gone_is_named(broken: Lab) -> None:
    template = current()
    del template["Resources"]["Customers"]
    del template["Resources"]["Service"]
    deploy(broken, template)
    by_hand_without_a_balancer()
    broken.clock.advance(minutes=5)
    assert broken.check("rebuild").outcome is Outcome.NOT_YET


def by_hand_without_a_balancer() -> None:
    """Run the service where no customer comes."""
    subnets = [each["SubnetId"] for each in boto3.client("ec2").describe_subnets()["Subnets"][:2]]
    boto3.client("ecs").create_service(
        cluster="shop",
        serviceName="orders",
        taskDefinition="orders",
        desiredCount=2,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": subnets}},
    )


# The target.


def test_a_target_without_a_play_names_the_play_that_it_needs(lab: Lab) -> None:
    reference.build_all(lab)
    assert "play(lab, weeks=5, seed=68)" in not_yet(lab, "target", 3)
