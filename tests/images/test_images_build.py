"""An image is what its Dockerfile and its context say: files, owners, settings, and its digest."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devops_workbook.images import (
    Build,
    Cache,
    Context,
    DockerfileError,
    File,
    Image,
    build,
    digest,
    files_in,
    make_layer,
)

PASSWD = b"root:x:0:0::/root:/bin/sh\napp:x:10001:10002::/:/none\n"
BASE = Image(
    (make_layer({"etc/passwd": File(PASSWD), "etc/group": File(b"web:x:7:\n")}),),
    {"Env": ["PATH=/bin"], "Cmd": ["sh"]},
)
FILES = {"app/main.py": b"print()", "app/util/a.py": b"1", "notes.md": b"#", "b.txt": b"b"}


def built(text: str, files: dict[str, bytes] | None = None, **more: object) -> Build:
    context = Context(FILES if files is None else files)
    return build(text, context, bases={"base:1": BASE}, **more)  # type: ignore[arg-type]


def files_of(image: Image) -> dict[str, File]:
    found: dict[str, File] = {}
    for layer in image.layers:
        found |= files_in(layer)
    return found


def paths(image: Image) -> list[str]:
    """Return the files of an image that are not the base's."""
    found = files_of(image)
    return [path for path in sorted(found) if found[path].data is not None and "etc/" not in path]


def test_the_settings_are_those_of_the_dockerfile() -> None:
    image = built(
        """
# syntax=docker/dockerfile:1
ARG TAG=1
FROM base:${TAG}
ENV NAME="two words" PORT=8080
ENV OLD form
LABEL team=shop version=$PORT
WORKDIR /srv
USER app
EXPOSE $PORT 9090/udp
VOLUME ["/data"]
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=1m30s --retries=2 \\
    # the port is the one above
    CMD wget -q localhost:8080
ENTRYPOINT ["python", "-m", "app"]
CMD --verbose
"""
    ).image
    assert image.settings == {
        "Env": ["PATH=/bin", "NAME=two words", "PORT=8080", "OLD=form"],
        "Labels": {"team": "shop", "version": "8080"},
        "WorkingDir": "/srv",
        "User": "app",
        "ExposedPorts": {"8080/tcp": {}, "9090/udp": {}},
        "Volumes": {"/data": {}},
        "StopSignal": "SIGQUIT",
        "Healthcheck": {
            "Test": ["CMD-SHELL", "wget -q localhost:8080"],
            "Interval": 90_000_000_000,
            "Retries": 2,
        },
        "Entrypoint": ["python", "-m", "app"],
        "Cmd": ["/bin/sh", "-c", "--verbose"],
    }


@pytest.mark.parametrize(
    ("copy", "expected"),
    [
        ("COPY app /srv/", ["srv/main.py", "srv/util/a.py"]),
        ("COPY app /srv", ["srv/main.py", "srv/util/a.py"]),
        ("COPY app/ ./", ["main.py", "util/a.py"]),
        ("COPY notes.md /n", ["n"]),
        ("COPY notes.md /n/", ["n/notes.md"]),
        ("COPY *.txt notes.md /n/", ["n/b.txt", "n/notes.md"]),
        ('COPY ["b.txt", "/my file"]', ["my file"]),
        ("ADD app/*.py /", ["main.py"]),
        ("COPY . .", sorted(FILES)),
    ],
)
def test_copy_puts_files_where_docker_puts_them(copy: str, expected: list[str]) -> None:
    assert paths(built(f"FROM base:1\n{copy}").image) == expected


def test_a_file_copied_into_a_folder_that_is_there_keeps_its_name() -> None:
    assert "etc/notes.md" in files_of(built("FROM base:1\nCOPY notes.md etc").image)


def test_owners_and_modes_are_set() -> None:
    text = "FROM base:1\nCOPY --chown=app:web --chmod=0750 b.txt /a\nCOPY --chown=7 b.txt /b\n"
    found = files_of(built(text + "COPY --chown=app b.txt /c").image)
    owners = [(found[each].uid, found[each].gid) for each in "abc"]
    assert owners == [(10001, 7), (7, 7), (10001, 10002)]
    assert (found["a"].mode, found["b"].mode) == (0o750, 0o644)


