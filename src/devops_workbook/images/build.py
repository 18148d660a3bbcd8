"""Build an image from a Dockerfile and a context, without an engine and without a network.

Every instruction does what it does in Docker but for RUN, which is shown and not executed: see
``commands.py``. Where a Docker engine is present, ``docker build`` takes the same Dockerfile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from devops_workbook.images.commands import Command
from devops_workbook.images.context import Context
from devops_workbook.images.dockerfile import Instruction, read_dockerfile, replaced
from devops_workbook.images.layer import Layer
from devops_workbook.images.oci import Image
from devops_workbook.images.settings import SETTINGS, SettingError, set_up
from devops_workbook.images.stage import Stage
from devops_workbook.images.work import Work, files_of_step, work_of

SCRATCH = Image((), {})


@dataclass(frozen=True)
class Step:
    """One instruction of a build. ``cached`` is None where it makes no layer."""

    number: int
    stage: str
    line: int
    shown: str
    cached: bool | None
    layer: Layer | None
    note: str = ""


@dataclass
class Cache:
    """The layers of earlier builds, by what they were made of."""

    layers: dict[str, tuple[Layer, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Build:
    """A finished build: the image of the last stage, and every step."""

    image: Image
    steps: tuple[Step, ...]
    stages: Mapping[str, Image]

    @property
    def hits(self) -> int:
        """How many layers came from the cache."""
        return sum(step.cached is True for step in self.steps)

    @property
    def misses(self) -> int:
        """How many layers were made."""
        return sum(step.cached is False for step in self.steps)


def build(
    dockerfile: str,
    context: Context,
    *,
    bases: Mapping[str, Image] | None = None,
    commands: Mapping[str, Command] | None = None,
    cache: Cache | None = None,
    args: Mapping[str, str] | None = None,
    target: str = "",
) -> Build:
    """Build a Dockerfile; the same files and text give the same digest.

    ``bases`` are the images that FROM may name, by name and tag; ``commands`` are those that RUN
    has stand-ins for, by program; ``target`` is the stage to end with. Raises ``DockerfileError``.
    """
    work = _Builder(context, bases or {}, commands or {}, cache or Cache(), args or {})
    for instruction in read_dockerfile(dockerfile):
        if instruction.word == "FROM" and target and work.is_at(target):
            break
        work.do(instruction)
    if target and not work.is_at(target):
        raise instruction.wrong(f"begins the last stage: there is none named {target}")
    return work.result()


class _Builder:
    def __init__(
        self,
        context: Context,
        bases: Mapping[str, Image],
        commands: Mapping[str, Command],
        cache: Cache,
        args: Mapping[str, str],
    ) -> None:
        self._context, self._bases, self._commands = context, bases, commands
        self._cache, self._args = cache, args
        self._before_from: dict[str, str] = {}
        self._stages: list[Stage] = []
        self._steps: list[Step] = []
        self._key = ""

    def is_at(self, target: str) -> bool:
        """Return whether the current stage has a name."""
        return bool(self._stages) and self._stages[-1].name == target

    def result(self) -> Build:
        stages = {stage.name: stage.image for stage in self._stages}
        return Build(self._stages[-1].image, tuple(self._steps), stages)

    def do(self, step: Instruction) -> None:
        """Do one instruction, and report it."""
        if step.word == "FROM":
            self._begin(step)
        elif not self._stages:  # an ARG before the first FROM
            self._before_from |= self._arguments(step)
        elif step.word in SETTINGS:
            self._set(step)
        else:
            self._make_layer(step)

    def _begin(self, step: Instruction) -> None:
        words = replaced(step.flags()[1], self._before_from).split()
        name = words[2] if len(words) == 3 and words[1].upper() == "AS" else str(len(self._stages))
        earlier = self._stage_named(words[0])
        base = earlier.image if earlier else self._base(step, words[0])
        # ARGs that stand before FROM are known in a stage that declares them.
        self._stages.append(Stage(base, name, {**self._before_from, **self._args}))
        self._key = base.digest
        self._report(step)

    def _base(self, step: Instruction, name: str) -> Image:
        if name == "scratch":
            return SCRATCH
        plain, _, wanted = name.partition("@")
        repository, _, tag = plain.partition(":")
        image = self._bases.get(f"{repository}:{tag or 'latest'}")
        if image is None:
            raise step.wrong(f"found no base {name}; there are: {', '.join(sorted(self._bases))}")
        if wanted and wanted != image.digest:
            raise step.wrong(f"found {plain}, but its digest is {image.digest}")
        return image

    def _stage_named(self, name: str) -> Stage | None:
        return next((each for each in self._stages if each.name == name), None)

    def _arguments(self, step: Instruction) -> dict[str, str]:
        name, has_value, value = step.text.partition("=")
        found = self._args.get(name, value.strip("\"'") if has_value else None)
        return {} if found is None else {name: found}

    def _set(self, step: Instruction) -> None:
        stage = self._stages[-1]
        before = dict(stage.args)
        try:
            set_up(stage, step)
        except SettingError as error:
            raise step.wrong(str(error)) from None
        used = "" if stage.args == before else str(sorted(stage.args.items()))
        self._key = _chained(self._key, step.shown, used)
        stage.note(step, empty=True)
        self._report(step)

    def _make_layer(self, step: Instruction) -> None:
        stage = self._stages[-1]
        work = self._work(step, stage)
        self._key = _chained(self._key, step.shown, work.made_of)
        kept = self._cache.layers.get(self._key)
        layer, note = kept or (work.layer(), work.note)
        self._cache.layers[self._key] = layer, note
        if not layer.files and not work.changes:
            stage.note(step, empty=True, note=note)
            self._report(step, bool(kept), None, note)
            return
        stage.add(layer, step, note)
        self._report(step, bool(kept), layer, note)

    def _work(self, step: Instruction, stage: Stage) -> Work:
        source = step.flags()[0].get("from")
        other = self._stage_named(source) if source else None
        if source and other is None:
            numbered = source.isdecimal() and int(source) < len(self._stages) - 1
            other = self._stages[int(source)] if numbered else None
        if source and other is None:
            other = Stage(self._base(step, source), source, {})
        files = other.files if other else self._context.files
        return work_of(step, stage, files_of_step(step, files), self._commands)

    def _report(
        self,
        step: Instruction,
        cached: bool | None = None,
        layer: Layer | None = None,
        note: str = "",
    ) -> None:
        number, stage = len(self._steps) + 1, self._stages[-1].name
        self._steps.append(Step(number, stage, step.line, step.shown, cached, layer, note))


def _chained(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
