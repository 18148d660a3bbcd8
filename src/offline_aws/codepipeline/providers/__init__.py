"""The kinds of action that are simulated, a module each; to import this registers them."""

from __future__ import annotations

from offline_aws.codepipeline.providers import (
    cloudformation,
    codebuild,
    codecommit_source,
    codedeploy,
    codedeploy_to_ecs,
    commands,
    connection_source,
    ecr_build_and_publish,
    ecr_source,
    ecs_deploy,
    lambda_invoke,
    s3_deploy,
    s3_source,
)

__all__ = [
    "cloudformation",
    "codebuild",
    "codecommit_source",
    "codedeploy",
    "codedeploy_to_ecs",
    "commands",
    "connection_source",
    "ecr_build_and_publish",
    "ecr_source",
    "ecs_deploy",
    "lambda_invoke",
    "s3_deploy",
    "s3_source",
]
