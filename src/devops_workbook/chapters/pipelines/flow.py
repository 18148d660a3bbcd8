"""Exercises on many releases at once: execution modes, and a release freeze."""

from __future__ import annotations

import re
from typing import Any

from devops_workbook.chapters.pipelines import declarations
from devops_workbook.chapters.pipelines.account import PIPELINE, chapter
from devops_workbook.chapters.pipelines.first_release import arrange_release
from devops_workbook.checks import require, require_entries
from devops_workbook.exercise import NotStarted
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

MODES = ("SUPERSEDED", "QUEUED", "PARALLEL")

#: Which commits reach production in each mode, in their order; a test runs all three.
REACHED = {"SUPERSEDED": "AC", "QUEUED": "ABC", "PARALLEL": "CBA"}
_EXPLAINED = {
    ("SUPERSEDED", "ABC"): "B and C both waited before Approve. How many can wait in one place?",
    ("SUPERSEDED", "C"): "A was in Approve already. A newer one cannot take a stage from it.",
    ("QUEUED", "CBA"): "A queue is left in the order in which it was joined.",
    ("QUEUED", "AC"): "In a queue nobody overtakes.",
    ("PARALLEL", "ABC"): "Three approvals wait at once. Which does the approver answer first?",
    ("PARALLEL", "C"): "Parallel executions know nothing of each other.",
}


def create_small(mode: str) -> str:
    """Create a pipeline without builds, ``orders-<mode>``; return its name."""
    name = f"{PIPELINE}-{mode.lower()}"
    last = declarations.stage("Production", declarations.deploy(package="Source"))
    declaration = declarations.pipeline(declarations.approve_stage(), last, name=name, mode=mode)
    clients.client("codepipeline", REGION).create_pipeline(pipeline=declaration)
    return name


@chapter.exercise(
    "modes",
    title="Predict: three commits, one approver",
    minutes=3,
    kind="prediction",
    answer="reached",
    hints=(
        "Where is B when C arrives? In a stage, or between two?",
        "A mode says what happens between stages. In PARALLEL nothing waits there.",
    ),
)
def check_modes(lab: Lab, answer: Any) -> str:
    """Which of three commits reach production in each mode, in their order."""
    require_entries(answer, "reached", MODES)
    reached = {mode: _letters(said) for mode, said in answer.items()}
    for mode, said in reached.items():
        require(said, f"reached['{mode}'] should be letters such as 'AB', in their order.")
    for mode, said in reached.items():
        why = _EXPLAINED.get((mode, said), "Follow each commit from stage to stage.")
        require(said == REACHED[mode], f"Not {said} in the mode {mode}. {why}")
    return "All three modes as they are. Now run it."


def _letters(said: object) -> str:
    """Return commits as letters, however they are separated; "" for anything else."""
    listed = said if isinstance(said, (list, tuple)) else [said]
    text = "".join(each for each in listed if isinstance(each, str)).upper()
    letters = re.sub(r"[\s,;>→-]+", "", text)
    return letters if set(letters) <= set("ABC") else ""


@chapter.exercise(
    "freeze",
    title="A release freeze",
    minutes=3,
    hints=(
        "A transition is named by the stage behind it and by its side: Inbound.",
        "disable_stage_transition(pipelineName=…, stageName=…, transitionType='Inbound', "
        "reason=…). A reason has letters, digits, spaces and ! @ ( ) . * ? - alone.",
    ),
    arrange=arrange_release,
)
def check_freeze(lab: Lab, answer: Any) -> str:
    """The transition into Approve is disabled, with a reason, and the tests go on."""
    states = clients.client("codepipeline", REGION).get_pipeline_state(name=PIPELINE)["stageStates"]
    closed = {
        state["stageName"]: state["inboundTransitionState"].get("disabledReason", "")
        for state in states
        if not state.get("inboundTransitionState", {}).get("enabled", True)
    }
    if not closed:
        raise NotStarted(f"Every transition of {PIPELINE} is enabled.")
    require(
        "Build" not in closed,
        "The transition into Build is disabled: during the freeze nobody would learn whether "
        "their commit passes its tests.",
    )
    require(
        "Approve" in closed,
        f"Disabled: {', '.join(closed)}. Somebody would still be asked to approve releases that "
        "must not go out.",
    )
    reason = closed["Approve"]
    require(
        len(reason.split()) >= 3,
        f"The reason is {reason!r}. Whoever finds it closed wants to know why, and until when.",
    )
    return f"Closed, with the reason “{reason}”. Tests still run for every commit."
