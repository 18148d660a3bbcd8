"""Read and set the policy of a stack."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation import requests
from offline_aws.cloudformation.checks import cloudformation_operation
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.stack_policy import check_policy
from offline_aws.cloudformation.store import live
from offline_aws.operations import Call

Shape = dict[str, Any]


def policy_text(call: Call, parameters: Shape, body: str, url: str) -> str:
    """Return the text of a policy that is given itself or by its address; empty for none.

    Raises ``Mistake``.
    """
    if parameters.get(body) and parameters.get(url):
        raise Mistake(f"You cannot specify both {body} and {url}")
    text: str = parameters.get(body) or ""
    if parameters.get(url):
        text = requests.text_at(call, parameters[url])
    if text:
        check_policy(text)
    return text


@cloudformation_operation("SetStackPolicy")
def set_stack_policy(call: Call, parameters: Shape) -> Shape:
    """Give a stack a policy; it can be changed and not taken away."""
    stack = live(call, parameters["StackName"])
    text = policy_text(call, parameters, "StackPolicyBody", "StackPolicyURL")
    if not text:
        raise Mistake("Either StackPolicyBody or StackPolicyURL must be specified.")
    stack.policy = text
    return {}


@cloudformation_operation("GetStackPolicy")
def get_stack_policy(call: Call, parameters: Shape) -> Shape:
    """Return a stack's policy, nothing when there is none."""
    stack = live(call, parameters["StackName"])
    return {"StackPolicyBody": stack.policy} if stack.policy else {}
