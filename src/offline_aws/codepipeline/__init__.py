"""CodePipeline that runs the pipeline: stages, actions, approvals, on the lab's clock.

Faithful (AWS CodePipeline User Guide and API model):
    the structure of a pipeline and what AWS refuses in it; stage locks; SUPERSEDED (one execution
    waits between two stages, the newest), QUEUED and PARALLEL; run orders, and a stage that fails
    when the actions beside the failed one have ended; artifacts in the pipeline's buckets, copied
    to the region of an action; variables of pipelines and actions, put in when an action starts;
    revisions asked for at a start; manual approvals with token, SNS message and seven days to
    answer; jobs of custom actions and of Lambda functions, with nonce, continuation token and
    time-out; stop and wait, stop and abandon; transitions; retry of failed or of all actions;
    rollback of a stage, by hand and by its failure; conditions with rules (VariableCheck,
    DeploymentWindow, CloudWatchAlarm, LambdaInvoke, CodeBuild, Commands), their results and their
    override; triggers of executions; state and history; the events for EventBridge; what actions
    of CodeCommit, S3, ECR, CodeBuild, Commands, CloudFormation, CodeDeploy, ECS and Lambda really
    do, with their output variables, external ids and the sentences that they fail with;
    ECRBuildAndPublish: its configuration, the folder of the Dockerfile as build context, the image
    pushed to ECR under each tag, its output variables and its log.

Simplified:
    lab time: fixed, short amounts for CodePipeline's own work, and a look at a provider every 10 s,
    later every minute (``durations.py``). A change of a source that is polled starts the pipeline
    30 s later. An update of a pipeline cancels its executions at once and abandons their actions;
    those in PARALLEL mode go on by their own declaration. The outbound transition of a stage is the
    inbound one of the next. A rollback runs its stage without the stage's conditions. Texts of
    errors that AWS's documentation does not have are in words of our own, and so are the
    credentials of a job, which nothing checks. No role is assumed and no policy looked at. A
    connection to GitHub (CodeStarSourceConnection) reads the CodeCommit repository of the same
    name; CODEBUILD_CLONE_REF gives a build the files of the commit without git's history. There is
    no Docker: the image of ECRBuildAndPublish is made by whom ``OfflineAWS.image_builds`` was
    given, in one minute of lab time, and the lines of its log are in words of our own; an action
    that is abandoned pushes nothing.

Absent:
    actions and rules of other providers, refused by name when a pipeline is created; batch builds
    and public registries, which fail their action; jobs of partners, of which there are none; the
    targets of an EC2 deploy action; sources in another region start nothing by themselves; webhooks
    are kept and nothing listens at their URL; polling is not switched off after 30 days without
    executions.
"""

from __future__ import annotations

from offline_aws.codepipeline import (
    action_history,
    action_types,
    approvals,
    history,
    job_results,
    pipelines,
    providers,
    retries,
    revision_told,
    rollbacks,
    rule_types,
    starting,
    state,
    stopping,
    tags,
    third_party,
    transitions,
    webhooks,
)

__all__ = [
    "action_history",
    "action_types",
    "approvals",
    "history",
    "job_results",
    "pipelines",
    "providers",
    "retries",
    "revision_told",
    "rollbacks",
    "rule_types",
    "starting",
    "state",
    "stopping",
    "tags",
    "third_party",
    "transitions",
    "webhooks",
]
