"""``workbook server``: a real process, asked by another one."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest

from devops_workbook import open_lab

CTRL_C = "Ctrl-C here stops it"


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command and yield its process and what it printed at the start."""
    command = [sys.executable, "-m", "devops_workbook.cli", "server", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            assert process.stdout
            lines: list[str] = []
            for line in process.stdout:
                lines.append(line)
                if CTRL_C in line:
                    break
            yield process, "".join(lines)
        finally:
            process.kill()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def pasted(printed: str, code: str) -> str:
    """Run code in a shell into which the export lines were pasted."""
    lines = [line for line in printed.splitlines() if line.startswith(("export ", "unset "))]
    script = "\n".join([*lines, f'exec {shlex.quote(sys.executable)} -c "{code}"'])
    inherited = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    done = subprocess.run(["sh", "-ec", script], env=inherited, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_lines_it_prints_lead_to_it_and_ctrl_c_stops_it() -> None:
    port = free_port()
    with serving("--port", str(port)) as (process, printed):
        assert f"This AWS is at http://127.0.0.1:{port}." in printed
        code = (
            "import boto3; s3 = boto3.client('s3'); s3.create_bucket(Bucket='shop');"
            " print(s3.list_buckets()['Buckets'][0]['CreationDate'])"
        )
        assert pasted(printed, code) == "2026-01-05 09:00:00+00:00\n"
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=30)
    assert (process.returncode, rest) == (0, "\nOffline AWS has stopped.\n")
    socket.create_server(("127.0.0.1", port)).close()


def test_drift_is_found_from_another_process_though_the_clock_stands_still() -> None:
    template = "Resources: {Queue: {Type: AWS::SQS::Queue}}"
    made = (
        "import boto3; from devops_workbook.served_clock import pass_time;"
        " session = boto3.Session(); client = session.client('cloudformation');"
        f" client.create_stack(StackName='shop', TemplateBody='{template}');"
        " pass_time(session, client)"
    )
    looked = "from devops_workbook.cli import main; main(['drift', 'shop'])"
    with serving("--port", str(free_port())) as (_, printed):
        pasted(printed, made)
        assert "The stack is IN_SYNC." in pasted(printed, looked)


def test_a_busy_port_moves_to_the_next_and_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with serving("--port", str(port)) as (_, printed):
            found = re.match(rf"Port {port} is busy: using (\d+)\.\n", printed)
            assert found, printed
            assert f"export AWS_ENDPOINT_URL=http://127.0.0.1:{found[1]}\n" in printed


def test_no_free_port_is_one_sentence() -> None:
    with socket.socket() as last:
        last.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        last.bind(("127.0.0.1", 65535))
        last.listen()
        command = [sys.executable, "-m", "devops_workbook.cli", "server", "--port", "65535"]
        done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == (
        "workbook: The ports 65535 to 65535 are busy. Choose another with --port.\n"
    )


def test_a_chapter_is_served_as_it_begins_and_nothing_is_recorded(tmp_path: Path) -> None:
    with serving("--port", str(free_port()), "start_here") as (_, printed):
        assert "It holds where start-here begins." in printed
        names = pasted(printed, "import boto3; print(boto3.client('s3').list_buckets()['Buckets'])")
    lab = open_lab("start-here")
    assert len(boto3.client("s3").list_buckets()["Buckets"]) == names.count("Name")
    lab.close()
    recorded = list((tmp_path / "learner").rglob("*.jsonl"))
    assert [path.read_text().count("opened") for path in recorded] == [1]  # this lab's own


def test_a_lab_serves_its_account_beside_the_notebook(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lab = open_lab("start-here")
    server = lab.aws.server()
    shown = repr(server)
    code = "import boto3; boto3.client('s3').create_bucket(Bucket='from-the-terminal')"
    pasted(shown, code)
    names = [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]]
    assert "from-the-terminal" in names
    lab.reset()
    assert server.running
    lab.close()
    assert not server.running
    assert capsys.readouterr().err == ""