def test_a_stage_takes_from_others_and_leaves_the_rest() -> None:
    made = built(
        """
FROM base:1 AS build
WORKDIR /src
COPY . .
FROM build AS test
COPY notes.md /tested
FROM scratch
COPY --from=build /src/app /app
COPY --from=1 /tested /tested
COPY --from=base:1 /etc/passwd /etc/passwd
"""
    )
    assert paths(made.image) == ["app/main.py", "app/util/a.py", "tested"]
    assert files_of(made.image)["etc/passwd"].data == PASSWD
    assert "Cmd" not in made.image.settings
    assert (
        built("FROM base:1 AS a\nCOPY b.txt /\nFROM a AS b\nCOPY . .", target="a").image.layers[1:]
        == built("FROM base:1\nCOPY b.txt /").image.layers[1:]
    )


def test_the_same_files_are_the_same_image_wherever_they_come_from(tmp_path: Path) -> None:
    text = "FROM base:1\nCOPY . /app/\nENV A=1"
    for path, data in reversed(FILES.items()):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    on_disk = build(text, Context.of(tmp_path), bases={"base:1": BASE}).image
    assert on_disk.digest == built(text).image.digest
    assert on_disk.digest != built(text + "2").image.digest
    assert on_disk.digest != built(text, {**FILES, "b.txt": b"c"}).image.digest


def test_the_documents_are_those_of_the_specification(tmp_path: Path) -> None:
    image = built("FROM base:1\nCOPY b.txt /\nENV A=1").image
    root = image.save(tmp_path, "1.0")
    assert json.loads((root / "oci-layout").read_text()) == {"imageLayoutVersion": "1.0.0"}
    (entry,) = json.loads((root / "index.json").read_text())["manifests"]
    blobs = {f"sha256:{each.name}": each.read_bytes() for each in root.glob("blobs/sha256/*")}
    assert all(digest(data) == name for name, data in blobs.items())
    assert entry["digest"] == image.digest
    assert entry["annotations"] == {"org.opencontainers.image.ref.name": "1.0"}
    manifest = json.loads(blobs[entry["digest"]])
    for each in (manifest["config"], *manifest["layers"]):
        assert len(blobs[each["digest"]]) == each["size"]
    config = json.loads(blobs[manifest["config"]["digest"]])
    assert config["rootfs"]["diff_ids"] == [
        digest(gzip.decompress(blobs[each["digest"]])) for each in manifest["layers"]
    ]
    made = [each for each in config["history"] if not each.get("empty_layer")]
    assert [each["created_by"] for each in made] == ["COPY b.txt /"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "has no instruction"),
        ("RUN true", "line 1: RUN stands before the first FROM"),
        ("FROM base:1\nFETCH a", "line 2: FETCH is not understood here"),
        ("FROM base:1\nCOPY", "line 2: COPY needs something after it"),
        ("FROM base:1\nCOPY <<EOF /a", "with a heredoc"),
        ("FROM base:2", "found no base base:2; there are: base:1"),
        ("FROM base:1@sha256:0", "but its digest is sha256:"),
        ("FROM base:1\n\nCOPY none /a", "line 3: COPY found no none; it may be left out"),
        ("FROM base:1\nCOPY a", "needs a source and a destination"),
        ("FROM base:1\nCOPY ../a /a", "it is outside of the context"),
        ("FROM base:1\nADD https://example.com/a /a", "needs the network"),
        ("FROM base:1\nADD a.tar.gz /a", "would unpack the archive"),
        ("FROM base:1\nCOPY --chown=nobody b.txt /a", "the image has no nobody"),
        ("FROM base:1\nEXPOSE http", "needs a port, found http"),
        ("FROM base:1\nHEALTHCHECK wget", "needs NONE, or CMD and a command"),
        ("FROM base:1\nHEALTHCHECK --interval=soon CMD a", "does not know --interval=soon"),
        ("FROM base:1\nSHELL sh", "needs a list in JSON"),
    ],
)
def test_what_cannot_be_built_is_said_with_its_line(text: str, why: str) -> None:
    with pytest.raises(DockerfileError) as refused:
        built(text)
    assert why in str(refused.value)


