"""The rule types of stage conditions: what each may have."""

from __future__ import annotations

from dataclasses import dataclass

from offline_aws.codepipeline.store import Shape


@dataclass(frozen=True)
class RuleType:
    """One rule type, from the rule reference of the user guide."""

    provider: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    inputs: tuple[int, int] = (0, 0)

    def described(self) -> Shape:
        """Return it as AWS's ``RuleType``."""
        return {
            "id": {"category": "Rule", "owner": "AWS", "provider": self.provider, "version": "1"},
            "settings": {},
            "ruleConfigurationProperties": [
                {
                    "name": name,
                    "required": name in self.required,
                    "key": name in self.required,
                    "secret": False,
                }
                for name in (*self.required, *self.optional)
            ],
            "inputArtifactDetails": {
                "minimumCount": self.inputs[0],
                "maximumCount": self.inputs[1],
            },
        }


AWS_RULE_TYPES: tuple[RuleType, ...] = (
    RuleType("CloudWatchAlarm", ("AlarmName",), ("AlarmStates", "WaitTime")),
    RuleType(
        "CodeBuild", ("ProjectName",), ("PrimarySource", "EnvironmentVariables"), inputs=(0, 5)
    ),
    RuleType("Commands", (), inputs=(0, 5)),
    RuleType("DeploymentWindow", ("Cron",), ("TimeZone",)),
    RuleType("LambdaInvoke", ("FunctionName",), ("UserParameters",), inputs=(0, 5)),
    RuleType("VariableCheck", ("Variable", "Value"), ("Operator",)),
)
_BY_PROVIDER = {rule_type.provider: rule_type for rule_type in AWS_RULE_TYPES}


def rule_type(provider: str) -> RuleType | None:
    """Return the rule type of a provider, or None."""
    return _BY_PROVIDER.get(provider)
