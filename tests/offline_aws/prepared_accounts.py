"""Accounts of services of ours that hold something of each kind, and the names of it all."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import boto3
from botocore.exceptions import WaiterError
from image_pushes import OCI_INDEX, digest, index, layer, push

ROLE = "arn:aws:iam::123456789012:role/build"
BUILDSPEC = """
version: 0.2
phases:
  build:
    commands:
      - "true"
reports:
  tests:
    files: [none.xml]
"""
APPSPEC = """
version: 0.0
Resources:
  - shop:
      Type: AWS::Lambda::Function
      Properties: {Name: shop, Alias: live, CurrentVersion: 1, TargetVersion: 2}
"""
LIFECYCLE = (
    '{"rules": [{"rulePriority": 1, "selection": {"tagStatus": "any", "countType": '
    '"imageCountMoreThan", "countNumber": 1}, "action": {"type": "expire"}}]}'
)
RULE = (
    '{"Version": "2018-11-08", "Statements": [{"Type": "Approvers", "NumberOfApprovalsNeeded": 1}]}'
)


def applicationautoscaling() -> list[str]:
    """Make a scalable service with a policy of each kind and a scheduled action."""
    ecs, client = boto3.client("ecs"), boto3.client("application-autoscaling")
    ecs.create_cluster(clusterName="shop")
    container = {"name": "shop", "image": "shop:1", "memory": 128}
    ecs.register_task_definition(family="shop", containerDefinitions=[container])  # type: ignore[list-item]
    ecs.create_service(cluster="shop", serviceName="orders", taskDefinition="shop", desiredCount=1)
    resource, dimension = "service/shop/orders", "ecs:service:DesiredCount"
    place = {"ServiceNamespace": "ecs", "ResourceId": resource, "ScalableDimension": dimension}
    target = client.register_scalable_target(**place, MinCapacity=1, MaxCapacity=3)  # type: ignore[arg-type]
    steps = {
        "AdjustmentType": "ChangeInCapacity",
        "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],
    }
    cpu = {
        "TargetValue": 50,
        "PredefinedMetricSpecification": {
            "PredefinedMetricType": "ECSServiceAverageCPUUtilization"
        },
    }
    put = client.put_scaling_policy(
        **place,  # type: ignore[arg-type]
        PolicyName="steps",
        StepScalingPolicyConfiguration=steps,  # type: ignore[arg-type]
    )
    client.put_scaling_policy(
        **place,  # type: ignore[arg-type]
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=cpu,  # type: ignore[arg-type]
    )
    client.put_scheduled_action(
        **place,  # type: ignore[arg-type]
        ScheduledActionName="morning",
        Schedule="cron(0 8 * * ? *)",
        ScalableTargetAction={"MinCapacity": 2},
    )
    words = ["steps", "cpu", "morning", "rate(1 hour)", "at(2026-01-06T08:00:00)", "Europe/Berlin"]
    return [*words, resource, "CPUUtilization", target["ScalableTargetARN"], put["PolicyARN"]]


def apprunner() -> list[str]:
    """Make services that run, are paused and failed, and a resource of each kind."""
    client, ec2 = boto3.client("apprunner"), boto3.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    connection = client.create_connection(ConnectionName="github", ProviderType="GITHUB")
    wide = {"AutoScalingConfigurationName": "wide"}
    resources = [
        client.create_auto_scaling_configuration(**wide)["AutoScalingConfiguration"],
        client.create_observability_configuration(ObservabilityConfigurationName="traces")[
            "ObservabilityConfiguration"
        ],
        client.create_vpc_connector(VpcConnectorName="to-vpc", Subnets=[subnet])["VpcConnector"],
        connection["Connection"],
    ]
    image, missing = "public.ecr.aws/shop/orders:1", "123456789012.dkr.ecr.us-east-1.amazonaws.com"
    services = []
    for name, of, kind in (
        ("orders", image, "ECR_PUBLIC"),
        ("paused", image, "ECR_PUBLIC"),
        ("broken", f"{missing}/orders:1", "ECR"),
    ):
        source = {"ImageRepository": {"ImageIdentifier": of, "ImageRepositoryType": kind}}
        if kind == "ECR":
            source["AuthenticationConfiguration"] = {"AccessRoleArn": ROLE}
        made = client.create_service(
            ServiceName=name,
            SourceConfiguration=source,  # type: ignore[arg-type]
        )
        services.append(made["Service"]["ServiceArn"])
    # Twenty minutes of the lab's: what is waited for does not come.
    with suppress(WaiterError):
        waiter = boto3.client("s3").get_waiter("bucket_exists")
        waiter.wait(Bucket="none", WaiterConfig={"Delay": 300, "MaxAttempts": 4})
    client.associate_custom_domain(ServiceArn=services[0], DomainName="shop.example.com")
    client.pause_service(ServiceArn=services[1])
    arns = [str(value) for each in resources for key, value in each.items() if key.endswith("Arn")]
    words = ["orders", "wide", "traces", "to-vpc", "github", "shop.example.com", "/", "8080"]
    return [*words, image, f"{missing}/orders:1", "1024", "2048", ROLE, subnet, *services, *arns]


def awslambda() -> list[str]:
    """Make a function with a version and an alias."""
    role = boto3.client("iam").create_role(RoleName="run", AssumeRolePolicyDocument="{}")["Role"]
    client = boto3.client("lambda")
    function = client.create_function(
        FunctionName="shop",
        Runtime="python3.12",
        Role=role["Arn"],
        Handler="app.handler",
        Code={"ZipFile": _zipped("def handler(event, context): return event")},
        Publish=True,
    )
    client.create_alias(FunctionName="shop", Name="live", FunctionVersion="1")
    return ["shop", "shop:live", "live", "$LATEST", function["FunctionArn"]]


def cloudwatch() -> list[str]:
    """Make a metric alarm with data, and a composite one above it."""
    client = boto3.client("cloudwatch")
    client.put_metric_data(
        Namespace="Shop",
        MetricData=[{"MetricName": "Errors", "Values": [1, 2], "Counts": [3, 1], "Unit": "Count"}],
    )
    client.put_metric_alarm(
        AlarmName="errors",
        Namespace="Shop",
        MetricName="Errors",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=5,
        ComparisonOperator="GreaterThanThreshold",
    )
    client.put_composite_alarm(AlarmName="shop", AlarmRule="ALARM(errors)")
    client.put_dashboard(DashboardName="Shop", DashboardBody='{"widgets": []}')
    client.put_anomaly_detector(Namespace="Shop", MetricName="Errors", Stat="Sum")
    arn = client.describe_alarms()["MetricAlarms"][0]["AlarmArn"]
    expressions = [
        "m1 / PERIOD(m1)",
        "SUM(METRICS())",
        "ALARM(errors) OR OK(shop)",
        "SEARCH('x')",
        '{"widgets": []}',
    ]
    words = ["Shop", "Errors", "errors", "shop", "m1", "m2", "Sum", "p99", "missing", "ignore"]
    words.append('{"widgets": []}')
    return [*words, *expressions, arn, arn.replace("errors", "none")]


def _zipped(code: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", code)
    return buffer.getvalue()


def cloudformation() -> list[str]:
    """Make a stack with an export, a change set, and a stack that was rolled back."""
    template = """
