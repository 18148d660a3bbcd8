"""Invoke Lambda: call a function, which answers with the result of a job.

The function is invoked asynchronously, with the job as ``CodePipeline.job``. What becomes of the
action is what it says by PutJobSuccessResult or PutJobFailureResult; if it says nothing, the
action times out.
"""

from __future__ import annotations

import json

from offline_aws import clients
from offline_aws.codepipeline.provider import Job, Status, provides
from offline_aws.codepipeline.providers.action_errors import reported


@provides("Invoke", "Lambda")
class LambdaInvoke:
    """Invoke the function; the engine has its answer from the result of the job."""

    @reported("AWSLambda")
    def start(self, job: Job) -> Status:
        """Invoke the function with the job."""
        client = clients.client("lambda", job.region)
        client.invoke(
            FunctionName=job.configuration["FunctionName"],
            InvocationType="Event",
            Payload=json.dumps({"CodePipeline.job": job.event}).encode(),
        )
        return Status("InProgress")

    def poll(self, job: Job) -> Status:
        """Return that the function has not answered."""
        return Status("InProgress", external_id=job.external_id)
