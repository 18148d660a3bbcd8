"""What CloudFormation has beside stacks, refused by name: nothing of it is simulated.

moto has some of it, with stacks of its own that these here would not know.
"""

from __future__ import annotations

from typing import Any

import botocore.session

from offline_aws.cloudformation.checks import cloudformation_operation
from offline_aws.operations import REGISTRY, Call, Operation
from offline_aws.refusals import not_simulated

_SERVICE = "cloudformation"


def refuse_the_rest() -> None:
    """Register a refusal for every operation of the model that is not registered yet."""
    model = botocore.session.get_session().get_service_model(_SERVICE)
    simulated = sorted(REGISTRY[_SERVICE])
    for name in model.operation_names:
        if name not in simulated:
            cloudformation_operation(name)(_refusing(name, simulated))


def _refusing(name: str, simulated: list[str]) -> Operation:
    def refuse(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        raise not_simulated(_SERVICE, name, simulated)

    return refuse
