"""Exercises on the first release: declare the pipeline, answer its question, trace its bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from devops_workbook.chapters.pipelines import colleagues, declarations, history
from devops_workbook.chapters.pipelines.account import OBJECT, PIPELINE, PRODUCTION, chapter
from devops_workbook.chapters.pipelines.history import Shape
from devops_workbook.chapters.pipelines.operate import run, ship
from devops_workbook.checks import describe, require, require_entries
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab


def arrange_tests_only(lab: Lab) -> None:
    """A pipeline that tests and does nothing more."""
    declarations.create_first()
    run(lab)


@chapter.exercise(
    "declare",
    title="Declare the rest of the pipeline",
    minutes=5,
    hints=(
        "The value of `inputs` and `outputs` is a list of names. What does Deploy need to read?",
        'Package is action("Package", "Build", "CodeBuild", inputs=["Source"], '
        'outputs=["Package"], order=2, ProjectName="orders-package").',
        'The approval is action("Release", "Approval", "Manual"); Deploy has provider "S3" and '
        'needs BucketName, ObjectKey and Extract. Add the stages to declaration["stages"].',
    ),
    arrange=arrange_tests_only,
)
def check_declare(lab: Lab, answer: Any) -> str:
    """GetPipeline shows tests, package, approval and deployment, in that order."""
    stages = history.declaration()["stages"]
    actions = dict(_actions(stages))
    if list(actions) == ["Source", "Test"]:
        raise NotStarted(f"{PIPELINE} still ends after its tests: update_pipeline has not run.")
    for name in ("Source", "Test", "Package", "Release", "Deploy"):
        found = ", ".join(actions)
        require(name in actions, f"Looked for an action named {name}. {PIPELINE} has {found}.")
    _require_order(actions)
    _require_package(actions)
    _require_deploy(actions["Deploy"][2])
    return (
        f"{len(stages)} stages, {len(actions)} actions, and one artifact from Package to Deploy: "
        "what is built once is what is deployed."
    )


def _actions(stages: list[Shape]) -> Iterator[tuple[str, tuple[int, str, Shape]]]:
    for place, stage in enumerate(stages):
        for each in stage["actions"]:
            yield each["name"], (place, stage["name"], each)


def _moment(found: tuple[int, str, Shape]) -> tuple[int, int]:
    return found[0], found[2]["runOrder"]


def _require_order(actions: dict[str, tuple[int, str, Shape]]) -> None:
    test, package = actions["Test"], actions["Package"]
    require(
        _moment(test) <= _moment(package),
        "Package runs before Test. A commit that fails its tests would be packaged too.",
    )
    require(
        _moment(test) < _moment(package),
        "Package and Test have the same run order in the same stage, so they run side by side. "
        "A commit that fails its tests would be packaged too.",
    )
    order = " → ".join(["Test", "Package", "Release", "Deploy"])
    places = [_moment(actions[name]) for name in ("Package", "Release", "Deploy")]
    require(places == sorted(set(places)), f"The actions should come one after another: {order}.")
    early = [
        name
        for name, found in actions.items()
        if found[2]["actionTypeId"]["category"] == "Deploy"
        and _moment(found) < _moment(actions["Release"])
    ]
    require(not early, f"{', '.join(early)} deploys before Release: nobody was asked yet.")
    for name, stage in (("Release", "Approve"), ("Deploy", "Production")):
        found = actions[name][1]
        require(found == stage, f"{name} stands in the stage {found}. It should be in {stage}.")


def _require_package(actions: dict[str, tuple[int, str, Shape]]) -> None:
    package = actions["Package"][2]
    project = package["configuration"].get("ProjectName")
    require(
        project == "orders-package",
        f"Package runs the build project {project}. The one that packages is orders-package.",
    )
    approval = actions["Release"][2]["actionTypeId"]
    require(
        approval["category"] == "Approval",
        f"Release is of the category {approval['category']}. Somebody should decide there.",
    )
    outputs = [each["name"] for each in package["outputArtifacts"]]
    inputs = [each["name"] for each in actions["Deploy"][2]["inputArtifacts"]]
    require(
        inputs == outputs[:1],
        f"Deploy reads the artifact {', '.join(inputs)}, which is not what Package wrote "
        f"({', '.join(outputs)}). Production would not get the package.",
    )


def _require_deploy(deploy: Shape) -> None:
    provider = deploy["actionTypeId"]["provider"]
    require(provider == "S3", f"Deploy has the provider {provider}. It should be S3.")
    wanted = {"BucketName": PRODUCTION, "ObjectKey": OBJECT, "Extract": "false"}
    found = {name: deploy["configuration"].get(name) for name in wanted}
    require(
        found == wanted,
        f"Deploy is configured with {found}. The package belongs, as it is, into the bucket "
        f"{PRODUCTION} under the name {OBJECT}.",
    )


def arrange_draft(lab: Lab) -> None:
    """The whole pipeline, with a release that waits for approval and deserves none."""
    colleagues.push_a_draft()
    declarations.create_whole()
    run(lab)


@chapter.exercise(
    "approve",
    title="Say no, then yes",
    minutes=5,
    hints=(
        "get_pipeline_state shows the token of an approval that waits: stageStates, actionStates, "
        "latestExecution.",
        'put_approval_result takes result={"status": "Rejected", "summary": "why"} and the token.',
        "Every execution has a token of its own: read it again for the second answer. "
        "`view.settle()` brings the new commit to the approval, and the release to production.",
    ),
    arrange=arrange_draft,
)
def check_approve(lab: Lab, answer: Any) -> str:
    """The draft was rejected with a reason, and a later commit approved and deployed."""
    answered = [run for run in history.runs_of("Release") if run["status"] != "InProgress"]
    if not answered:
        raise NotStarted("The draft still waits for an answer in Approve.")
    first = answered[0]
    require(
        first["status"] != "Abandoned",
        "The execution of the draft was stopped. Nobody can read there why: reject it.",
    )
    require(
        first["status"] == "Failed",
        "The first answer let the draft through. `lab.catch_up` brings it back.",
    )
    why = history.summary_of(first).strip()
    require(
        why,
        "The draft was rejected without a summary. Whoever reads it needs to know why. "
        '`lab.catch_up("approve")` brings the draft back.',
    )
    approved = [run for run in answered[1:] if run["status"] == "Succeeded"]
    require(approved, f"The draft was rejected ({why}). No later release has been approved.")
    chosen = approved[-1]["pipelineExecutionId"]
    deploys = [run["status"] for run in history.runs_of("Deploy", execution=chosen)]
    require(
        "Succeeded" in deploys,
        "A release was approved and has not reached production. Move the clock: `view.settle()`.",
    )
    for each in approved:
        _require_notes(each["pipelineExecutionId"])
    return f"Rejected once ({why}), approved once, and {history.deployed_commit()[:7]} is live."


def _require_notes(execution: str) -> None:
    """Require release notes that are no draft in the commit that an execution carries."""
    [carried] = [x for x in history.executions() if x["pipelineExecutionId"] == execution]
    commit = history.commit_of(carried)
    notes = history.file_in(colleagues.NOTES, commit)
    anew = '`lab.catch_up("approve")` begins again.'
    require(
        "DRAFT" not in notes.upper(),
        f"What was released still has DRAFT in {colleagues.NOTES}: {commit[:7]}. {anew}",
    )
    require(
        notes.strip(),
        f"What was released has nothing in {colleagues.NOTES}: {commit[:7]}. Whoever gets a "
        f"release wants to know what is new. {anew}",
    )


def arrange_release(lab: Lab) -> None:
    """The whole pipeline, with one release in production."""
    declarations.create_whole()
    ship(lab)


@chapter.exercise(
    "same-bytes",
    title="Are these the same bytes?",
    minutes=3,
    answer="digests",
    hints=(
        "ListActionExecutions says where Package wrote: output, outputArtifacts, s3location.",
        "hashlib.sha256(data).hexdigest() of get_object(...)['Body'].read(), twice.",
    ),
    arrange=arrange_release,
)
def check_same_bytes(lab: Lab, answer: Any) -> str:
    """The digests of the artifact that Package wrote and of the object in production."""
    require_entries(answer, "digests", ("packaged", "deployed"))
    for name, said in answer.items():
        require(
            isinstance(said, str),
            f"digests['{name}'] should be the text that hexdigest() gives. Found {describe(said)}.",
        )
    deploys = [run for run in history.runs_of("Deploy") if run["status"] == "Succeeded"]
    require(deploys, "Nothing has been deployed. `lab.catch_up` brings the release back.")
    execution = deploys[-1]["pipelineExecutionId"]
    expected = {
        "packaged": _written_by("Package", execution),
        "deployed": history.digest(history.deployed()),
    }
    source = _written_by("Source", execution)
    for name, value in expected.items():
        require(
            answer[name].lower() != source,
            f"digests['{name}'] is that of the artifact of Source: the code before it was built.",
        )
        require(
            answer[name].lower() == value,
            f"digests['{name}'] is {describe(answer[name])}, not the SHA-256 of those bytes. "
            "It has 64 hexadecimal digits.",
        )
    if expected["packaged"] != expected["deployed"]:
        raise NotYet("The two differ: production holds another package than the last one built.")
    return f"Both are {expected['packaged'][:12]}…: production runs what was packaged, once."


def _written_by(action: str, execution: str) -> str:
    found = history.runs_of(action, execution=execution)
    require(found, f"{action} has not run in the execution that was deployed last.")
    place = found[-1]["output"]["outputArtifacts"][0]["s3location"]
    return history.digest(history.object_at(place["bucket"], place["key"]))
