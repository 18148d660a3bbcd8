"""In-place deployments to instances: files, scripts, health, and the way back."""

from __future__ import annotations

import os
from typing import Any

import pytest
from deploy_lab import ROLLBACK, code_of
from server_lab import FILES, ServerLab, appspec

from offline_aws.clients import client

SHOW = "#!/bin/sh\nenv | sort > $INSTANCE_ROOT/seen\npwd >> $INSTANCE_ROOT/seen\necho installed\n"
FAIL = "#!/bin/sh\necho not today >&2\nexit 3\n"
PASS = "#!/bin/sh\nexit 0\n"


def test_files_are_copied_and_scripts_really_run(
    servers: ServerLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_MACHINE", "hush")
    (instance,) = servers.instances()
    group = servers.group_of()
    spec = appspec(AfterInstall="scripts/show.sh")
    made = servers.create_of(servers.bundle(spec, scripts__show=SHOW))
    assert servers.finish(made)["status"] == "Succeeded"
    root = servers.root(instance)
    assert (root / "srv/shop/appspec.yml").read_text() == spec
    seen = (root / "seen").read_text().splitlines()
    assert {
        "APPLICATION_NAME=shop",
        f"DEPLOYMENT_ID={made}",
        "DEPLOYMENT_GROUP_NAME=prod",
        f"DEPLOYMENT_GROUP_ID={group}",
        "LIFECYCLE_EVENT=AfterInstall",
        "BUNDLE_BUCKET=bundles",
        "BUNDLE_KEY=shop.zip",
    } <= set(seen)
    assert seen[-1].endswith("deployment-archive")
    assert "hush" not in "".join(seen)
    event = servers.event(made, instance, "AfterInstall")
    assert event["diagnostics"] == {
        "errorCode": "Success",
        "scriptName": "scripts/show.sh",
        "message": "Succeeded",
        "logTail": "LifecycleEvent - AfterInstall\nScript - scripts/show.sh\n[stdout]installed\n",
    }
    assert list(servers.events(made).items()) == [
        ("ApplicationStop", "Succeeded"),
        ("DownloadBundle", "Succeeded"),
        ("BeforeInstall", "Succeeded"),
        ("Install", "Succeeded"),
        ("AfterInstall", "Succeeded"),
        ("ApplicationStart", "Succeeded"),
        ("ValidateService", "Succeeded"),
    ]


@pytest.mark.parametrize("key", ["shop.tar", "shop.tgz"])
def test_archives_of_tar_are_unpacked_too(servers: ServerLab, key: str) -> None:
    (instance,) = servers.instances()
    servers.group_of()
    made = servers.create_of(servers.bundle(appspec(), key, run=PASS))
    assert servers.finish(made)["status"] == "Succeeded"
    assert (servers.root(instance) / "srv/shop/run.sh").exists()


@pytest.mark.parametrize(
    ("text", "hook", "code", "message"),
    [
        (FAIL, "run.sh", "ScriptFailed", "failed with exit code 3"),
        (PASS, "none.sh", "ScriptMissing", "Script does not exist at specified location: none.sh"),
        ("no program", "run.sh", "ScriptNotExecutable", "is not executable"),
        ("#!/bin/sh\nsleep 90\n", "run.sh,60", "ScriptTimedOut", "to complete in 60 seconds"),
    ],
)
def test_a_script_that_goes_wrong_says_so_in_the_diagnostics(
    servers: ServerLab, text: str, hook: str, code: str, message: str
) -> None:
    (instance,) = servers.instances()
    servers.group_of()
    made = servers.create_of(servers.bundle(appspec(BeforeInstall=hook), run=text))
    info = servers.finish(made)
    assert info["errorInformation"]["code"] == "HEALTH_CONSTRAINTS"
    event = servers.event(made, instance, "BeforeInstall")
    assert event["status"] == "Failed"
    assert event["diagnostics"]["errorCode"] == code
    assert message in event["diagnostics"]["message"]
    assert servers.event(made, instance, "Install")["status"] == "Skipped"
    if code == "ScriptFailed":
        assert "[stdout]not today" in event["diagnostics"]["logTail"]
    if code == "ScriptTimedOut":
        assert (event["endTime"] - event["startTime"]).total_seconds() == 60


@pytest.mark.parametrize(
    ("spec", "event"),
    [
        ("nothing", "DownloadBundle"),
        (appspec().replace("0.0", "1.0"), "DownloadBundle"),
        (appspec(Install="run.sh"), "DownloadBundle"),
        (appspec(BeforeInstall="run.sh,9999"), "DownloadBundle"),
        (appspec().replace("linux", "windows"), "DownloadBundle"),
        (appspec(FILES.replace("source: /", "source: /none")), "Install"),
        (appspec(FILES.replace("/srv/shop", "/../../out")), "Install"),
    ],
)
def test_a_mistake_in_the_appspec_fails_where_the_agent_finds_it(
    servers: ServerLab, spec: str, event: str
) -> None:
    (instance,) = servers.instances()
    servers.group_of()
    made = servers.create_of(servers.bundle(spec, run=PASS))
    assert servers.finish(made)["status"] == "Failed"
    assert servers.event(made, instance, event)["diagnostics"]["errorCode"] == "UnknownError"


def test_a_bundle_without_an_appspec_and_one_that_is_not_there(servers: ServerLab) -> None:
    (instance,) = servers.instances()
    servers.group_of()
    made = servers.create_of(servers.bundle_of({"index.html": "x"}))
    servers.finish(made)
    text = servers.event(made, instance, "DownloadBundle")["diagnostics"]["message"]
    assert "did not find an AppSpec file" in text
    place = {"bucket": "bundles", "key": "none.zip", "bundleType": "zip"}
    made = servers.create_of({"revisionType": "S3", "s3Location": place})
    servers.finish(made)
    text = servers.event(made, instance, "DownloadBundle")["diagnostics"]["message"]
    assert "NoSuchKey" in text


def test_permissions_set_the_mode_of_what_is_there(servers: ServerLab) -> None:
    (instance,) = servers.instances()
    servers.group_of()
    files = FILES + (
        "permissions:\n  - object: /srv/shop\n    pattern: '*.sh'\n    except: [b.sh]\n"
        "    owner: root\n    mode: 750\n    type: [file]\n"
    )
    servers.finish(servers.create_of(servers.bundle(appspec(files), a=PASS, b=PASS)))
    folder = servers.root(instance) / "srv/shop"
    assert oct((folder / "a.sh").stat().st_mode & 0o777) == "0o750"
    assert not os.access(folder / "b.sh", os.X_OK)


def test_what_the_last_deployment_installed_is_replaced(servers: ServerLab) -> None:
    (instance,) = servers.instances()
    servers.group_of()
    first = servers.bundle(appspec(), "1.zip", one=PASS, both=PASS)
    assert servers.finish(servers.create_of(first))["status"] == "Succeeded"
    second = servers.bundle(appspec(), "2.zip", two=PASS, both=PASS)
    assert servers.finish(servers.create_of(second))["status"] == "Succeeded"
    found = {path.name for path in (servers.root(instance) / "srv/shop").iterdir()}
    assert found == {"appspec.yml", "two.sh", "both.sh"}


@pytest.mark.parametrize(
    ("behaviour", "status", "text"),
    [
        ("DISALLOW", "Failed", "mine"),
        ("OVERWRITE", "Succeeded", PASS),
        ("RETAIN", "Succeeded", "mine"),
    ],
)
def test_a_file_that_is_there_already(
    servers: ServerLab, behaviour: str, status: str, text: str
) -> None:
    (instance,) = servers.instances()
    servers.group_of()
    file = servers.root(instance) / "srv/shop/run.sh"
    file.parent.mkdir(parents=True)
    file.write_text("mine")
    revision = servers.bundle(appspec(), run=PASS)
    made = servers.create_of(revision, fileExistsBehavior=behaviour)
    assert servers.finish(made)["status"] == status
    assert file.read_text() == text
    if status == "Failed":
        message = servers.event(made, instance, "Install")["diagnostics"]["message"]
        assert message == (
            "The deployment failed because a specified file already exists at this location: "
            "/srv/shop/run.sh"
        )


def test_one_at_a_time_stops_at_the_first_failure_and_rolls_back(servers: ServerLab) -> None:
    instances = servers.instances(3)
    servers.group_of("OneAtATime", autoRollbackConfiguration=ROLLBACK)
    good = servers.create_of(servers.bundle(appspec(), "1.zip", good=PASS))
    servers.clock.advance(seconds=5)
    assert servers.statuses(good) == ["InProgress", "Pending", "Pending"]
    assert servers.finish(good)["deploymentOverview"]["Succeeded"] == 3
    bad = servers.create_of(servers.bundle(appspec(ValidateService="bad.sh"), "2.zip", bad=FAIL))
    info = servers.finish(bad)
    assert info["errorInformation"]["code"] == "HEALTH_CONSTRAINTS"
    assert servers.statuses(bad) == ["Failed", "Skipped", "Skipped"]
    rollback = servers.rolled_back(bad)
    assert rollback["status"] == "Succeeded"
    assert rollback["revision"]["s3Location"]["key"] == "1.zip"
    assert rollback["creator"] == "codeDeployRollback"
    for instance in instances:
        names = {path.name for path in (servers.root(instance) / "srv/shop").iterdir()}
        assert names == {"appspec.yml", "good.sh"}


def test_a_failure_without_a_good_revision_has_nothing_to_go_back_to(servers: ServerLab) -> None:
    servers.instances()
    servers.group_of(autoRollbackConfiguration=ROLLBACK)
    info = servers.finish(servers.create_of(servers.bundle("nothing")))
    assert list(info["rollbackInfo"]) == ["rollbackMessage"]


def test_no_instances_and_too_few_for_the_minimum(servers: ServerLab) -> None:
    servers.group_of()
    revision = servers.bundle(appspec())
    info = servers.finish(servers.create_of(revision))
    assert info["errorInformation"]["code"] == "NO_INSTANCES"
    servers.instances(2)
    servers.client.create_deployment_config(
        deploymentConfigName="all", minimumHealthyHosts={"type": "HOST_COUNT", "value": 2}
    )
    made = servers.create_of(revision, deploymentConfigName="all")
    assert servers.finish(made)["errorInformation"]["code"] == "HEALTH_CONSTRAINTS_INVALID"
    assert servers.statuses(made) == ["Skipped", "Skipped"]


def test_a_stopped_instance_has_failed(servers: ServerLab) -> None:
    instances = servers.instances(3)
    servers.ec2.stop_instances(InstanceIds=instances[:1])
    servers.group_of()
    made = servers.create_of(servers.bundle(appspec()))
    assert servers.finish(made)["status"] == "Succeeded"
    assert servers.statuses(made) == ["Failed", "Succeeded", "Succeeded"]


def test_the_stop_script_is_that_of_the_last_revision(servers: ServerLab) -> None:
    (instance,) = servers.instances()
    servers.group_of()
    spec = appspec(ApplicationStop="stop.sh")
    assert servers.finish(servers.create_of(servers.bundle(spec, stop=FAIL)))["status"] == (
        "Succeeded"
    )
    next_one = servers.bundle(appspec(), "2.zip", stop=PASS)
    failed = servers.create_of(next_one)
    assert servers.finish(failed)["status"] == "Failed"
    event = servers.event(failed, instance, "ApplicationStop")
    assert event["diagnostics"]["errorCode"] == "ScriptFailed"
    made = servers.create_of(next_one, ignoreApplicationStopFailures=True)
    assert servers.finish(made)["status"] == "Succeeded"
    assert servers.event(made, instance, "ApplicationStop")["status"] == "Failed"


def test_a_restart_runs_the_scripts_of_what_is_there(servers: ServerLab) -> None:
    (instance,) = servers.instances()
    servers.group_of()
    create = servers.client.create_deployment
    restart: dict[str, Any] = {
        "applicationName": "shop",
        "deploymentGroupName": "prod",
        "deploymentMode": "RESTART",
    }
    assert code_of(create, **restart) == "RevisionDoesNotExistException"
    count = "#!/bin/sh\necho start >> $INSTANCE_ROOT/starts\n"
    revision = servers.bundle(appspec(ApplicationStart="start.sh"), start=count)
    servers.finish(servers.create_of(revision))
    code = "InvalidUpdateOutdatedInstancesOnlyValueException"
    assert code_of(create, **restart, updateOutdatedInstancesOnly=True) == code
    assert code_of(create, **restart, revision=revision) == "InvalidInputException"
    info = servers.finish(create(**restart)["deploymentId"])
    assert (info["status"], info["deploymentMode"]) == ("Succeeded", "RESTART")
    assert (servers.root(instance) / "starts").read_text() == "start\nstart\n"
    assert "Install" not in servers.events(info["deploymentId"])


def test_only_outdated_instances_and_newcomers_are_deployed_to(servers: ServerLab) -> None:
    servers.instances(2)
    servers.group_of("OneAtATime")
    revision = servers.bundle(appspec())
    first = servers.create_of(revision)
    servers.clock.advance(seconds=5)
    (newcomer,) = servers.instances()
    assert servers.finish(first)["status"] == "Succeeded"
    (update,) = servers.look(first)["relatedDeployments"][
        "autoUpdateOutdatedInstancesDeploymentIds"
    ]
    info = servers.finish(update)
    assert info["creator"] == "CodeDeployAutoUpdate"
    assert servers.client.list_deployment_targets(deploymentId=update)["targetIds"] == [newcomer]
    made = servers.create_of(revision, updateOutdatedInstancesOnly=True)
    assert servers.finish(made)["errorInformation"]["code"] == "NO_INSTANCES"


def test_instances_on_premises_are_found_by_their_tags(servers: ServerLab) -> None:
    user = "arn:aws:iam::123456789012:user/rack"
    servers.client.register_on_premises_instance(instanceName="rack", iamUserArn=user)
    tags = [{"Key": "Name", "Value": "web"}]
    servers.client.add_tags_to_on_premises_instances(instanceNames=["rack"], tags=tags)
    tag = {"Key": "Name", "Value": "web", "Type": "KEY_AND_VALUE"}
    servers.group_of(ec2TagFilters=[], onPremisesInstanceTagFilters=[tag])
    made = servers.create_of(servers.bundle(appspec()))
    assert servers.finish(made)["status"] == "Succeeded"
    assert (servers.root("rack") / "srv/shop/appspec.yml").exists()


def test_a_tag_set_means_instances_with_a_tag_of_every_group(servers: ServerLab) -> None:
    (instance, _) = servers.instances(2)
    servers.ec2.create_tags(Resources=[instance], Tags=[{"Key": "Tier", "Value": "gold"}])
    groups = [
        [{"Key": "Name", "Type": "KEY_ONLY"}],
        [{"Value": "gold", "Type": "VALUE_ONLY"}, {"Value": "x", "Type": "VALUE_ONLY"}],
    ]
    servers.group_of(ec2TagFilters=[], ec2TagSet={"ec2TagSetList": groups})
    made = servers.create_of(servers.bundle(appspec()))
    servers.finish(made)
    assert servers.client.list_deployment_targets(deploymentId=made)["targetIds"] == [instance]


def test_zones_come_one_after_the_other_with_a_wait_between(servers: ServerLab) -> None:
    for zone in ("us-east-1b", "us-east-1a"):
        servers.ec2.run_instances(
            ImageId="ami-12c6146b",
            MinCount=1,
            MaxCount=1,
            Placement={"AvailabilityZone": zone},
            TagSpecifications=[
                {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}
            ],
        )
    servers.client.create_deployment_config(
        deploymentConfigName="zonal",
        minimumHealthyHosts={"type": "HOST_COUNT", "value": 0},
        zonalConfig={"firstZoneMonitorDurationInSeconds": 600},
    )
    servers.group_of(deploymentConfigName="zonal")
    made = servers.create_of(servers.bundle(appspec()))
    servers.clock.advance(minutes=5)
    assert sorted(servers.statuses(made)) == ["Pending", "Succeeded"]
    info = servers.finish(made)
    assert info["status"] == "Succeeded"
    assert 10 < servers.minutes(info["completeTime"]) < 11


def test_a_stop_leaves_what_is_done_and_skips_the_rest(servers: ServerLab) -> None:
    servers.instances(3)
    servers.group_of("OneAtATime")
    made = servers.create_of(servers.bundle(appspec()))
    servers.clock.advance(seconds=12)
    servers.client.stop_deployment(deploymentId=made)
    assert servers.statuses(made) == ["Succeeded", "Skipped", "Skipped"]
    assert servers.look(made)["errorInformation"]["code"] == "MANUAL_STOP"
    servers.clock.advance(hours=1)
    assert servers.statuses(made) == ["Succeeded", "Skipped", "Skipped"]


def test_the_older_view_shows_the_same_instances(servers: ServerLab) -> None:
    (instance,) = servers.instances()
    servers.group_of()
    made = servers.create_of(servers.bundle(appspec()))
    servers.finish(made)
    look: dict[str, Any] = {"deploymentId": made}
    assert servers.client.list_deployment_instances(**look)["instancesList"] == [instance]
    summary = servers.client.get_deployment_instance(**look, instanceId=instance)
    assert summary["instanceSummary"]["instanceId"].endswith(f":instance/{instance}")
    several = servers.client.batch_get_deployment_instances(**look, instanceIds=[instance, "i-0"])
    assert len(several["instancesSummary"]) == 1
    batch = servers.client.batch_get_deployment_targets(**look, targetIds=[instance])
    assert batch["deploymentTargets"][0]["deploymentTargetType"] == "InstanceTarget"
    wanted = {"TargetStatus": ["Failed"]}
    listed = servers.client.list_deployment_targets(**look, targetFilters=wanted)
    assert listed["targetIds"] == []
    code = "InvalidDeploymentInstanceTypeException"
    list_them = servers.client.list_deployment_instances
    assert code_of(list_them, **look, instanceTypeFilter=["Blue"]) == code


def test_an_instance_is_out_of_the_load_balancer_while_it_is_deployed_to(
    servers: ServerLab,
) -> None:
    (instance,) = servers.instances()
    elb = client("elbv2", "us-east-1")
    vpc = servers.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    made = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)
    arn = made["TargetGroups"][0]["TargetGroupArn"]
    elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": instance}])
    style = {"deploymentType": "IN_PLACE", "deploymentOption": "WITH_TRAFFIC_CONTROL"}
    balancers = {"targetGroupInfoList": [{"name": "web"}]}
    servers.group_of(deploymentStyle=style, loadBalancerInfo=balancers)
    identifier = servers.create_of(servers.bundle(appspec()))

    def registered() -> list[str]:
        found = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
        return [each["Target"]["Id"] for each in found]

    servers.clock.advance(seconds=6)
    assert registered() == []
    servers.finish(identifier)
    assert registered() == [instance]
    assert list(servers.events(identifier))[:4] == [
        "BeforeBlockTraffic",
        "BlockTraffic",
        "AfterBlockTraffic",
        "ApplicationStop",
    ]
    assert list(servers.events(identifier))[-1] == "AfterAllowTraffic"
