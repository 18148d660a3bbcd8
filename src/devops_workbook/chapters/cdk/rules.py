"""Exercise on cdk-nag: mend what should be mended, acknowledge the rest with a reason."""

from __future__ import annotations

import json
from typing import Any

from devops_workbook.cdk import Assembly, findings
from devops_workbook.chapters.cdk.scene import UPLOADS, chapter
from devops_workbook.checks import describe, require
from devops_workbook.lab import Lab

#: The rules that are to be mended, and what a policy has to be on.
MENDED = {"AwsSolutions-S10": "AWS::S3::BucketPolicy", "AwsSolutions-SQS4": "AWS::SQS::QueuePolicy"}
ACKNOWLEDGED = "AwsSolutions-S1"
_WORDS_OF_A_REASON = 4


@chapter.exercise(
    "rules",
    title="Answer the rules",
    minutes=6,
    answer="watched",
    hints=(
        "Buckets and queues both take `enforce_ssl=True`.",
        "The id is the rule's name, `AwsSolutions-S1`, and the call stands before the app is "
        "synthesised. A reason is a sentence that a stranger understands.",
    ),
)
def check_rules(lab: Lab, answer: Any) -> str:
    """No finding is left; TLS is enforced, and only the access logs are argued away."""
    require(
        isinstance(answer, Assembly),
        f"`watched` should be what `synth(app)` returns. Found {describe(answer)}.",
    )
    stack = answer.stack(UPLOADS)
    report = json.loads((answer.directory / "validation-report.json").read_text(encoding="utf-8"))
    watching = [each["pluginName"] for each in report["pluginReports"]]
    found = stack.template["Resources"]
    kinds = [each["Type"] for each in found.values()]
    for kind in ("AWS::S3::Bucket", "AWS::SQS::Queue"):
        require(kind in kinds, f"The stack {stack.name} has lost its {kind}. Keep what it makes.")
    reasons = stack.acknowledged
    for rule, policy in MENDED.items():
        require(
            rule not in reasons,
            f"{rule} is acknowledged, and could be mended by one argument. Mend it.",
        )
        left = [each for each in findings(answer) if each.rule == rule]
        where = ", ".join(each.construct for each in left) or stack.name
        require(not left and policy in kinds, f"{rule} is still found in {where}.")
    left = findings(answer)
    require(not left, f"Still found: {', '.join(sorted({each.rule for each in left}))}.")
    require(
        "AwsSolutions" in watching or ACKNOWLEDGED in reasons or _all_logged(found),
        f"The bucket writes no access logs, {ACKNOWLEDGED} is acknowledged nowhere in the stack, "
        "and no rule has found it. Keep the line with `add_plugins`, and acknowledge it for the "
        "bucket.",
    )
    if ACKNOWLEDGED in reasons:
        require(
            len(reasons[ACKNOWLEDGED].split()) >= _WORDS_OF_A_REASON,
            f"The reason for {ACKNOWLEDGED} is {reasons[ACKNOWLEDGED]!r}. Say why the bucket needs "
            f"no access logs, in {_WORDS_OF_A_REASON} words at least, so that a stranger "
            "understands it.",
        )
    return "TLS is enforced, and what is left open has a reason that stands in the code."


def _all_logged(resources: dict[str, Any]) -> bool:
    """Return whether every bucket writes access logs, so that there is nothing to acknowledge."""
    return all(
        "LoggingConfiguration" in each.get("Properties", {})
        for each in resources.values()
        if each["Type"] == "AWS::S3::Bucket"
    )
