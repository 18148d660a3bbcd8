"""The resources of an Express service: made, changed and taken away through their own services."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from hashlib import sha256
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws import clients
from offline_aws.ecs.checks import invalid
from offline_aws.ecs.express_store import Express, ExpressStore, Infrastructure
from offline_aws.ecs.store import Shape
from offline_aws.operations import Call

#: As many services share one load balancer.
_SHARED = 25
_HTTPS = 443
_DIGITS = 12
#: Of all answers, the percentage of 4xx and 5xx that ends a deployment.
_ERRORS = 1.0
_NAME_LENGTH = 20


class Building:
    """What is made for one service; all of it is taken away again if something cannot be made."""

    def __init__(self, call: Call, name: str, undo: ExitStack) -> None:
        self._call, self._name, self._undo = call, name, undo
        self._id = sha256(f"{call.account}/{call.region}/{name}".encode()).hexdigest()[:_DIGITS]

    def _client(self, service: Any) -> Any:
        return clients.client(service, self._call.region, self._call.account)

    def undo_by(self, take_away: Callable[..., Any], **what: Any) -> None:
        """Have something taken away again if what comes after it cannot be made."""

        def undo() -> None:
            with suppress(BotoCoreError, ClientError):
                take_away(**what)

        self._undo.callback(undo)

    def network(self, given: Shape) -> Infrastructure:
        """Return the subnets, by default those of the default VPC, and a security group in them."""
        ec2 = self._client("ec2")
        wanted = given.get("subnets") or []
        default = [{"Name": "default-for-az", "Values": ["true"]}]
        asked: Shape = {"SubnetIds": wanted} if wanted else {"Filters": default}
        try:
            found = ec2.describe_subnets(**asked)["Subnets"]
        except (BotoCoreError, ClientError) as error:
            raise invalid(f"The subnets do not exist: {', '.join(wanted)}.") from error
        zones = {each["AvailabilityZone"] for each in found}
        if len(zones) < 2 or len({each["VpcId"] for each in found}) > 1:
            raise invalid("An Express service needs subnets of one VPC in at least two zones.")
        public = all(each["MapPublicIpOnLaunch"] for each in found)
        groups = list(given.get("securityGroups") or [])
        made: list[str] = []
        if not groups:
            group = ec2.create_security_group(
                GroupName=f"ecs-express-{self._name}-{self._id}",
                Description=f"Express service {self._name}",
                VpcId=found[0]["VpcId"],
            )["GroupId"]
            self.undo_by(ec2.delete_security_group, GroupId=group)
            groups, made = [group], [group]
        place = f"{self._name[:_NAME_LENGTH].lower().replace('_', '-')}-{self._id}"
        return Infrastructure(
            subnets=wanted or [each["SubnetId"] for each in found],
            security_groups=groups,
            public=public,
            endpoint=f"{place}.ecs.{self._call.region}.on.aws",
            made_groups=made,
        )

    def balance(self, of: Infrastructure, path: str, port: int) -> None:
        """Make two target groups and a rule for them, on a load balancer that has room."""
        elb = self._client("elbv2")
        vpc = self._client("ec2").describe_subnets(SubnetIds=of.subnets)["Subnets"][0]["VpcId"]
        of.balancer, of.listener = self._shared(of, vpc)
        for number in (1, 2):
            group = elb.create_target_group(
                Name=f"ecs-gateway-tg-{self._id}-{number}",
                Protocol="HTTP",
                Port=port,
                VpcId=vpc,
                TargetType="ip",
                HealthCheckPath=path,
            )["TargetGroups"][0]["TargetGroupArn"]
            self.undo_by(elb.delete_target_group, TargetGroupArn=group)
            of.target_groups.append(group)
        of.certificate = self._certificate(of)
        self._client("elbv2").add_listener_certificates(
            ListenerArn=of.listener, Certificates=[{"CertificateArn": of.certificate}]
        )
        rules = elb.describe_rules(ListenerArn=of.listener)["Rules"]
        taken = {int(each["Priority"]) for each in rules if each["Priority"].isdigit()}
        of.rule = elb.create_rule(
            ListenerArn=of.listener,
            Priority=next(number for number in range(1, 50_000) if number not in taken),
            Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": [of.endpoint]}}],
            Actions=[
                {
                    "Type": "forward",
                    "ForwardConfig": {
                        "TargetGroups": [
                            {"TargetGroupArn": arn, "Weight": weight}
                            for arn, weight in zip(of.target_groups, (100, 0), strict=True)
                        ]
                    },
                }
            ],
        )["Rules"][0]["RuleArn"]
        self.undo_by(elb.delete_rule, RuleArn=of.rule)

    def _certificate(self, of: Infrastructure) -> str:
        acm = self._client("acm")
        made = acm.request_certificate(DomainName=of.endpoint, ValidationMethod="DNS")
        arn = str(made["CertificateArn"])
        self.undo_by(acm.delete_certificate, CertificateArn=arn)
        return arn

    def _shared(self, of: Infrastructure, vpc: str) -> tuple[str, str]:
        """Return a load balancer of Express services in the same subnets, and its listener."""
        store = self._call.state(ExpressStore)
        for balancer, listener in store.listeners.items():
            others = list(store.on_balancer(balancer))
            alike = all(sorted(o.infrastructure.subnets) == sorted(of.subnets) for o in others)
            if others and alike and len(others) < _SHARED:
                return balancer, listener
        elb, ec2 = self._client("elbv2"), self._client("ec2")
        group = ec2.create_security_group(
            GroupName=f"ecs-express-gateway-{self._id}",
            Description="Load balancer of Express services",
            VpcId=vpc,
        )["GroupId"]
        self.undo_by(ec2.delete_security_group, GroupId=group)
        balancer = elb.create_load_balancer(
            Name=f"ecs-express-gateway-{self._id}",
            Subnets=of.subnets,
            SecurityGroups=[group],
            Scheme="internet-facing" if of.public else "internal",
        )["LoadBalancers"][0]["LoadBalancerArn"]
        self.undo_by(elb.delete_load_balancer, LoadBalancerArn=balancer)
        listener = elb.create_listener(
            LoadBalancerArn=balancer,
            Protocol="HTTPS",
            Port=_HTTPS,
            Certificates=[{"CertificateArn": self._certificate(of)}],
            DefaultActions=[
                {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
            ],
        )["Listeners"][0]["ListenerArn"]
        self.undo_by(elb.delete_listener, ListenerArn=listener)
        store.listeners[balancer], store.groups[balancer] = listener, group
        self._undo.callback(store.listeners.pop, balancer, None)
        return balancer, listener

    def alarm(self, of: Infrastructure) -> None:
        """Make the alarm that ends a deployment: more than 1 % of errors in 2 of 3 minutes."""
        balancer = of.balancer.partition(":loadbalancer/")[2]
        counts: list[Shape] = []
        errors: list[str] = []
        requests: list[str] = []
        for number, arn in enumerate(of.target_groups):
            group = arn.split(":")[-1]
            for key, name in (
                ("r", "RequestCount"),
                ("c", "HTTPCode_Target_4XX_Count"),
                ("s", "HTTPCode_Target_5XX_Count"),
            ):
                counts.append(_count(f"{key}{number}", name, group, balancer))
                (requests if key == "r" else errors).append(f"FILL({key}{number}, 0)")
        share = f"100 * ({' + '.join(errors)}) / ({' + '.join(requests)})"
        of.alarm = f"ecs-express-{self._name}-{self._id}-errors"
        self._client("cloudwatch").put_metric_alarm(
            AlarmName=of.alarm,
            AlarmDescription=f"Ends deployments of the Express service {self._name}.",
            ComparisonOperator="GreaterThanThreshold",
            Threshold=_ERRORS,
            EvaluationPeriods=3,
            DatapointsToAlarm=2,
            TreatMissingData="notBreaching",
            Metrics=[*counts, {"Id": "errors", "Expression": share, "ReturnData": True}],
        )
        self.undo_by(self._client("cloudwatch").delete_alarms, AlarmNames=[of.alarm])

    def log_group(self, name: str) -> None:
        """Make a log group, if it is not there."""
        logs = self._client("logs")
        try:
            logs.create_log_group(logGroupName=name)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                raise
        else:
            self.undo_by(logs.delete_log_group, logGroupName=name)


def _count(identifier: str, name: str, group: str, balancer: str) -> Shape:
    dimensions = {"TargetGroup": group, "LoadBalancer": balancer}
    metric = {
        "Namespace": "AWS/ApplicationELB",
        "MetricName": name,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
    }
    stat = {"Metric": metric, "Period": 60, "Stat": "Sum"}
    return {"Id": identifier, "MetricStat": stat, "ReturnData": False}


def take_away(call: Call, express: Express) -> None:
    """Take away what was made for a service; the load balancer goes with its last one.

    What somebody has taken away already, or uses, is left as it is.
    """
    of, store = express.infrastructure, call.state(ExpressStore)

    def client(service: Any) -> Any:
        return clients.client(service, call.region, call.account)

    elb, ec2 = client("elbv2"), client("ec2")
    place = {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{express.cluster}/{express.name}",
        "ScalableDimension": "ecs:service:DesiredCount",
    }
    scaling = client("application-autoscaling")
    of.there = False
    last = not list(store.on_balancer(of.balancer))
    steps: list[tuple[Callable[..., Any], Shape]] = [
        (scaling.deregister_scalable_target, place),
        (client("cloudwatch").delete_alarms, {"AlarmNames": [of.alarm]}),
        (elb.delete_rule, {"RuleArn": of.rule}),
    ]
    if last:
        steps += [
            (elb.delete_listener, {"ListenerArn": of.listener}),
            (elb.delete_load_balancer, {"LoadBalancerArn": of.balancer}),
            (ec2.delete_security_group, {"GroupId": store.groups.get(of.balancer, "")}),
        ]
        store.listeners.pop(of.balancer, None)
    steps += [(elb.delete_target_group, {"TargetGroupArn": arn}) for arn in of.target_groups]
    steps += [(ec2.delete_security_group, {"GroupId": group}) for group in of.made_groups]
    for step, parameters in steps:
        with suppress(BotoCoreError, ClientError):
            step(**parameters)
