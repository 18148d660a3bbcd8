"""Blue/green deployments to instances: others take over, behind a load balancer."""

from __future__ import annotations

from typing import Any

import pytest
from deploy_lab import ROLLBACK, SHIFTED
from server_lab import ServerLab, appspec

from offline_aws.clients import client


class Balanced:
    """A target group named web, and what is registered with it."""

    def __init__(self, lab: ServerLab) -> None:
        self.elb = client("elbv2", "us-east-1")
        vpc = lab.ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        made = self.elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)
        self.arn = made["TargetGroups"][0]["TargetGroupArn"]

    def register(self, instances: list[str]) -> None:
        targets = [{"Id": each} for each in instances]
        self.elb.register_targets(TargetGroupArn=self.arn, Targets=targets)

    def registered(self) -> list[str]:
        found = self.elb.describe_target_health(TargetGroupArn=self.arn)
        return sorted(each["Target"]["Id"] for each in found["TargetHealthDescriptions"])


@pytest.fixture
def balanced(servers: ServerLab) -> Balanced:
    return Balanced(servers)


def settings(action: str = "DISCOVER_EXISTING", **more: Any) -> dict[str, Any]:
    blue_green = {
        "greenFleetProvisioningOption": {"action": action},
        "deploymentReadyOption": {"actionOnTimeout": "CONTINUE_DEPLOYMENT"},
        "terminateBlueInstancesOnDeploymentSuccess": {
            "action": "TERMINATE",
            "terminationWaitTimeInMinutes": 5,
        },
    }
    return {
        "deploymentStyle": SHIFTED,
        "blueGreenDeploymentConfiguration": blue_green | more,
        "loadBalancerInfo": {"targetGroupInfoList": [{"name": "web"}]},
    }


GREEN = {"tagFilters": [{"Key": "Name", "Value": "green", "Type": "KEY_AND_VALUE"}]}


def _states(servers: ServerLab, instances: list[str]) -> set[str]:
    found = servers.ec2.describe_instances(InstanceIds=instances)["Reservations"]
    return {each["State"]["Name"] for one in found for each in one["Instances"]}


def test_green_takes_over_the_traffic_and_blue_is_terminated(
    servers: ServerLab, balanced: Balanced
) -> None:
    blue, green = servers.instances(2), servers.instances(2, "green")
    balanced.register(blue)
    servers.group_of(**settings())
    made = servers.create_of(servers.bundle(appspec()), targetInstances=GREEN)
    servers.clock.advance(minutes=2)
    assert balanced.registered() == green
    assert servers.look(made)["instanceTerminationWaitTimeStarted"] is True
    assert _states(servers, blue) == {"running"}
    assert servers.finish(made)["status"] == "Succeeded"
    assert _states(servers, blue) == {"terminated"}
    assert (servers.root(green[0]) / "srv/shop/appspec.yml").exists()
    wanted = {"ServerInstanceLabel": ["Green"]}
    listed = servers.client.list_deployment_targets(deploymentId=made, targetFilters=wanted)
    assert sorted(listed["targetIds"]) == green
    assert servers.on(made, blue[0])["instanceLabel"] == "Blue"
    names = [each["lifecycleEventName"] for each in servers.on(made, blue[0])["lifecycleEvents"]]
    assert names == ["BeforeBlockTraffic", "BlockTraffic", "AfterBlockTraffic"]


def test_a_deployment_waits_while_green_is_ready(servers: ServerLab, balanced: Balanced) -> None:
    blue, green = servers.instances(1), servers.instances(1, "green")
    balanced.register(blue)
    ready = {"actionOnTimeout": "STOP_DEPLOYMENT", "waitTimeInMinutes": 60}
    servers.group_of(**settings(deploymentReadyOption=ready))
    made = servers.create_of(servers.bundle(appspec()), targetInstances=GREEN)
    servers.clock.advance(minutes=5)
    assert servers.status(made) == "Ready"
    assert servers.look(made)["deploymentOverview"]["Ready"] == 1
    assert balanced.registered() == blue
    servers.client.continue_deployment(deploymentId=made)
    servers.clock.advance(minutes=1)
    assert balanced.registered() == green
    servers.client.skip_wait_time_for_instance_termination(deploymentId=made)
    assert servers.status(made) == "Succeeded"


def test_traffic_goes_back_to_blue(servers: ServerLab, balanced: Balanced) -> None:
    blue, _ = servers.instances(2), servers.instances(1, "green")
    balanced.register(blue)
    servers.group_of(**settings(), autoRollbackConfiguration=ROLLBACK)
    made = servers.create_of(servers.bundle(appspec()), targetInstances=GREEN)
    servers.clock.advance(minutes=2)
    servers.client.stop_deployment(deploymentId=made)
    assert servers.rolled_back(made)["status"] == "Succeeded"
    assert balanced.registered() == blue
    assert _states(servers, blue) == {"running"}


def test_an_auto_scaling_group_is_copied(servers: ServerLab, balanced: Balanced) -> None:
    scaling = client("autoscaling", "us-east-1")
    scaling.create_launch_configuration(
        LaunchConfigurationName="web", ImageId="ami-12c6146b", InstanceType="t3.micro"
    )
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchConfigurationName="web",
        MinSize=2,
        MaxSize=2,
        AvailabilityZones=["us-east-1a"],
    )
    servers.group_of(
        ec2TagFilters=[], autoScalingGroups=["web"], **settings("COPY_AUTO_SCALING_GROUP")
    )
    made = servers.create_of(servers.bundle(appspec()))
    assert servers.finish(made)["status"] == "Succeeded"
    names = [
        each["AutoScalingGroupName"]
        for each in scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
    ]
    assert names == [f"CodeDeploy_prod_{made}"]
    assert len(balanced.registered()) == 2
    group = {"applicationName": "shop", "deploymentGroupName": "prod"}
    info = servers.client.get_deployment_group(**group)["deploymentGroupInfo"]
    assert [each["name"] for each in info["autoScalingGroups"]] == names


def test_processes_of_a_group_are_suspended_while_it_is_deployed_to(servers: ServerLab) -> None:
    scaling = client("autoscaling", "us-east-1")
    scaling.create_launch_configuration(
        LaunchConfigurationName="web", ImageId="ami-12c6146b", InstanceType="t3.micro"
    )
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchConfigurationName="web",
        MinSize=1,
        MaxSize=1,
        AvailabilityZones=["us-east-1a"],
    )
    options = {"autoScalingGroupProcessesToSuspend": ["AZRebalance"]}
    servers.group_of(ec2TagFilters=[], autoScalingGroups=["web"], ec2DeploymentOptions=options)

    def suspended() -> list[str]:
        (group,) = scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
        return [each["ProcessName"] for each in group["SuspendedProcesses"]]

    made = servers.create_of(servers.bundle(appspec()))
    servers.clock.advance(seconds=5)
    assert suspended() == ["AZRebalance"]
    assert servers.finish(made)["status"] == "Succeeded"
    assert suspended() == []


def test_no_instances_of_green_fail_the_deployment(servers: ServerLab, balanced: Balanced) -> None:
    servers.instances()
    servers.group_of(**settings())
    info = servers.finish(servers.create_of(servers.bundle(appspec()), targetInstances=GREEN))
    assert info["errorInformation"]["code"] == "NO_INSTANCES"
