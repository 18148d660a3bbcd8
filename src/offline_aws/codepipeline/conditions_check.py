"""The rules for a stage's conditions and its way out of a failure, with AWS's messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from offline_aws.codepipeline import rule_catalogue, rules
from offline_aws.codepipeline.checks import not_simulated
from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError

#: What may follow from a condition, by where it stands.
_RESULTS = {
    "beforeEntry": ("FAIL", "SKIP"),
    "onFailure": ("ROLLBACK",),
    "onSuccess": ("ROLLBACK", "FAIL"),
}
_FAILURE_RESULTS = ("ROLLBACK", "RETRY")
#: The rules that can have a stage skipped.
_SKIPPING = {"LambdaInvoke", "VariableCheck"}


def check(declaration: Shape) -> None:
    """Refuse conditions that AWS would refuse. Raises ``InvalidStageDeclarationException``."""
    for stage in declaration["stages"]:
        _check_failure(declaration, stage)
        for gate, condition in conditions_of(stage):
            _check_result(stage, gate, condition)
            _check_rules(stage, gate, condition)
    if declaration["executionMode"] == "PARALLEL":
        _check_no_rollback(declaration)


def check_simulated(operation: str, declaration: Shape) -> None:
    """Refuse by name a rule that cannot be evaluated here.

    Raises botocore's ``ClientError`` with the code NotSimulatedOffline.
    """
    simulated = rules.simulated()
    for stage in declaration["stages"]:
        for _, condition in conditions_of(stage):
            for rule in condition["rules"]:
                provider = rule["ruleTypeId"]["provider"]
                if provider not in simulated:
                    raise not_simulated(
                        operation,
                        f"the rule {provider} of the stage {stage['name']}",
                        f"There are: {', '.join(sorted(simulated))}.",
                    )


def conditions_of(stage: Shape) -> Iterator[tuple[str, Shape]]:
    """Yield a stage's conditions with where they stand: beforeEntry, onFailure, onSuccess."""
    for gate in _RESULTS:
        for condition in stage.get(gate, {}).get("conditions", ()):
            yield gate, condition


def _check_failure(declaration: Shape, stage: Shape) -> None:
    name, failure = stage["name"], stage.get("onFailure")
    if failure is None:
        return
    result = failure.get("result")
    if result and failure.get("conditions"):
        raise _wrong(
            "The following stage cannot have a failure exit gate configured with both top level "
            f"result and conditions: '{name}'"
        )
    if result and result not in _FAILURE_RESULTS:
        raise _wrong(
            f"The result {result} is not valid for the failure of the stage '{name}'. Valid "
            f"results are: {', '.join(_FAILURE_RESULTS)}"
        )
    if failure.get("retryConfiguration") and result != "RETRY":
        raise _wrong(
            f"The stage '{name}' has a retry configuration for a result that is not RETRY."
        )
    if stage is declaration["stages"][0] and "ROLLBACK" in _results_of(stage):
        raise _wrong(f"The source stage '{name}' cannot be rolled back.")


def _results_of(stage: Shape) -> set[str]:
    results = {condition.get("result", "") for _, condition in conditions_of(stage)}
    return results | {stage.get("onFailure", {}).get("result", "")}


def _check_result(stage: Shape, gate: str, condition: Shape) -> None:
    result = condition.get("result")
    if not (result and condition.get("rules")):
        raise _wrong(
            f"The {gate} condition of the stage '{stage['name']}' must have a result and rules."
        )
    if result not in _RESULTS[gate]:
        raise _wrong(
            f"The result {result} is not valid for a {gate} condition of the stage "
            f"'{stage['name']}'. Valid results are: {', '.join(_RESULTS[gate])}"
        )


def _check_rules(stage: Shape, gate: str, condition: Shape) -> None:
    declared = condition["rules"]
    times = Counter(rule["name"] for rule in declared)
    for rule in declared:
        where = f"the rule '{rule['name']}' of the stage '{stage['name']}'"
        if times[rule["name"]] > 1:
            raise _wrong(f"Rule names must be unique in a condition. Found more than once: {where}")
        provider = rule["ruleTypeId"]["provider"]
        known = rule_catalogue.rule_type(provider)
        if known is None or rule["ruleTypeId"].get("version", "1") != "1":
            raise _wrong(f"The rule type {provider} of {where} does not exist.")
        _check_configuration(rule, known, where)
        if (
            gate == "beforeEntry"
            and condition.get("result") == "SKIP"
            and provider not in _SKIPPING
        ):
            raise _wrong(f"The result SKIP cannot be used with the rule {provider} in {where}.")


def _check_configuration(rule: Shape, known: rule_catalogue.RuleType, where: str) -> None:
    given = rule.get("configuration", {})
    for key in known.required:
        if key not in given:
            raise _wrong(f"The configuration of {where} is missing required configuration '{key}'")
    unknown = sorted(given.keys() - {*known.required, *known.optional})
    if unknown:
        raise _wrong(f"The configuration of {where} contains unknown configuration '{unknown[0]}'")
    if bool(rule.get("commands")) != (known.provider == "Commands"):
        raise _wrong(f"Commands are for a rule of type Commands, which needs them: {where}")


def _check_no_rollback(declaration: Shape) -> None:
    for stage in declaration["stages"]:
        if "ROLLBACK" in _results_of(stage):
            raise _wrong(
                "Failure conditions with rollback result type cannot be added to a PARALLEL "
                "pipeline."
            )


def _wrong(message: str) -> AwsError:
    return AwsError("InvalidStageDeclarationException", message)