Parameters:
  Delay: {Type: Number, Default: 1}
Resources:
  Queue: {Type: "AWS::SQS::Queue", Properties: {DelaySeconds: !Ref Delay}}
Outputs:
  Url: {Value: !Ref Queue, Export: {Name: shop-url}}
"""
    client = boto3.client("cloudformation")
    stack = client.create_stack(StackName="shop", TemplateBody=template)["StackId"]
    client.get_waiter("stack_create_complete").wait(StackName="shop")
    broken = template.replace("!Ref Delay", "soon").replace("shop-url", "no-url")
    client.create_stack(StackName="broken", TemplateBody=broken)
    with suppress(WaiterError):
        client.get_waiter("stack_create_complete").wait(StackName="broken")
    change_set = client.create_change_set(
        StackName="shop",
        ChangeSetName="later",
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": "Delay", "ParameterValue": "2"}],
    )["Id"]
    client.get_waiter("change_set_create_complete").wait(ChangeSetName=change_set)
    detection = client.detect_stack_drift(StackName="shop")["StackDriftDetectionId"]
    policy = '{"Statement": [{"Effect": "Allow", "Action": "Update:*", "Resource": "*"}]}'
    words = ["shop", "broken", "later", "Queue", "Delay", "shop-url", template, policy]
    return [*words, stack, change_set, detection]


def codecommit() -> list[str]:
    """Make a repository with two branches, a pull request with a rule, and a comment."""
    client = boto3.client("codecommit")
    shop = {"repositoryName": "shop"}
    metadata = client.create_repository(**shop)["repositoryMetadata"]
    files = [{"filePath": path, "fileContent": b"1\n"} for path in ("a", "d/b")]
    first = client.create_commit(**shop, branchName="main", putFiles=files)["commitId"]
    client.create_branch(**shop, branchName="feature", commitId=first)
    second = client.put_file(
        **shop, branchName="feature", filePath="a", fileContent=b"2\n", parentCommitId=first
    )
    target = {**shop, "sourceReference": "feature", "destinationReference": "main"}
    request = client.create_pull_request(title="A", targets=[target])["pullRequest"]
    client.create_pull_request_approval_rule(
        pullRequestId="1", approvalRuleName="rule", approvalRuleContent=RULE
    )
    client.create_approval_rule_template(
        approvalRuleTemplateName="rule", approvalRuleTemplateContent=RULE
    )
    comment = client.post_comment_for_compared_commit(
        **shop, beforeCommitId=first, afterCommitId=second["commitId"], content="x"
    )["comment"]
    words = ["shop", "main", "feature", "a", "d/b", "/", "HEAD", "rule", RULE]
    ids = [metadata["Arn"], first, second["commitId"], second["blobId"], comment["commentId"]]
    return [*words, *ids, request["revisionId"]]


def codebuild() -> list[str]:
    """Make two projects, one with a build that has begun, and a report group."""
    client = boto3.client("codebuild")
    environment = {
        "type": "LINUX_CONTAINER",
        "image": "aws/codebuild/standard:7.0",
        "computeType": "BUILD_GENERAL1_SMALL",
    }
    for name in ("shop", "idle"):
        client.create_project(
            name=name,
            source={"type": "NO_SOURCE", "buildspec": BUILDSPEC},
            artifacts={"type": "NO_ARTIFACTS"},
            environment=environment,
            serviceRole=ROLE,
        )
    build = client.start_build(projectName="shop")["build"]
    group = client.create_report_group(
        name="tests", type="TEST", exportConfig={"exportConfigType": "NO_EXPORT"}
    )["reportGroup"]
    url = "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/shop"
    words = ["shop", "idle", "tests", "shop:none", BUILDSPEC, ROLE, url, "shop/in.zip", "main"]
    return [*words, build["id"], build["arn"], group["arn"], environment["image"]]


def codedeploy() -> list[str]:
    """Make a deployment to Lambda that goes on and one that has ended, and an instance."""
    words = awslambda()
    functions, client = boto3.client("lambda"), boto3.client("codedeploy")
    functions.update_function_code(FunctionName="shop", ZipFile=_zipped("x = 1"), Publish=True)
    group = {"applicationName": "shop", "deploymentGroupName": "prod"}
    client.create_application(applicationName="shop", computePlatform="Lambda")
    client.create_application(applicationName="idle")
    client.create_deployment_group(
        applicationName="idle", deploymentGroupName="prod", serviceRoleArn=ROLE
    )
    bundle = {"bucket": "shop", "key": "shop.zip", "bundleType": "zip"}
    client.create_deployment(
        applicationName="idle",
        deploymentGroupName="prod",
        revision={"revisionType": "S3", "s3Location": bundle},
    )
    config = "CodeDeployDefault.LambdaCanary10Percent30Minutes"
    style = {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"}
    for name in ("prod", "test"):
        client.create_deployment_group(
            **group | {"deploymentGroupName": name},
            serviceRoleArn=ROLE,
            deploymentConfigName=config,
            deploymentStyle=style,
        )
    revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": APPSPEC}}
    ended = client.create_deployment(**group, revision=revision)["deploymentId"]
    client.stop_deployment(deploymentId=ended)
    active = client.create_deployment(**group, revision=revision)["deploymentId"]
    # Half a minute of the lab's: what is waited for does not come.
    with suppress(WaiterError):
        waiter = client.get_waiter("deployment_successful")
        waiter.wait(deploymentId=active, WaiterConfig={"Delay": 10, "MaxAttempts": 3})
    user = "arn:aws:iam::123456789012:user/shop"
    client.register_on_premises_instance(instanceName="rack", iamUserArn=user)
    arn = "arn:aws:codedeploy:us-east-1:123456789012:application:shop"
    return [*words, "idle", "prod", "test", ended, active, config, "rack", user, arn, APPSPEC, ROLE]


def codepipeline() -> list[str]:
    """Make a pipeline with an execution that has a job and an approval to be answered."""
    client, s3 = boto3.client("codepipeline"), boto3.client("s3")
    s3.create_bucket(Bucket="shop")
    s3.put_bucket_versioning(Bucket="shop", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="shop", Key="shop.zip", Body=b"shop")
    counts = {"minimumCount": 0, "maximumCount": 1}
    client.create_custom_action_type(
        category="Test",
        provider="Worker",
        version="1",
        inputArtifactDetails=counts,
        outputArtifactDetails=counts,
    )
    kinds = [("Source", "AWS", "S3"), ("Test", "Custom", "Worker"), ("Approval", "AWS", "Manual")]
    source, work, approve = (
        {
            "name": category,
            "actionTypeId": {
                "category": category,
                "owner": owner,
                "provider": provider,
                "version": "1",
            },
        }
        for category, owner, provider in kinds
    )
    source["configuration"] = {"S3Bucket": "shop", "S3ObjectKey": "shop.zip"}
    source["outputArtifacts"] = [{"name": "Code"}]
    client.create_pipeline(
        pipeline={
            "name": "shop",
            "roleArn": ROLE.replace("build", "pipeline"),
            "artifactStore": {"type": "S3", "location": "shop"},
            "stages": [
                {"name": "Source", "actions": [source]},
                {"name": "Gate", "actions": [work, approve]},
            ],
        }
    )
    # Half a minute of the lab's: what is waited for does not come.
    with suppress(WaiterError):
        waiter = s3.get_waiter("object_exists")
        waiter.wait(Bucket="shop", Key="none", WaiterConfig={"Delay": 10, "MaxAttempts": 3})
    (job,) = client.poll_for_jobs(actionTypeId=work["actionTypeId"])["jobs"]
    gate = client.get_pipeline_state(name="shop")["stageStates"][1]
    token = gate["actionStates"][1]["latestExecution"]["token"]
    run = gate["actionStates"][0]["latestExecution"]["actionExecutionId"]
    arn = "arn:aws:codepipeline:us-east-1:123456789012:shop"
    words = ["shop", "Source", "Gate", "Test", "Approval", "Custom", "Worker", "Manual", "1", arn]
    return [*words, gate["latestExecution"]["pipelineExecutionId"], job["id"], token, run]


def ecr() -> list[str]:
    """Make a repository with images, a list of them, a policy, a preview and a scan."""
    client = boto3.client("ecr")
    client.create_repository(repositoryName="shop")
    client.create_repository(repositoryName="idle", imageTagMutability="IMMUTABLE")
    base = layer({"etc/os-release": b"ID=debian\nVERSION_ID=12\n"})
    images = [push("shop", tag, [base], build=n) for n, tag in enumerate(("1", "2", ""))]
    several = index("shop", *images[:2], tag="all")
    client.start_image_scan(repositoryName="shop", imageId={"imageDigest": images[0]})
    client.update_image_storage_class(
        repositoryName="shop", imageId={"imageDigest": images[2]}, targetStorageClass="ARCHIVE"
    )
    text = LIFECYCLE
    client.put_lifecycle_policy(repositoryName="shop", lifecyclePolicyText=text)
    client.start_lifecycle_policy_preview(repositoryName="shop")
    client.get_waiter("lifecycle_policy_preview_complete").wait(repositoryName="shop")
    upload = client.initiate_layer_upload(repositoryName="shop")["uploadId"]
    arn = "arn:aws:ecr:us-east-1:123456789012:repository/shop"
    manifest = '{"schemaVersion": 2, "manifests": []}'
    words = ["shop", "idle", "1", "2", "all", text, arn, manifest, OCI_INDEX, "123456789012"]
    return [*words, *images, several, digest(base), upload]


def ecs() -> list[str]:
    """Make a service of each controller, with tasks that have begun."""
    client, ec2 = boto3.client("ecs"), boto3.client("ec2")
    cluster = client.create_cluster(clusterName="shop")["cluster"]["clusterArn"]
    client.create_cluster(clusterName="default")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    container = {"name": "shop", "image": "shop:1", "portMappings": [{"containerPort": 80}]}
    definition = client.register_task_definition(
        family="shop",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        containerDefinitions=[container],
    )["taskDefinition"]["taskDefinitionArn"]
    ids: list[str] = []
    for name, controller in (("shop", "ECS"), ("blue", "CODE_DEPLOY")):
        for each in ("shop", "default"):
            made = client.create_service(
                cluster=each,
                serviceName=name,
                taskDefinition="shop",
                desiredCount=1,
                launchType="FARGATE",
                deploymentController={"type": controller},  # type: ignore[typeddict-item]
                networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet]}},
            )["service"]
            ids += [made["serviceArn"], *(made.get("currentServiceDeployment", ""),)]
            ids += [each["arn"] for each in made.get("currentServiceRevisions", [])]
            ids += [each["id"] for each in made.get("taskSets", [])]
    with suppress(WaiterError):
        waiter = client.get_waiter("services_stable")
        waiter.wait(services=["blue"], WaiterConfig={"Delay": 10, "MaxAttempts": 2})
    express = client.create_express_gateway_service(
        serviceName="web",
        executionRoleArn=ROLE,
        infrastructureRoleArn=ROLE,
        primaryContainer={"image": "shop:1"},
    )["service"]
    ids += [express["serviceArn"], ROLE]
    tasks = client.list_tasks()["taskArns"]
    words = ["shop", "blue", "default", "orders", "shop:1", subnet, cluster, definition]
    return [*words, *ids, *tasks]


def eks() -> list[str]:
    """Make a cluster with one of everything in it, and one that is being made."""
    iam, client = boto3.client("iam"), boto3.client("eks")
    services = ("eks", "ec2", "eks-fargate-pods")
    roles = [
        iam.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=json.dumps(
                {
                    "Statement": [
                        {"Effect": "Allow", "Principal": {"Service": f"{name}.amazonaws.com"}}
                    ]
                }
            ),
        )["Role"]["Arn"]
        for name in services
    ]
    found = boto3.client("ec2").describe_subnets()["Subnets"][:2]
    subnets = [each["SubnetId"] for each in found]
    for name in ("new", "shop"):
        made = client.create_cluster(
            name=name,
            version="1.33",
            roleArn=roles[0],
            resourcesVpcConfig={"subnetIds": subnets},
            accessConfig={"authenticationMode": "API"},
        )["cluster"]
        if name == "new":
            client.get_waiter("cluster_active").wait(name=name)
    shop: dict[str, Any] = {"clusterName": "new"}
    group = client.create_nodegroup(
        **shop, nodegroupName="shop", subnets=subnets, nodeRole=roles[1]
    )["nodegroup"]["nodegroupArn"]
    profile = client.create_fargate_profile(
        **shop,
        fargateProfileName="shop",
        podExecutionRoleArn=roles[2],
        selectors=[{"namespace": "shop"}],
    )["fargateProfile"]["fargateProfileArn"]
    addon = client.create_addon(**shop, addonName="coredns")["addon"]
    pod = client.create_pod_identity_association(
        **shop, namespace="shop", serviceAccount="shop", roleArn=roles[1]
    )["association"]["associationId"]
    client.get_waiter("nodegroup_active").wait(**shop, nodegroupName="shop")
    update = client.update_addon(**shop, addonName="coredns")["update"]["id"]
    principals = client.list_access_entries(**shop)["accessEntries"]
    policies = [each["arn"] for each in client.list_access_policies()["accessPolicies"]]
    words = ["new", "shop", "coredns", "1.33", "1.34", '{"replicaCount": 2}', "API", "STANDARD"]
    ids = [made["arn"], group, profile, addon["addonArn"], addon["addonVersion"], pod, update]
    return [*words, *ids, *roles, *subnets, *principals, *policies[:2]]


def elbv2() -> list[str]:
    """Make a load balancer with a rule, and a target group with a target."""
    client, ec2 = boto3.client("elbv2"), boto3.client("ec2")
    subnets = ec2.describe_subnets()["Subnets"][:2]
    balancer = client.create_load_balancer(
        Name="shop", Subnets=[each["SubnetId"] for each in subnets]
    )["LoadBalancers"][0]["LoadBalancerArn"]
    group = client.create_target_group(
        Name="shop", Protocol="HTTP", Port=80, VpcId=subnets[0]["VpcId"], TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    client.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.1"}])
    action = [{"Type": "forward", "TargetGroupArn": group}]
    listener = client.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=80,
        DefaultActions=action,  # type: ignore[arg-type]
    )["Listeners"][0]["ListenerArn"]
    rule = client.create_rule(
        ListenerArn=listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/x"]}],
        Actions=action,  # type: ignore[arg-type]
    )["Rules"][0]["RuleArn"]
    return ["10.0.0.1", "80", "path-pattern", balancer, group, listener, rule]


def logs() -> list[str]:
    """Make a group with a stream, an event, a metric filter and a query."""
    client = boto3.client("logs")
    client.create_log_group(logGroupName="shop")
    client.create_log_stream(logGroupName="shop", logStreamName="web")
    event = {"timestamp": 1767603600000, "message": '{"status": 500}'}
    client.put_log_events(logGroupName="shop", logStreamName="web", logEvents=[event])
    pattern, query = "{ $.status >= 500 }", "stats count(*) by bin(5m)"
    metric = {"metricName": "errors", "metricNamespace": "shop", "metricValue": "1"}
    client.put_metric_filter(
        logGroupName="shop",
        filterName="errors",
        filterPattern=pattern,
        metricTransformations=[metric],
    )
    started = client.start_query(
        logGroupName="shop", startTime=0, endTime=2_000_000_000, queryString="fields @message"
    )
    arn = "arn:aws:logs:us-east-1:123456789012:log-group:shop"
    results = client.get_query_results(queryId=started["queryId"])["results"]
    return [
        "shop",
        "web",
        "errors",
        pattern,
        query,
        arn,
        started["queryId"],
        results[0][-1]["value"],
    ]


def xray() -> list[str]:
    """Make a trace with a failed call, a group and a sampling rule."""
    client = boto3.client("xray")
    trace_id, called = "1-695b7a10-0123456789abcdef01234567", "00000000000000b1"
    begin = 1767603600.0
    call = {"id": called, "name": "bank", "namespace": "remote", "fault": True}
    call |= {"start_time": begin, "end_time": begin + 1}
    segment = {"name": "orders", "id": "00000000000000a1", "trace_id": trace_id, "fault": True}
    segment |= {"start_time": begin, "end_time": begin + 2, "subsegments": [call]}
    client.put_trace_segments(TraceSegmentDocuments=[json.dumps(segment)])
    group = client.create_group(GroupName="slow", FilterExpression="duration > 1")["Group"]
    rule = client.create_sampling_rule(
        SamplingRule={
            "RuleName": "orders",
            "ResourceARN": "*",
            "Priority": 1,
            "FixedRate": 0.5,
            "ReservoirSize": 2,
            "ServiceName": "orders",
            "ServiceType": "*",
            "Host": "*",
            "HTTPMethod": "*",
            "URLPath": "*",
            "Version": 1,
        }
    )["SamplingRuleRecord"]["SamplingRule"]
    policy = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}'
    client.put_resource_policy(PolicyName="shop", PolicyDocument=policy)
    words = ["orders", "slow", "shop", "Default", "a" * 24, policy, json.dumps(segment), trace_id]
    expressions = ["fault", 'group.name = "slow"', 'service("bank") { fault }', "id(", "x = 1"]
    return [*words, *expressions, group["GroupARN"], rule["RuleARN"]]


#: What makes an account of a service, and returns the words that mean something in it. A service
#: without one is asked of an empty account.
ACCOUNTS: dict[str, Callable[[], list[str]]] = {
    "applicationautoscaling": applicationautoscaling,
    "apprunner": apprunner,
    "awslambda": awslambda,
    "cloudformation": cloudformation,
    "cloudwatch": cloudwatch,
    "codebuild": codebuild,
    "codecommit": codecommit,
    "codedeploy": codedeploy,
    "codepipeline": codepipeline,
    "ecr": ecr,
    "ecs": ecs,
    "eks": eks,
    "elbv2": elbv2,
    "logs": logs,
    "xray": xray,
}
