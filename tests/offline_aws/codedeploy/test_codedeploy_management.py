"""Applications, groups, revisions, tags and on-premises instances: kept, listed and checked."""

from __future__ import annotations

from typing import Any

import pytest
from deploy_lab import ROLE, SHIFTED, DeployLab, code_of
from ecs_lab import EcsLab

USER = "arn:aws:iam::123456789012:user/AWS/CodeDeploy/rack"
TAG = {"Key": "Name", "Value": "web", "Type": "KEY_AND_VALUE"}


def test_an_application_is_made_renamed_and_deleted(lab: DeployLab) -> None:
    lab.application("Lambda")
    assert code_of(lab.application) == "ApplicationAlreadyExistsException"
    found = lab.client.get_application(applicationName="shop")["application"]
    assert (found["computePlatform"], found["linkedToGitHub"]) == ("Lambda", False)
    lab.client.update_application(applicationName="shop", newApplicationName="store")
    assert lab.client.list_applications()["applications"] == ["store"]
    several = lab.client.batch_get_applications(applicationNames=["store"])["applicationsInfo"]
    assert several[0]["applicationId"] == found["applicationId"]
    lab.client.delete_application(applicationName="store")
    lab.client.delete_application(applicationName="store")
    code = "ApplicationDoesNotExistException"
    assert code_of(lab.client.get_application, applicationName="store") == code


def test_more_than_a_hundred_names_come_in_pages(lab: DeployLab) -> None:
    names = [f"app-{i:03}" for i in range(130)]
    for name in names:
        lab.client.create_application(applicationName=name)
    pages = list(lab.client.get_paginator("list_applications").paginate())
    assert [len(page["applications"]) for page in pages] == [100, 30]
    assert [name for page in pages for name in page["applications"]] == names
    code = "InvalidNextTokenException"
    assert code_of(lab.client.list_applications, nextToken="x") == code
    batch = lab.client.batch_get_applications
    assert code_of(batch, applicationNames=names) == "BatchLimitExceededException"


def test_names_are_required_and_have_a_form(lab: DeployLab) -> None:
    create = lab.client.create_application
    assert code_of(create, applicationName="two words") == "InvalidApplicationNameException"
    code = "ApplicationDoesNotExistException"
    group = {"deploymentGroupName": "prod", "serviceRoleArn": ROLE}
    assert code_of(lab.client.create_deployment_group, applicationName="x", **group) == code


def test_a_group_has_aws_s_defaults_and_keeps_what_is_changed(lab: DeployLab) -> None:
    lab.application()
    made = lab.group(ec2TagFilters=[TAG])
    group = {"applicationName": "shop", "deploymentGroupName": "prod"}
    found = lab.client.get_deployment_group(**group)["deploymentGroupInfo"]
    assert found["deploymentGroupId"] == made
    assert found["deploymentConfigName"] == "CodeDeployDefault.OneAtATime"
    assert found["deploymentStyle"] == {
        "deploymentType": "IN_PLACE",
        "deploymentOption": "WITHOUT_TRAFFIC_CONTROL",
    }
    assert "lastAttemptedDeployment" not in found
    lab.client.update_deployment_group(
        applicationName="shop",
        currentDeploymentGroupName="prod",
        newDeploymentGroupName="live",
        deploymentConfigName="CodeDeployDefault.AllAtOnce",
    )
    assert lab.client.list_deployment_groups(applicationName="shop")["deploymentGroups"] == ["live"]
    answer = lab.client.batch_get_deployment_groups(
        applicationName="shop", deploymentGroupNames=["live", "prod"]
    )
    (found,) = answer["deploymentGroupsInfo"]
    assert found["ec2TagFilters"] == [TAG]
    assert found["deploymentConfigName"] == "CodeDeployDefault.AllAtOnce"
    assert answer["errorMessage"] == "No Deployment Group found for name: prod"
    lab.client.delete_deployment_group(applicationName="shop", deploymentGroupName="live")
    code = "DeploymentGroupDoesNotExistException"
    live = {"applicationName": "shop", "deploymentGroupName": "live"}
    assert code_of(lab.client.get_deployment_group, **live) == code