def test_a_pinned_base_and_build_arguments_are_looked_at() -> None:
    pinned = f"FROM base:1@{BASE.digest}\nARG VERSION=1\nENV V=${{VERSION:-none}} W=${{X:-y}}"
    assert built(pinned).image.settings["Env"] == ["PATH=/bin", "V=1", "W=y"]
    assert built(pinned, args={"VERSION": "2"}).image.settings["Env"][1] == "V=2"


NAMES = st.sampled_from(["a", "b/c", "b/d", "e/f/g", ".hidden"])


@settings(max_examples=50)
@given(
    files=st.dictionaries(NAMES, st.binary(max_size=9), min_size=1, max_size=5),
    mode=st.sampled_from([0o644, 0o755]),
)
def test_a_layer_is_read_back_as_it_was_made(files: dict[str, bytes], mode: int) -> None:
    made = {path: File(data, mode, 7, 8) for path, data in files.items()}
    layer = make_layer(made)
    assert files_in(layer) == made
    assert make_layer(dict(reversed(made.items()))).data == layer.data
    raw = gzip.decompress(layer.data)
    with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
        members = archive.getmembers()
    assert [each.name for each in members] == sorted(files)
    assert {(each.mtime, each.uname, each.gname) for each in members} == {(0, "", "")}


def test_a_second_build_takes_what_has_not_changed_from_the_cache() -> None:
    text = "FROM base:1\nCOPY notes.md /n/\nCOPY app /app/\nENV A=1\nCOPY b.txt /"
    cache = Cache()
    first = built(text, cache=cache)
    assert (first.hits, first.misses) == (0, 3)
    again = built(text, cache=cache)
    assert (again.hits, again.misses) == (3, 0)
    assert again.image.digest == first.image.digest
    # What comes after a change is made again, also where its own files are the same.
    changed = built(text, {**FILES, "app/main.py": b"2"}, cache=cache)
    assert [step.cached for step in changed.steps] == [None, True, False, None, False]
    other = built(text.replace("A=1", "A=2"), cache=cache)
    assert [step.cached for step in other.steps] == [None, True, True, None, False]


def test_run_is_shown_and_leaves_what_stand_ins_leave() -> None:
    text = 'FROM base:1\nCOPY b.txt /\nRUN make it && rm b.txt\nRUN ["other", "x"]'
    plain = built(text)
    assert plain.steps[2].note == "shown, not executed: nothing stands in for make, rm"
    assert len(plain.image.layers) == 2

    made = built(
        text,
        commands={
            "make": lambda run: {run.path("out"): " ".join(run.words).encode()},
            "rm": lambda run: {run.path(word): None for word in run.words[1:]},
        },
    )
    layer = made.steps[2].layer
    assert layer is not None
    assert {path: file.data for path, file in files_in(layer).items()} == {
        "out": b"make it",
        ".wh.b.txt": b"",
    }
    # What is removed is still in the layer below.
    assert "b.txt" in files_in(made.image.layers[1])
    assert "other" in made.steps[3].note


@pytest.mark.parametrize(
    ("ignore", "left"),
    [
        ("notes.md", ["app/main.py", "app/util/a.py", "b.txt"]),
        ("app", ["b.txt", "notes.md"]),
        ("/app/util/", ["app/main.py", "b.txt", "notes.md"]),
        ("**/*.py", ["b.txt", "notes.md"]),
        ("*.py", ["app/main.py", "app/util/a.py", "b.txt", "notes.md"]),
        ("*\n!app/main.py\n# all but one", ["app/main.py"]),
        ("app/*\n!app/util", ["app/util/a.py", "b.txt", "notes.md"]),
        ("?.txt", ["app/main.py", "app/util/a.py", "notes.md"]),
    ],
)
def test_dockerignore_leaves_files_out(ignore: str, left: list[str]) -> None:
    context = Context({**FILES, ".dockerignore": ignore.encode()})
    assert [path for path in context.files if path != ".dockerignore"] == left
    assert set(context.ignored) == set(FILES) - set(left) | (
        {".dockerignore"} if ignore.startswith("*\n") else set()
    )
