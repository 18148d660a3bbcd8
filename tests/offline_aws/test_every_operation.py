"""Every operation of ours answers as AWS's model allows, whatever it is asked.

A service joins by being in ``SERVICES``; ``prepared_accounts.py`` has accounts worth asking.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    InvalidEndpointConfigurationError,
    MissingDependencyException,
)
from hypothesis import Phase, given, reject, settings
from hypothesis import strategies as st
from model_inputs import COMMON_WORDS, inputs, least_input
from output_shapes import COMMON_ERRORS, IN_BOTO3, WATCH, service_model
from prepared_accounts import ACCOUNTS

from offline_aws import OfflineAWS
from offline_aws.environment import SERVICES
from offline_aws.errors import NOT_SIMULATED
from offline_aws.operations import REGISTRY

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
for each in SERVICES:
    importlib.import_module(f"offline_aws.{each}")
#: What a service of ours has not, where that is all that it has not.
ABSENT: dict[str, set[str]] = {
    "applicationautoscaling": set(),
    "apprunner": set(),
    "codecommit": set(),
    "codedeploy": set(),
    "codepipeline": set(),
    "xray": set(),
}
#: Errors that a service has for an operation whose list in its model has them not.
UNLISTED = {
    ("cloudwatch", "DeleteDashboards"): {"ResourceNotFound"},
    ("codepipeline", "CreateCustomActionType"): {"ActionTypeAlreadyExistsException"},
    ("eks", "CreateFargateProfile"): {"ResourceInUseException", "ResourceNotFoundException"},
    ("eks", "CreateNodegroup"): {"ResourceNotFoundException"},
    ("eks", "ListAccessPolicies"): {"InvalidParameterException"},
    ("eks", "ListAssociatedAccessPolicies"): {"InvalidParameterException"},
    ("elbv2", "DeleteTargetGroup"): {"TargetGroupNotFound"},
    ("logs", "ListTagsLogGroup"): {"InvalidParameterException"},
    ("logs", "UntagLogGroup"): {"InvalidParameterException"},
    ("xray", "PutResourcePolicy"): {"InvalidRequestException"},
}
#: What the names of operations begin with that change nothing.
_READS = ("BatchDescribe", "BatchGet", "Describe", "Evaluate", "Get", "List")
OPERATIONS = [
    (service, name)
    for service in SERVICES
    # Those that read come first, since they share an account.
    for name in sorted(REGISTRY[service], key=lambda name: (not name.startswith(_READS), name))
]
REQUIRED = [
    (service, name, member)
    for service, name in OPERATIONS
    for shape in [service_model(service).operation_model(name).input_shape]
    for member in (shape.required_members if shape else ())
    # Without what is in the address there is no request.
    if shape.members[member].serialization.get("location") not in ("uri", "querystring")
]


@pytest.mark.parametrize("service", ABSENT)
def test_all_of_a_service_is_there_but_what_is_said_to_be_absent(service: str) -> None:
    assert set(service_model(service).operation_names) - set(REGISTRY[service]) == ABSENT[service]


def codes(shapes: Iterable[Any]) -> set[str]:
    """Return the codes of errors: their names, or what the query protocol had for them."""
    return {code for shape in shapes for code in (shape.name, shape.error_code)}


class Account:
    """An account of one service, asked past the client's own checks."""

    def __init__(self, service: str, empty: bool = False) -> None:
        self.service = service
        made = ACCOUNTS[service]() if service in ACCOUNTS and not empty else []
        self.words = [*made, *COMMON_WORDS]
        self._client = boto3.client(
            IN_BOTO3.get(service, service), config=Config(parameter_validation=False)
        )

    def ask(self, name: str, parameters: dict[str, Any]) -> str:
        """Call an operation by AWS's name for it; return the code of the error, if it is one.

        Whether an answer fits the model is looked at in every test.
        """
        try:
            getattr(self._client, xform_name(name))(**parameters)
            code = ""
        except ClientError as refusal:
            code = str(refusal.response["Error"]["Code"])
        except (InvalidEndpointConfigurationError, MissingDependencyException):
            reject()  # botocore's own, which makes a host name of a parameter, or signs for many
        assert (self.service, name) in WATCH.answered
        return code

    def errors(self, name: str) -> set[str]:
        """Return the codes that the model has for an operation, and that of a refusal.

        And the one that AWS has among the common errors of every service.
        """
        shapes = service_model(self.service).operation_model(name).error_shapes
        unlisted = UNLISTED.get((self.service, name), set())
        return codes(shapes) | {NOT_SIMULATED, "ValidationException"} | COMMON_ERRORS | unlisted


@pytest.fixture(scope="module")
def account(request: pytest.FixtureRequest) -> Any:
    """An account of a service for one operation, or for all those of the service that read."""
    service, _ = request.param
    with OfflineAWS(now=MONDAY):
        yield Account(service)


@pytest.fixture(scope="module")
def empty_account(request: pytest.FixtureRequest) -> Any:
    """An empty account of a service, which stays empty: nothing that it is asked is done."""
    with OfflineAWS(now=MONDAY):
        yield Account(request.param, empty=True)


def _shared(service: str, name: str) -> tuple[str, str]:
    return service, "reads" if name.startswith(_READS) else name


# One account for all examples, since making it takes longer than a call: nothing to shrink then.
@pytest.mark.parametrize(
    ("account", "name"),
    [(_shared(service, name), name) for service, name in OPERATIONS],
    indirect=["account"],
    ids=[f"{service}-{name}" for service, name in OPERATIONS],
)
@settings(max_examples=12, derandomize=True, database=None, phases=[Phase.generate])
@given(data=st.data())
def test_any_input_gives_a_valid_output_or_a_modelled_error(
    account: Account, name: str, data: st.DataObject
) -> None:
    shape = service_model(account.service).operation_model(name).input_shape
    parameters = data.draw(inputs(shape, account.words))
    assert account.ask(name, parameters) in {"", *account.errors(name)}, parameters


@pytest.mark.parametrize(("empty_account", "name", "member"), REQUIRED, indirect=["empty_account"])
def test_what_is_required_and_not_given_is_asked_for(
    empty_account: Account, name: str, member: str
) -> None:
    shape = service_model(empty_account.service).operation_model(name).input_shape
    parameters = least_input(shape)
    del parameters[member]
    # A few errors that a service has are not in its model's lists of each operation's.
    errors = codes(service_model(empty_account.service).error_shapes)
    errors |= {NOT_SIMULATED, "ValidationException"} | COMMON_ERRORS
    assert empty_account.ask(name, parameters) in errors, parameters