BLUE_GREEN = {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITHOUT_TRAFFIC_CONTROL"}
CONTROLLED = {"deploymentType": "IN_PLACE", "deploymentOption": "WITH_TRAFFIC_CONTROL"}
COPY = {"greenFleetProvisioningOption": {"action": "COPY_AUTO_SCALING_GROUP"}}
ALARMS = [{"name": f"a{i}"} for i in range(11)]


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"serviceRoleArn": "role"}, "InvalidRoleException"),
        (
            {"deploymentConfigName": "CodeDeployDefault.ECSAllAtOnce"},
            "InvalidDeploymentConfigNameException",
        ),
        (
            {"ec2TagFilters": [TAG], "ec2TagSet": {"ec2TagSetList": [[TAG]]}},
            "InvalidEC2TagCombinationException",
        ),
        ({"ec2TagSet": {"ec2TagSetList": [[TAG]] * 4}}, "TagSetListLimitExceededException"),
        ({"ec2TagFilters": [{"Key": "Name"}]}, "InvalidEC2TagException"),
        (
            {
                "onPremisesInstanceTagFilters": [TAG],
                "onPremisesTagSet": {"onPremisesTagSetList": [[TAG]]},
            },
            "InvalidOnPremisesTagCombinationException",
        ),
        ({"autoScalingGroups": ["none"]}, "InvalidAutoScalingGroupException"),
        ({"deploymentStyle": CONTROLLED}, "InvalidLoadBalancerInfoException"),
        ({"deploymentStyle": BLUE_GREEN}, "InvalidBlueGreenDeploymentConfigurationException"),
        (
            {"blueGreenDeploymentConfiguration": COPY},
            "InvalidBlueGreenDeploymentConfigurationException",
        ),
        (
            {"deploymentStyle": BLUE_GREEN, "blueGreenDeploymentConfiguration": COPY},
            "InvalidBlueGreenDeploymentConfigurationException",
        ),
        ({"alarmConfiguration": {"enabled": True}}, "InvalidAlarmConfigException"),
        (
            {"alarmConfiguration": {"alarms": [{"name": "a"}, {"name": "a"}]}},
            "InvalidAlarmConfigException",
        ),
        ({"alarmConfiguration": {"alarms": ALARMS}}, "AlarmsLimitExceededException"),
        (
            {"autoRollbackConfiguration": {"enabled": True}},
            "InvalidAutoRollbackConfigException",
        ),
        (
            {"autoRollbackConfiguration": {"enabled": True, "events": ["FIRE"]}},
            "InvalidAutoRollbackConfigException",
        ),
        ({"triggerConfigurations": [{"triggerName": "t"}]}, "InvalidTriggerConfigException"),
        (
            {"ecsServices": [{"clusterName": "c", "serviceName": "s"}]},
            "InvalidECSServiceException",
        ),
        (
            {"ec2DeploymentOptions": {"autoScalingGroupProcessesToSuspend": ["Launch"]}},
            "InvalidAutoScalingGroupProcessToSuspendException",
        ),
    ],
)
def test_a_group_of_instances_is_checked(lab: DeployLab, settings: Any, code: str) -> None:
    lab.application()
    group = {"applicationName": "shop", "deploymentGroupName": "prod", "serviceRoleArn": ROLE}
    assert code_of(lab.client.create_deployment_group, **(group | settings)) == code


def test_a_group_of_lambda_is_blue_green_and_has_no_instances(lab: DeployLab) -> None:
    lab.application("Lambda")
    assert code_of(lab.group) == "InvalidDeploymentStyleException"
    tags = {"deploymentStyle": SHIFTED, "ec2TagFilters": [TAG]}
    assert code_of(lab.group, **tags) == "InvalidEC2TagException"
    lab.group(deploymentStyle=SHIFTED)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"ecsServices": []}, "InvalidECSServiceException"),
        (
            {"ecsServices": [{"clusterName": "shop", "serviceName": "none"}]},
            "InvalidECSServiceException",
        ),
        ({"loadBalancerInfo": {}}, "InvalidLoadBalancerInfoException"),
        (
            {"loadBalancerInfo": {"targetGroupPairInfoList": [{}]}},
            "InvalidTargetGroupPairException",
        ),
        (
            {"blueGreenDeploymentConfiguration": COPY},
            "InvalidBlueGreenDeploymentConfigurationException",
        ),
    ],
)
def test_a_group_of_ecs_needs_a_service_and_a_pair(ecs: EcsLab, settings: Any, code: str) -> None:
    assert code_of(ecs.group_of, **settings) == code


def test_a_service_belongs_to_one_group_and_has_its_controller(ecs: EcsLab) -> None:
    ecs.group_of()
    code = "ECSServiceMappingLimitExceededException"
    assert code_of(ecs.group_of, name="other") == code
    ecs.ecs.create_service(
        cluster="shop",
        serviceName="rolling",
        taskDefinition=ecs.definitions[0],
        desiredCount=0,
        networkConfiguration={"awsvpcConfiguration": ecs.network},
    )
    rolling = [{"clusterName": "shop", "serviceName": "rolling"}]
    code = "InvalidECSServiceException"
    assert code_of(ecs.group_of, name="other", ecsServices=rolling) == code


def _s3(key: str, bucket: str = "shop") -> dict[str, Any]:
    place = {"bucket": bucket, "key": key, "bundleType": "zip"}
    return {"revisionType": "S3", "s3Location": place}


