"""The instructions that make a layer: COPY, ADD, RUN, and WORKDIR for a folder that is new."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from devops_workbook.images.commands import Command, outcome
from devops_workbook.images.copying import copied
from devops_workbook.images.dockerfile import Instruction, replaced
from devops_workbook.images.layer import FOLDER, File, Layer, make_layer
from devops_workbook.images.stage import Stage

NOT_RUN = "shown, not executed"


@dataclass(frozen=True)
class Work:
    """What an instruction changes. ``made_of`` is what a cache looks at beside its text."""

    changes: dict[str, File]
    removed: tuple[str, ...]
    made_of: str
    note: str = ""

    def layer(self) -> Layer:
        """Return the layer of the changes."""
        return make_layer(self.changes, self.removed)


def files_of_step(step: Instruction, files: Mapping[str, File]) -> Mapping[str, File]:
    """Return the files that an instruction may take; RUN takes none."""
    return files if step.word in ("COPY", "ADD") else {}


def work_of(
    step: Instruction,
    stage: Stage,
    sources: Mapping[str, File],
    commands: Mapping[str, Command],
) -> Work:
    """Return what an instruction changes in a stage. Raises ``DockerfileError``."""
    if step.word == "WORKDIR":
        stage.settings["WorkingDir"] = f"/{stage.path(stage.replaced(step.text))}"
        path = stage.path(".")
        new = {path: FOLDER} if path and path not in stage.files else {}
        return Work(stage.changes(new), (), "")
    if step.word == "RUN":
        # Of the variables that a RUN sees the cache takes those that the build can be given.
        made_of = str(sorted(stage.args.items()))
        done = outcome(step, stage, commands)
        return Work(stage.changes(done.files), done.removed, made_of, _note(done.unknown))
    text = replaced(step.text, {**stage.args, **stage.environment})
    files = copied(Instruction(step.line, step.word, text), sources, stage)
    # As docker does it: times are not looked at.
    looked_at = sorted(
        (path, file.mode, file.uid, file.gid, hashlib.sha256(file.data or b"").hexdigest())
        for path, file in files.items()
    )
    return Work(stage.changes(files), (), str(looked_at))


def _note(unknown: tuple[str, ...]) -> str:
    known = "the files are those that stand-ins leave"
    return (
        f"{NOT_RUN}: nothing stands in for {', '.join(unknown)}"
        if unknown
        else (f"{NOT_RUN}: {known}")
    )
