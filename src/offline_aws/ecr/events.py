"""What ECR tells EventBridge.

The fields are those of "Amazon ECR events and EventBridge" and of "Logging Amazon ECR actions with
AWS CloudTrail", in the ECR user guide.
"""

from __future__ import annotations

from offline_aws.ecr.checks import Shape
from offline_aws.ecr.store import Image, Repository
from offline_aws.operations import Call

_SOURCE = "aws.ecr"


def image_action(call: Call, repository: Repository, action: str, digest: str, tag: str) -> None:
    """Tell of a PUSH or DELETE; ``tag`` is "" for an image without."""
    detail = {
        "result": "SUCCESS",
        "repository-name": repository.name,
        "image-digest": digest,
        "action-type": action,
        **({"image-tag": tag} if tag else {}),
    }
    call.send_event(_SOURCE, "ECR Image Action", detail)


def image_scan(
    call: Call, repository: Repository, image: Image, status: str, counts: dict[str, int]
) -> None:
    """Tell that a scan has ended, with how many findings of each severity."""
    detail = {
        "scan-status": status,
        "repository-name": repository.name,
        "finding-severity-counts": counts,
        "image-digest": image.digest,
        "image-tags": list(image.tags),
    }
    call.send_event(_SOURCE, "ECR Image Scan", detail, repository.settings.arn)


def replication(call: Call, repository: Repository, image: Image, region: str) -> None:
    """Tell that an image was replicated, in the account and region where it came from."""
    detail = {
        "result": "SUCCESS",
        "repository-name": repository.name,
        "image-digest": image.digest,
        "source-account": call.account,
        "action-type": "REPLICATE",
        "source-region": call.region,
        **({"image-tag": image.tags[-1]} if image.tags else {}),
    }
    arn = repository.settings.arn.replace(f":{call.region}:", f":{region}:")
    call.send_event(_SOURCE, "ECR Replication Action", detail, arn)


def policy_execution(
    call: Call, repository: Repository, rules: list[Shape], actions: list[Shape]
) -> None:
    """Tell which images a lifecycle policy has acted on, as CloudTrail records it."""
    detail = {
        "eventVersion": "1.05",
        "userIdentity": {"accountId": call.account, "invokedBy": "AWS Internal"},
        "eventTime": call.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": "ecr.amazonaws.com",
        "eventName": "PolicyExecutionEvent",
        "awsRegion": call.region,
        "sourceIPAddress": "AWS Internal",
        "eventType": "AwsServiceEvent",
        "resources": [
            {
                "ARN": repository.settings.arn,
                "accountId": call.account,
                "type": "AWS::ECR::Repository",
            }
        ],
        "serviceEventDetails": {
            "repositoryName": repository.name,
            "lifecycleEventPolicy": {"lifecycleEventRules": rules},
            "lifecycleEventImageActions": actions,
        },
    }
    call.send_event(_SOURCE, "AWS Service Event via CloudTrail", detail, repository.settings.arn)
