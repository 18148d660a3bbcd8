"""The targets of rules: what is called when an event reaches them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from offline_aws.clients import client

Target = dict[str, Any]


class TargetError(Exception):
    """A target that nothing can be delivered to."""


@dataclass(frozen=True)
class Clients:
    """The boto3 clients of an account and region."""

    account: str
    region: str

    def __call__(self, service: str) -> Any:
        """Return a client of a service."""
        return client(service, self.region, self.account)


def invoke(clients: Clients, target: Target, text: str, event: dict[str, Any]) -> None:
    """Call a target with its input.

    Raises ``TargetError`` for one of a service that is not known here, and what the call raises.
    """
    service, resource = _parts(target["Arn"])
    if service not in _CALLS:
        raise TargetError(f"{target['Arn']} is no target that is simulated offline.")
    _CALLS[service](clients, target, resource, text, event)


def send_to_queue(clients: Clients, arn: str, text: str, **more: Any) -> None:
    """Put a message into the queue of an ARN."""
    account, name = arn.split(":")[4:6]
    sqs = clients("sqs")
    url = sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=account)["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=text, **more)


def _parts(arn: str) -> tuple[str, str]:
    parts = arn.split(":", 5)
    if len(parts) != 6:
        raise TargetError(f"{arn!r} is no ARN.")
    return parts[2], parts[5]


def _start_pipeline(clients: Clients, _: Target, name: str, __: str, ___: object) -> None:
    clients("codepipeline").start_pipeline_execution(name=name)


def _start_build(clients: Clients, target: Target, project: str, text: str, _: object) -> None:
    codebuild = clients("codebuild")
    # A build takes its own parameters from an input that was made for it, never from an event.
    made = "Input" in target or "InputTransformer" in target
    given = json.loads(text) if made else {}
    known = codebuild.meta.service_model.operation_model("StartBuild").input_shape.members
    overrides = {name: value for name, value in given.items() if name in known}
    codebuild.start_build(**{**overrides, "projectName": project.removeprefix("project/")})


def _to_queue(clients: Clients, target: Target, _: str, text: str, __: object) -> None:
    send_to_queue(clients, target["Arn"], text, **target.get("SqsParameters", {}))


def _to_topic(clients: Clients, target: Target, _: str, text: str, __: object) -> None:
    clients("sns").publish(TopicArn=target["Arn"], Message=text)


def _to_log(clients: Clients, _: Target, group: str, text: str, event: dict[str, Any]) -> None:
    logs = clients("logs")
    group = group.removeprefix("log-group:").removesuffix(":*")
    logs.create_log_stream(logGroupName=group, logStreamName=event["id"])
    milliseconds = int(datetime.fromisoformat(event["time"]).timestamp() * 1000)
    logs.put_log_events(
        logGroupName=group,
        logStreamName=event["id"],
        logEvents=[{"timestamp": milliseconds, "message": text}],
    )


def _to_function(clients: Clients, target: Target, _: str, text: str, __: object) -> None:
    # Waited for, unlike on AWS, to learn whether it can run here at all.
    answer = clients("lambda").invoke(FunctionName=target["Arn"], Payload=text.encode())
    if "FunctionError" in answer:
        raise TargetError(answer["Payload"].read().decode())


def _start_execution(clients: Clients, target: Target, _: str, text: str, __: object) -> None:
    clients("stepfunctions").start_execution(stateMachineArn=target["Arn"], input=text)


_CALLS: dict[str, Callable[[Clients, Target, str, str, dict[str, Any]], None]] = {
    "codepipeline": _start_pipeline,
    "codebuild": _start_build,
    "sqs": _to_queue,
    "sns": _to_topic,
    "logs": _to_log,
    "lambda": _to_function,
    "states": _start_execution,
}
