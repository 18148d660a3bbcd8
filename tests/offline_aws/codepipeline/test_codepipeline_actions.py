"""The rules of an action and its artifacts, broken: the error is AWS's."""

from __future__ import annotations

import pytest
from declared import Refused, Shape, action, approval, build, deploy, of_stages, pipeline, stage

ACTION = "InvalidActionDeclarationException"
INVALID = "ValidationException"
V2 = {"pipelineType": "V2"}
BETA = stage("Beta", approval())


BROKEN: dict[str, tuple[Shape, str, str]] = {
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
    "a configuration's length": (
        pipeline(stage("Beta", approval(configuration={"CustomData": "x" * 50001}))),
        INVALID,
        "1 validation error detected: Value at "
        "'pipeline.stages.2.member.actions.1.member.configuration' failed to satisfy constraint: "
        "Map value must satisfy constraint: [Member must have length less than or equal to 50000, "
        "Member must have length greater than or equal to 1]",
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
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_rule_gives_its_message(refused: Refused, what: str) -> None:
    declaration, code, message = BROKEN[what]
    assert refused(declaration) == (code, message)


def test_what_cannot_run_here_is_refused_by_name(refused: Refused) -> None:
    beanstalk = action(
        "Deploy",
        "ElasticBeanstalk",
        "Site",
        configuration={"ApplicationName": "shop", "EnvironmentName": "live"},
        inputArtifacts=[{"name": "App"}],
    )
    code, message = refused(pipeline(stage("Beta", beanstalk)))
    assert code == "NotSimulatedOffline"
    assert message.startswith(
        "codepipeline CreatePipeline with the action Site, which is Deploy ElasticBeanstalk, is "
        "not simulated offline. There are: Approval Manual, "
    )
    assert "Source S3" in message


def test_environment_variables_are_for_commands_alone(refused: Refused) -> None:
    told = build(environmentVariables=[{"name": "A", "value": "b"}])
    assert refused(pipeline(stage("Beta", told))) == (
        "NotSimulatedOffline",
        "codepipeline CreatePipeline with environmentVariables of the action Build is not "
        "simulated offline.",
    )
