"""Commands run for real, on their own: what lasts between them and what they cannot see."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_aws.codebuild.shell import ShellSession


@pytest.fixture(params=["/bin/sh", "bash"])
def session(request: pytest.FixtureRequest) -> Iterator[ShellSession]:
    with ShellSession(real_seconds=30) as session:
        session.start({"GREETING": "hello $HOME"}, shell=request.param)
        yield session


def test_a_command_runs_and_its_output_and_status_are_kept(session: ShellSession) -> None:
    result = session.run("echo out; echo err >&2; exit 3")
    assert (result.status, result.output) == (3, "out\nerr\n")


def test_variables_and_the_directory_last(session: ShellSession) -> None:
    session.run("mkdir 'a b' && cd 'a b'")
    session.run("TAG=\"it's 1\"; export OTHER='x\ny'")
    result = session.run('printf "%s|%s|%s" "$TAG" "$OTHER" "${PWD##*/}"')
    assert result.output == "it's 1|x\ny|a b"


@pytest.mark.parametrize("shell", ["/bin/sh", "bash"])
def test_any_value_lasts(shell: str) -> None:
    with ShellSession(real_seconds=60) as session:
        session.start({}, shell=shell)

        @given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
        @settings(max_examples=25)
        def lasts(value: str) -> None:
            session.run(f"VALUE={shlex.quote(value)}")
            assert session.run('printf %s "$VALUE"').output == value

        lasts()


def test_a_failed_command_keeps_what_it_set(session: ShellSession) -> None:
    session.run("TAG=1; cd ..; false")
    assert session.run('echo "$TAG ${PWD##*/}"').output == "1 output\n"


def test_options_do_not_last(session: ShellSession) -> None:
    assert session.run("set -e; true").status == 0
    assert session.run("false; echo reached").output == "reached\n"


def test_variables_are_not_expanded_in_values(session: ShellSession) -> None:
    assert session.run('echo "$GREETING"').output == "hello $HOME\n"


def test_nothing_lasts_in_version_0_1() -> None:
    with ShellSession(real_seconds=30) as session:
        session.start({}, lasting=False)
        session.run("A=1; export A; cd /")
        assert session.run('echo "$A ${PWD##*/}"').output == " src\n"


def test_the_environment_is_scrubbed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "do not show")
    monkeypatch.setenv("GITHUB_TOKEN", "do not show")
    with ShellSession(real_seconds=30) as session:
        session.start({})
        output = session.run("env; pwd; ls -A ~").output
        assert f"HOME={session.home}" in output
        assert str(session.source) in output
    assert "do not show" not in output
    assert os.environ["HOME"] not in output.replace(os.environ["PATH"], "")


def test_python_is_the_lab_s() -> None:
    with ShellSession(real_seconds=30) as session:
        session.start({})
        assert session.run('python -c "import botocore"').status == 0


def test_background_processes_last_and_end_with_the_session(session: ShellSession) -> None:
    session.run('python -c "import time; time.sleep(60)" & echo $! > pid')
    pid = int(session.run("cat pid; kill -0 $(cat pid)").output)
    session.__exit__(None, None, None)
    assert not session.scratch.exists()
    deadline = time.monotonic() + 10
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _alive(pid)


def test_a_daemon_ends_with_the_session(session: ShellSession) -> None:
    start = (
        "import subprocess as s; print(s.Popen(['/bin/sleep', '60'], start_new_session=True).pid)"
    )
    pid = int(session.run(f'python -c "{start}"').output)
    session.__exit__(None, None, None)
    deadline = time.monotonic() + 10
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _alive(pid)


def _alive(pid: int) -> bool:
    try:
        # A process that has ended may wait for whoever adopted it to take notice.
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False


def test_out_of_time_ends_the_whole_group() -> None:
    begin = time.monotonic()
    with ShellSession(real_seconds=0.3) as session:
        session.start({})
        result = session.run("echo begun; python -c 'import time; time.sleep(60)'")
        assert (result.status, result.output) == (None, "begun\n")
        assert session.run("echo never").status is None
    assert time.monotonic() - begin < 20


def test_ending_its_own_group_is_a_failure() -> None:
    with ShellSession(real_seconds=30) as session:
        session.start({})
        assert session.run("kill -KILL 0").status == 137
        assert session.run("true").status == 137


def test_a_scratch_directory_that_is_removed_is_a_failure() -> None:
    with ShellSession(real_seconds=30) as session:
        session.start({})
        session.run("cd ..; rm -rf ..?* .[!.]* *")
        result = session.run("true")
        assert (result.status, "removed" in result.output) == (137, True)


def test_sleep_takes_lab_time(session: ShellSession) -> None:
    assert session.run("true").lab_seconds == 2
    assert session.run("sleep 90; sleep 2m 0.5").lab_seconds == 2 + 90 + 120 + 0.5


def test_long_output_is_cut_and_said_to_be(session: ShellSession) -> None:
    output = session.run("yes | head -c 1000100").output
    assert output.endswith("left out]\n")


def test_many_short_lines_are_cut_too(session: ShellSession) -> None:
    output = session.run("yes | head -n 20001").output
    assert (output.count("y\n"), output.endswith("left out]\n")) == (20000, True)
    assert session.run("echo next").output == "next\n"


def test_what_runs_in_the_background_goes_on_writing(session: ShellSession) -> None:
    session.run("mkfifo go done; (for i in 1 2; do read x <go; echo $i; echo >done; done) &")
    assert session.run("echo >go; read x <done; echo after it").output == "1\nafter it\n"
    session.run("yes | head -c 1000100")
    assert session.run("echo >go; read x <done; echo after it").output == "2\nafter it\n"


def test_a_file_that_grows_without_an_end_stops(session: ShellSession) -> None:
    limit = session.run("ulimit -f").output.strip()
    assert limit in ("2097152", "1048576")  # in the shell's own blocks


def test_expand_and_values(session: ShellSession) -> None:
    session.run("VERSION=1.2; EMPTY=")
    assert session.expand('shop-$VERSION-"$(echo "x  y")"') == 'shop-1.2-"x  y"'
    assert session.values(("VERSION", "EMPTY", "MISSING")) == {"VERSION": "1.2", "EMPTY": ""}


def test_the_scratch_directory_has_aws_s_name_in_logs(session: ShellSession) -> None:
    assert session.shown(session.run("pwd").output) == "/codebuild/output/src\n"
