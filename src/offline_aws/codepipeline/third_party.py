"""Jobs of AWS's partners, of which an account that is no partner's has none."""

from __future__ import annotations

from offline_aws.codepipeline.checks import codepipeline_operation
from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError
from offline_aws.operations import Call


@codepipeline_operation("PollForThirdPartyJobs")
def poll_for_third_party_jobs(call: Call, parameters: Shape) -> Shape:
    """Refuse: no partner's action type is known."""
    wanted = parameters["actionTypeId"]
    parts = ("category", "provider", "owner", "version")
    named = ", ".join(f"{part.capitalize()}: '{wanted[part]}'" for part in parts)
    raise AwsError("ActionTypeNotFoundException", f"ActionType ({named}) could not be found.")


def _no_such_job(call: Call, parameters: Shape) -> Shape:
    """Refuse: there is no job of a partner's."""
    identifier = parameters["jobId"]
    raise AwsError("JobNotFoundException", f"Could not find job with ID '{identifier}'")


for _name in (
    "AcknowledgeThirdPartyJob",
    "GetThirdPartyJobDetails",
    "PutThirdPartyJobFailureResult",
    "PutThirdPartyJobSuccessResult",
):
    codepipeline_operation(_name)(_no_such_job)
