"""Every rule of a declaration, broken: the error is AWS's, and nothing was declared."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from declared import (
    Shape,
    action,
    approval,
    build,
    connection,
    deploy,
    pipeline,
    rule,
    s3_source,
    stage,
    when,
)

STRUCTURE, STAGE, ACTION, INVALID = (
    "InvalidStructureException",
    "InvalidStageDeclarationException",
    "InvalidActionDeclarationException",
    "ValidationException",
)
V1, V2 = {"pipelineType": "V1"}, {"pipelineType": "V2"}
STORE = {"type": "S3", "location": "artifacts"}
VARIABLE = [{"name": "Target", "defaultValue": "blue"}]


def refused(client: Any, declaration: Shape) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        client.create_pipeline(pipeline=declaration)
    assert client.list_pipelines()["pipelines"] == []
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def of_stages(*stages: Shape, **more: Any) -> Shape:
    return {**pipeline(), "stages": list(stages), **more}


def triggered(*filters: Shape, action: str = "Git", kind: str = "push", **more: Any) -> Shape:
    git: Shape = {"sourceActionName": action, kind: list(filters)}
    trigger = {"providerType": "CodeStarSourceConnection", "gitConfiguration": git}
    first = stage("Source", connection(), s3_source())
    return of_stages(first, stage("Beta", approval()), triggers=[trigger], **more)


def gated(**gates: Shape) -> Shape:
    return pipeline(stage("Beta", approval(), **gates), **V2)


SOURCE, BETA = stage("Source", s3_source()), stage("Beta", approval())

BROKEN: dict[str, tuple[Shape, str, str]] = {
    "one stage": (
        of_stages(SOURCE),
        STRUCTURE,
        "Pipeline has only 1 stage(s). There should be a minimum of 2 stages in a pipeline",
    ),
    "51 stages": (
        pipeline(*(stage(f"S{i}", approval()) for i in range(50))),
        STRUCTURE,
        "Pipeline has too many stages. There can only be up to 50 stages in a pipeline",
    ),
    "501 actions": (
        pipeline(*(stage(f"S{i}", *(approval(f"A{j}") for j in range(50))) for i in range(10))),
        "LimitExceededException",
        "Pipeline has too many actions. There can only be up to 500 actions in a pipeline",
    ),
    "51 actions in a stage": (
        pipeline(stage("Beta", *(approval(f"A{i}") for i in range(51)))),
        STAGE,
        "Stage 'Beta' has 51 actions. There should be a minimum of 1 and a maximum of 50 actions "
        "in a stage",
    ),
    "no action in a stage": (
        pipeline(stage("Beta"), stage("Gamma", approval())),
        STAGE,
        "Stage 'Beta' has 0 actions. There should be a minimum of 1 and a maximum of 50 actions "
        "in a stage",
    ),
    "a stage's name twice": (
        pipeline(BETA, BETA),
        STAGE,
        "Stage name 'Beta' is used more than once",
    ),
    "an action's name twice": (
        pipeline(stage("Beta", approval("A"), approval("A"))),
        ACTION,
        "Action name 'A' is used more than once in stage 'Beta'",
    ),
    "a blocker": (
        pipeline(stage("Beta", approval(), blockers=[{"name": "Friday", "type": "Schedule"}])),
        "InvalidBlockerDeclarationException",
        "Stage 'Beta' has a blocker. Blockers are reserved for future use.",
    ),
    "no source first": (
        of_stages(BETA, stage("Gamma", approval())),
        STRUCTURE,
        "Pipeline should start with a stage that only contains source actions",
    ),
    "more than sources first": (
        of_stages(stage("Source", s3_source(), approval()), BETA),
        STRUCTURE,
        "Pipeline should start with a stage that only contains source actions",
    ),
    "a source later": (
        pipeline(stage("Beta", approval(), s3_source("Late", "Late"))),
        STRUCTURE,
        "Source actions can only be included in the first stage of the pipeline",
    ),
    "sources alone": (
        pipeline(stage("More", s3_source("More", "More"))),
        STRUCTURE,
        "Pipeline should contain at least 1 action whose category is not Source",
    ),
    "a mode of V2": (
        pipeline(executionMode="QUEUED", **V1),
        STRUCTURE,
        "QUEUED or PARALLEL mode can only be used with V2 pipelines",
    ),
    "variables of V2": (
        pipeline(variables=VARIABLE, **V1),
        STRUCTURE,
        "Pipeline variable can only be used with V2 pipelines",
    ),
    "triggers of V2": (
        triggered({"tags": {"includes": ["v*"]}}, **V1),
        STRUCTURE,
        "Triggers on tag can only be used with V2 pipelines",
    ),
    "conditions of V2": (
        {**gated(beforeEntry=when("FAIL")), **V1},
        STAGE,
        "Stage level conditions can only be used with V2 pipelines.",
    ),
    "an action of V2": (
        pipeline(stage("Run", action("Compute", "Commands", commands=["ls"])), **V1),
        ACTION,
        "Commands Action can only be used with V2 pipelines.",
    ),
    "no such provider": (
        pipeline(stage("Beta", action("Deploy", "CodeBuild", "Dep"))),
        ACTION,
        "ActionType (Category: 'Deploy', Provider: 'CodeBuild', Owner: 'AWS', Version: '1') in "
        "action 'Dep' is not available in region 'US_EAST_1'",
    ),
    "no such version": (
        pipeline(stage("Beta", approval(version="2"))),
        ACTION,
        "ActionType (Category: 'Approval', Provider: 'Manual', Owner: 'AWS', Version: '2') in "
        "action 'Approve' is not available in region 'US_EAST_1'",
    ),
    "no such custom action": (
        pipeline(stage("Beta", action("Build", "Jenkins", owner="Custom"))),
        ACTION,
        "ActionType (Category: 'Build', Provider: 'Jenkins', Owner: 'Custom', Version: '1') in "
        "action 'Jenkins' is not available in region 'US_EAST_1'",
    ),
    "a configuration missing": (
        pipeline(stage("Beta", build(configuration={}))),
        ACTION,
        "Action configuration for action 'Build' is missing required configuration 'ProjectName'",
    ),
    "a configuration unknown": (
        pipeline(stage("Beta", approval(configuration={"Colour": "blue"}))),
        ACTION,
        "Action configuration for action 'Approve' contains unknown configuration 'Colour'",
    ),
    "a secret that was never told": (
        of_stages(
            stage(
                "Source",
                action(
                    "Source",
                    "GitHub",
                    owner="ThirdParty",
                    outputArtifacts=[{"name": "App"}],
                    configuration={"Owner": "a", "Repo": "b", "Branch": "c", "OAuthToken": "****"},
                ),
            ),
            BETA,
        ),
        ACTION,
        'Action configuration for the new action "GitHub" contains an invalid configuration for '
        'the secret property "OAuthToken". "****" may be used in secret properties only when '
        "updating an existing action.",
    ),
    "too few inputs": (
        pipeline(stage("Beta", deploy(inputArtifacts=[]))),
        ACTION,
        "Action Deploy declares 0 input artifacts which is less than the minimum count (1)",
    ),
    "too many inputs": (
        pipeline(stage("Beta", build("Build", *["App"] * 6))),
        ACTION,
        "Action Build declares 6 input artifacts which is more than the maximum count (5)",
    ),
    "too many outputs": (
        pipeline(stage("Beta", approval(outputArtifacts=[{"name": "Yes"}]))),
        ACTION,
        "Action Approve declares 1 output artifacts which is more than the maximum count (0)",
    ),
    "no commands": (
        pipeline(
            stage("Run", action("Compute", "Commands", inputArtifacts=[{"name": "App"}])), **V2
        ),
        ACTION,
        "Action Commands must have a non-empty commands field",
    ),
    "commands elsewhere": (
        pipeline(stage("Beta", build(commands=["make"]))),
        ACTION,
        "The following action cannot contain a commands field: Build. To use the commands field, "
        "use a compute action.",
    ),
    "files of an output elsewhere": (
        pipeline(stage("Beta", build(outputArtifacts=[{"name": "Out", "files": ["a"]}]))),
        ACTION,
        "The following action cannot contain a commands field: Build. To use the commands field, "
        "use a compute action.",
    ),
    "a timeout elsewhere": (
        pipeline(stage("Beta", build(timeoutInMinutes=60))),
        ACTION,
        "Action Build cannot have a timeout. timeoutInMinutes can only be used with manual "
        "approval actions.",
    ),
    "an approval's topic of another service": (
        pipeline(
            stage(
                "Beta",
                approval(configuration={"NotificationArn": "arn:aws:sqs:us-east-1:123456789012:q"}),
            )
        ),
        ACTION,
        "The ARN arn:aws:sqs:us-east-1:123456789012:q has been specified for sending notifications "
        "for the approval action Approve, but the AWS service for this ARN cannot be used to send "
        "approval requests.",
    ),
    "an approval's topic far away": (
        pipeline(
            stage(
                "Beta",
                approval(configuration={"NotificationArn": "arn:aws:sns:eu-west-1:123456789012:t"}),
            )
        ),
        ACTION,
        "The ARN arn:aws:sns:eu-west-1:123456789012:t has been specified for sending notifications "
        "for the approval action Approve, but the ARN is not in the same region as the pipeline.",
    ),
    "an approval's topic that is no ARN": (
        pipeline(stage("Beta", approval(configuration={"NotificationArn": "topic"}))),
        ACTION,
        "The ARN topic you specified for sending notifications for the approval action Approve "
        "contains a format error.",
    ),
    "an output's name twice": (
        pipeline(stage("Beta", build(outputArtifacts=[{"name": "App"}]))),
        ACTION,
        "Output Artifact Bundle name must be unique within the pipeline. App has been used more "
        "than once.",
    ),
    "an input that nobody makes": (
        pipeline(stage("Beta", build("Build", "Nothing"))),
        ACTION,
        "Input Artifact Bundle Nothing in action Build is not declared as Output Artifact Bundle "
        "in any of the preceding actions",
    ),
    "an input that is made at the same time": (
        pipeline(stage("Beta", build("A", outputArtifacts=[{"name": "B"}]), build("C", "B"))),
        ACTION,
        "Input Artifact Bundle B in action C is not declared as Output Artifact Bundle in any of "
        "the preceding actions",
    ),
    "a namespace twice": (
        pipeline(stage("Beta", approval("A", namespace="N"), approval("B", namespace="N"))),
        ACTION,
        "Namespaces must be unique across the pipeline definition. The following occur more than "
        "once in the pipeline. StageName=[Beta], ActionName=[A], Namespace=[N]",
    ),
    "a reserved namespace": (
        pipeline(stage("Beta", approval(namespace="codepipeline"))),
        ACTION,
        "The following namespaces are reserved. StageName=[Beta], ActionName=[Approve], "
        "Namespace=[codepipeline]",
    ),
    "a namespace of an artifact": (
        pipeline(stage("Beta", approval(namespace="App"))),
        ACTION,
        "Namespaces must not be the same as an artifact name. The following are names of artifacts "
        "in the pipeline. StageName=[Beta], ActionName=[Approve], Namespace=[App]",
    ),
    "no artifact store": (
        {k: v for k, v in pipeline().items() if k != "artifactStore"},
        INVALID,
        "You must include either 'pipeline.artifactStore' or 'pipeline.artifactStores' in your "
        "pipeline, but you cannot use both.",
    ),
    "both artifact stores": (
        pipeline(artifactStores={"us-east-1": STORE}),
        INVALID,
        "You must include either 'pipeline.artifactStore' or 'pipeline.artifactStores' in your "
        "pipeline, but you cannot use both.",
    ),
    "one store for two regions": (
        pipeline(stage("Beta", deploy(region="eu-west-1"))),
        INVALID,
        "Your pipeline contains actions in more than one region. Use 'pipeline.artifactStores' "
        "instead of 'pipeline.artifactStore' to declare an artifact store, such as an artifact "
        "bucket, for each region where you have an action.",
    ),
    "a region of nobody": (
        pipeline(stage("Beta", deploy(region="mars-1"))),
        INVALID,
        "The region mars-1 specified in the action 'Deploy' is not a valid AWS Region.",
    ),
    "a source far away": (
        of_stages(stage("Source", s3_source(region="eu-west-1")), BETA),
        ACTION,
        "Action 'Source' cannot run in region 'eu-west-1'. Source actions and actions of "
        "third-party and custom providers run in the region of the pipeline.",
    ),
    "a variable twice": (
        pipeline(variables=[*VARIABLE, {"name": "Target"}]),
        STRUCTURE,
        "Variable names must be unique. The following variable name is already in use: Target",
    ),
    "a trigger of no action": (
        triggered({"branches": {"includes": ["main"]}}, action="Nobody"),
        STRUCTURE,
        "Triggers for connections must reference a CodeStarSourceConnection action. Note that when "
        "you specify a trigger, you can't specify more than one trigger per source action.",
    ),
    "a trigger of another source": (
        triggered({"branches": {"includes": ["main"]}}, action="Source"),
        STRUCTURE,
        "Triggers for connections must reference a CodeStarSourceConnection action. Note that when "
        "you specify a trigger, you can't specify more than one trigger per source action.",
    ),
    "a result and conditions": (
        gated(onFailure={"result": "ROLLBACK", **when("ROLLBACK")}),
        STAGE,
        "The following stage cannot have a failure exit gate configured with both top level result "
        "and conditions: 'Beta'",
    ),
    "a rollback in parallel": (
        {**gated(onFailure={"result": "ROLLBACK"}), "executionMode": "PARALLEL"},
        STAGE,
        "Failure conditions with rollback result type cannot be added to a PARALLEL pipeline.",
    ),
    "a rollback of the source": (
        of_stages(stage("Source", s3_source(), onFailure={"result": "ROLLBACK"}), BETA, **V2),
        STAGE,
        "The source stage 'Source' cannot be rolled back.",
    ),
    "a retry that is none": (
        gated(onFailure={"result": "ROLLBACK", "retryConfiguration": {"retryMode": "ALL_ACTIONS"}}),
        STAGE,
        "The stage 'Beta' has a retry configuration for a result that is not RETRY.",
    ),
    "a failure that is skipped": (
        gated(onFailure={"result": "SKIP"}),
        STAGE,
        "The result SKIP is not valid for the failure of the stage 'Beta'. Valid results are: "
        "ROLLBACK, RETRY",
    ),
    "an entry that is rolled back": (
        gated(beforeEntry=when("ROLLBACK")),
        STAGE,
        "The result ROLLBACK is not valid for a beforeEntry condition of the stage 'Beta'. Valid "
        "results are: FAIL, SKIP",
    ),
    "a success that is skipped": (
        gated(onSuccess=when("SKIP")),
        STAGE,
        "The result SKIP is not valid for a onSuccess condition of the stage 'Beta'. Valid results "
        "are: ROLLBACK, FAIL",
    ),
    "a rule twice": (
        gated(beforeEntry=when("FAIL", rule(), rule())),
        STAGE,
        "Rule names must be unique in a condition. Found more than once: the rule 'Check' of the "
        "stage 'Beta'",
    ),
    "no such rule": (
        gated(beforeEntry=when("FAIL", rule("Weather"))),
        STAGE,
        "The rule type Weather of the rule 'Check' of the stage 'Beta' does not exist.",
    ),
    "a rule without its configuration": (
        gated(beforeEntry=when("FAIL", rule("DeploymentWindow", TimeZone="UTC"))),
        STAGE,
        "The configuration of the rule 'Check' of the stage 'Beta' is missing required "
        "configuration 'Cron'",
    ),
    "a rule with another's configuration": (
        gated(beforeEntry=when("FAIL", rule("CloudWatchAlarm", AlarmName="a", Cron="* * *"))),
        STAGE,
        "The configuration of the rule 'Check' of the stage 'Beta' contains unknown configuration "
        "'Cron'",
    ),
    "an alarm that skips": (
        gated(beforeEntry=when("SKIP", rule("CloudWatchAlarm", AlarmName="a"))),
        STAGE,
        "The result SKIP cannot be used with the rule CloudWatchAlarm in the rule 'Check' of the "
        "stage 'Beta'.",
    ),
    "a name": (
        pipeline(name="my shop"),
        INVALID,
        "1 validation error detected: Value 'my shop' at 'pipeline.name' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: [A-Za-z0-9.@\\-_]+",
    ),
    "two names": (
        pipeline(stage("x" * 101, approval("a b"))),
        INVALID,
        f"2 validation errors detected: Value '{'x' * 101}' at 'pipeline.stages.2.member.name' "
        "failed to satisfy constraint: Member must have length less than or equal to 100; Value "
        "'a b' at 'pipeline.stages.2.member.actions.1.member.name' failed to satisfy constraint: "
        "Member must satisfy regular expression pattern: [A-Za-z0-9.@\\-_]+",
    ),
    "a run order": (
        pipeline(stage("Beta", approval(runOrder=1000))),
        INVALID,
        "1 validation error detected: Value '1000' at "
        "'pipeline.stages.2.member.actions.1.member.runOrder' failed to satisfy constraint: Member "
        "must have value less than or equal to 999",
    ),
    "a mode": (
        pipeline(executionMode="FAST"),
        INVALID,
        "1 validation error detected: Value 'FAST' at 'pipeline.executionMode' failed to satisfy "
        "constraint: Member must satisfy enum value set: [QUEUED, SUPERSEDED, PARALLEL]",
    ),
    "a configuration's length": (
        pipeline(stage("Beta", approval(configuration={"CustomData": "x" * 50001}))),
        INVALID,
        "1 validation error detected: Value at "
        "'pipeline.stages.2.member.actions.1.member.configuration' failed to satisfy constraint: "
        "Map value must satisfy constraint: [Member must have length less than or equal to 50000, "
        "Member must have length greater than or equal to 1]",
    ),
    "51 variables": (
        pipeline(variables=[{"name": f"v{i}"} for i in range(51)]),
        INVALID,
        "1 validation error detected: Value at 'pipeline.variables' failed to satisfy constraint: "
        "Member must have length less than or equal to 50",
    ),
    "51 commands": (
        pipeline(stage("Run", action("Compute", "Commands", commands=["ls"] * 51))),
        INVALID,
        "1 validation error detected: Value at "
        "'pipeline.stages.2.member.actions.1.member.commands' failed to satisfy constraint: Member "
        "must have length less than or equal to 50",
    ),
    "four filters": (
        triggered(*[{"tags": {"includes": ["v*"]}}] * 4),
        INVALID,
        "1 validation error detected: Value at "
        "'pipeline.triggers.1.member.gitConfiguration.push' failed to satisfy constraint: Member "
        "must have length less than or equal to 3",
    ),
    "nine patterns": (
        triggered({"branches": {"excludes": ["a"] * 9}}, kind="pullRequest"),
        INVALID,
        "1 validation error detected: Value at 'pipeline.triggers.1.member.gitConfiguration."
        "pullRequest.1.member.branches.excludes' failed to satisfy constraint: Member must have "
        "length less than or equal to 8",
    ),
    "six rules": (
        gated(beforeEntry=when("FAIL", *(rule(name=f"R{i}") for i in range(6)))),
        INVALID,
        "1 validation error detected: Value at "
        "'pipeline.stages.2.member.beforeEntry.conditions.1.member.rules' failed to satisfy "
        "constraint: Member must have length less than or equal to 5",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_rule_gives_its_message(client: Any, what: str) -> None:
    declaration, code, message = BROKEN[what]
    assert refused(client, declaration) == (code, message)


@pytest.mark.parametrize(
    ("filters", "kind"),
    [
        ({"tags": {"includes": ["v*"]}, "branches": {"includes": ["main"]}}, "push"),
        ({"tags": {"includes": ["v*"]}, "filePaths": {"includes": ["src/**"]}}, "push"),
        ({"filePaths": {"includes": ["src/**"]}}, "push"),
        ({"branches": {}}, "push"),
        ({}, "push"),
        ({"filePaths": {"includes": ["src/**"]}, "events": ["OPEN"]}, "pullRequest"),
        ({"events": ["OPEN"]}, "pullRequest"),
    ],
)
def test_filters_that_do_not_go_together(client: Any, filters: Shape, kind: str) -> None:
    assert refused(client, triggered(filters, kind=kind)) == (
        STRUCTURE,
        "The trigger configuration for the source action is not valid. Make sure to choose valid "
        "filter combinations.",
    )


REFERENCE = (
    "Valid format for a pipeline execution variable reference is a namespace and a key separated "
    "by a period (.). The following pipeline execution variables are "
)


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("Nobody.Id", ACTION, REFERENCE + "referencing a namespace that does not exist.\n"),
        ("CommitId", ACTION, REFERENCE + "not in this format.\n"),
        ("a.b.c", ACTION, REFERENCE + "not in this format.\n"),
        ("", ACTION, REFERENCE + "not in this format.\n"),
        (
            "Late.Id",
            ACTION,
            REFERENCE + "referencing a namespace of an action that does not run before.\n",
        ),
        (
            "Own.Id",
            ACTION,
            REFERENCE + "referencing a namespace of an action that does not run before.\n",
        ),
        ("variables.Colour", STRUCTURE, "The referenced variables haven't been declared.\n"),
    ],
)
def test_a_reference_to_what_is_not_there(client: Any, text: str, code: str, message: str) -> None:
    told = approval(configuration={"CustomData": f"It is #{{{text}}}."}, namespace="Own")
    later = stage("Later", approval(namespace="Late"))
    declaration = pipeline(stage("Beta", told), later, variables=VARIABLE)
    where = (
        "StageName=[Beta], ActionName=[Approve], ActionConfigurationKey=[CustomData], "
        f"VariableReferenceText=[{text}]"
    )
    assert refused(client, declaration) == (code, message + where)


def test_pipeline_variables_are_not_for_sources(client: Any) -> None:
    source = s3_source()
    source["configuration"]["S3ObjectKey"] = "#{variables.Target}.zip"
    declaration = {**pipeline(variables=VARIABLE), "stages": [stage("Source", source), BETA]}
    assert refused(client, declaration) == (
        STRUCTURE,
        "Variables at the pipeline level cannot be used in source actions.\nStageName=[Source], "
        "ActionName=[Source], ActionConfigurationKey=[S3ObjectKey], "
        "VariableReferenceText=[variables.Target]",
    )


def test_each_region_needs_its_store(client: Any) -> None:
    far = pipeline(stage("Beta", deploy(region="eu-west-1")))
    del far["artifactStore"]
    stores = {**far, "artifactStores": {"us-east-1": STORE}}
    assert refused(client, stores) == (
        INVALID,
        "Your pipeline must have an artifact store, such as an artifact bucket, for each region "
        "where you have an action. The following region is missing in 'pipeline.artifactStores': "
        "eu-west-1.",
    )
    both = {"us-east-1": STORE, "eu-west-1": {"type": "S3", "location": "far-artifacts"}}
    assert refused(client, {**far, "artifactStores": both}) == (
        STRUCTURE,
        "An error occurred while validating the artifact bucket 'far-artifacts': No bucket with "
        "the name far-artifacts was found. Choose a valid artifact bucket in 'eu-west-1', or "
        "create a new artifact bucket to use in your pipeline.",
    )
    boto3.client("s3", region_name="eu-west-1").create_bucket(
        Bucket="far-artifacts", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    client.create_pipeline(pipeline={**far, "artifactStores": both})


def test_what_cannot_run_here_is_refused_by_name(client: Any) -> None:
    beanstalk = action(
        "Deploy",
        "ElasticBeanstalk",
        "Site",
        configuration={"ApplicationName": "shop", "EnvironmentName": "live"},
        inputArtifacts=[{"name": "App"}],
    )
    code, message = refused(client, pipeline(stage("Beta", beanstalk)))
    assert code == "NotSimulatedOffline"
    assert message.startswith(
        "codepipeline CreatePipeline with the action Site, which is Deploy ElasticBeanstalk, is "
        "not simulated offline. There are: Approval Manual, "
    )
    assert "Source S3" in message


def test_environment_variables_are_for_commands_alone(client: Any) -> None:
    told = build(environmentVariables=[{"name": "A", "value": "b"}])
    assert refused(client, pipeline(stage("Beta", told))) == (
        "NotSimulatedOffline",
        "codepipeline CreatePipeline with environmentVariables of the action Build is not "
        "simulated offline.",
    )