def test_revisions_are_registered_listed_and_found(lab: DeployLab) -> None:
    lab.application()
    for key in ("b.zip", "a.zip"):
        lab.clock.advance(minutes=1)
        lab.client.register_application_revision(
            applicationName="shop", revision=_s3(key), description=f"The {key}"
        )
    lab.client.register_application_revision(applicationName="shop", revision=_s3("c", "other"))
    find = lab.client.list_application_revisions
    listed = find(
        applicationName="shop", sortBy="registerTime", sortOrder="descending", s3Bucket="shop"
    )
    keys = [each["s3Location"]["key"] for each in listed["revisions"]]
    assert keys == ["a.zip", "b.zip"]
    assert find(applicationName="shop", deployed="include")["revisions"] == []
    assert len(find(applicationName="shop", deployed="exclude")["revisions"]) == 3
    code = "BucketNameFilterRequiredException"
    assert code_of(find, applicationName="shop", s3KeyPrefix="a") == code
    found = lab.client.get_application_revision(applicationName="shop", revision=_s3("a.zip"))
    assert found["revisionInfo"]["description"] == "The a.zip"
    assert "firstUsedTime" not in found["revisionInfo"]
    several = lab.client.batch_get_application_revisions(
        applicationName="shop", revisions=[_s3("a.zip"), _s3("none")]
    )
    assert len(several["revisions"]) == 1
    assert several["errorMessage"] == "No revision found for the given location"


@pytest.mark.parametrize(
    "revision",
    [
        {"revisionType": "S3"},
        {"revisionType": "S3", "s3Location": {"bucket": "shop"}},
        {"revisionType": "AppSpecContent", "appSpecContent": {"content": ""}},
        {"revisionType": "AppSpecContent", "appSpecContent": {"content": "x", "sha256": "y"}},
        {"revisionType": "Tape"},
    ],
)
def test_a_revision_without_a_place_is_refused(lab: DeployLab, revision: Any) -> None:
    lab.application()
    register = lab.client.register_application_revision
    code = "InvalidRevisionException"
    assert code_of(register, applicationName="shop", revision=revision) == code


def test_a_revision_in_github_is_refused_by_name(lab: DeployLab) -> None:
    lab.application()
    place = {"repository": "shop/orders", "commitId": "0" * 40}
    revision = {"revisionType": "GitHub", "gitHubLocation": place}
    register = lab.client.register_application_revision
    assert code_of(register, applicationName="shop", revision=revision) == "NotSimulatedOffline"
    assert lab.client.list_git_hub_account_token_names()["tokenNameList"] == []
    code = "GitHubAccountTokenDoesNotExistException"
    assert code_of(lab.client.delete_git_hub_account_token, tokenName="shop") == code


def test_on_premises_instances_are_registered_tagged_and_listed(lab: DeployLab) -> None:
    register = lab.client.register_on_premises_instance
    register(instanceName="rack", iamUserArn=USER)
    code = "InstanceNameAlreadyRegisteredException"
    assert code_of(register, instanceName="rack", iamUserArn=USER + "2") == code
    code = "IamUserArnAlreadyRegisteredException"
    assert code_of(register, instanceName="rack2", iamUserArn=USER) == code
    assert code_of(register, instanceName="rack2") == "IamArnRequiredException"
    tags = [{"Key": "Name", "Value": "rack"}]
    lab.client.add_tags_to_on_premises_instances(instanceNames=["rack"], tags=tags)
    wanted = {"Key": "Name", "Type": "KEY_ONLY"}
    find = lab.client.list_on_premises_instances
    assert find(tagFilters=[wanted])["instanceNames"] == ["rack"]
    assert find(tagFilters=[wanted | {"Key": "Zone"}])["instanceNames"] == []
    info = lab.client.get_on_premises_instance(instanceName="rack")["instanceInfo"]
    assert info["tags"] == tags
    assert info["instanceArn"].startswith("arn:aws:codedeploy:us-east-1:123456789012:instance/rack")
    lab.client.remove_tags_from_on_premises_instances(instanceNames=["rack"], tags=tags)
    infos = lab.client.batch_get_on_premises_instances(instanceNames=["rack", "none"])
    assert [each["tags"] for each in infos["instanceInfos"]] == [[]]
    lab.client.deregister_on_premises_instance(instanceName="rack")
    assert find(registrationStatus="Registered")["instanceNames"] == []
    assert find(registrationStatus="Deregistered")["instanceNames"] == ["rack"]
    add = lab.client.add_tags_to_on_premises_instances
    code = "InstanceNotRegisteredException"
    assert code_of(add, instanceNames=["rack"], tags=tags) == code


def test_tags_are_of_applications_groups_and_configurations(lab: DeployLab) -> None:
    tags = [{"Key": "team", "Value": "shop"}]
    lab.client.create_application(applicationName="shop", tags=tags)
    lab.group(tags=tags)
    prefix = "arn:aws:codedeploy:us-east-1:123456789012"
    for arn in (f"{prefix}:application:shop", f"{prefix}:deploymentgroup:shop/prod"):
        lab.client.tag_resource(ResourceArn=arn, Tags=[{"Key": "tier", "Value": "web"}])
        lab.client.untag_resource(ResourceArn=arn, TagKeys=["team"])
        found = lab.client.list_tags_for_resource(ResourceArn=arn)["Tags"]
        assert found == [{"Key": "tier", "Value": "web"}]
    find = lab.client.list_tags_for_resource
    assert code_of(find, ResourceArn="x") == "InvalidArnException"
    assert code_of(find, ResourceArn="arn:aws:s3:::x") == "ArnNotSupportedException"
