"""What the seal costs: a call against plain moto's, and opening a lab against bare imports.

Run by ``make bench``. The two sides of a ratio are measured in turn, in new processes, and the
medians are compared. Targets: a call at most 1.2 times moto's, a lab at most 1.15 times; a call
to another process over http at most 3 times one within the process.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile

ROUNDS = 15
FIRST_CALL = 'boto3.client("s3", region_name="us-east-1").list_buckets()'
BARE = f"""
import boto3, moto
with moto.mock_aws():
    {FIRST_CALL}
"""
LAB = f"""
from devops_workbook import open_lab
open_lab("start-here")
import boto3
{FIRST_CALL}
"""
CALLS = """
import boto3, time
{start}
with {environment}:
    sqs = boto3.client("sqs", region_name="us-east-1")
    for _ in range(20):
        sqs.list_queues()
    begin = time.perf_counter()
    for _ in range(400):
        sqs.list_queues()
    print((time.perf_counter() - begin) / 400)
"""
CODECOMMIT = """
import boto3, time
{start}
with {environment}:
    codecommit = boto3.client("codecommit", region_name="us-east-1")
    codecommit.create_repository(repositoryName="shop")
    def call(number):
        {call}
    for number in range(20):
        call(number)
    begin = time.perf_counter()
    for number in range(20, 420):
        call(number)
    print((time.perf_counter() - begin) / 400)
"""
OF_MOTO = {
    "GetRepository": 'codecommit.get_repository(repositoryName="shop")',
    "DeleteRepository": 'codecommit.delete_repository(repositoryName="none")',
    "CreateRepository": 'codecommit.create_repository(repositoryName=f"r{number}")',
}
SERVE = """
import json, sys
from offline_aws import OfflineAWS
with OfflineAWS() as aws:
    print(json.dumps(aws.server().environment), flush=True)
    sys.stdin.read()
"""
OVER_HTTP = f"""
import contextlib, json, os, subprocess, sys
@contextlib.contextmanager
def server():
    pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with subprocess.Popen([sys.executable, "-c", {SERVE!r}], **pipes) as process:
        os.environ.update(json.loads(process.stdout.readline()))
        yield
        process.stdin.close()
{CALLS.format(start="", environment="server()")}
"""
IN_MOTO = {"start": "import moto", "environment": "moto.mock_aws()"}
IN_OURS = {"start": "from offline_aws import OfflineAWS", "environment": "OfflineAWS()"}
PLAIN = CALLS.format(**IN_MOTO)
SEALED = CALLS.format(**IN_OURS)
# A learner's environment has no pytest; where it is there, time_machine imports it for its plugin,
# which takes longer than everything else that a lab adds.
NO_PYTEST = "import sys; sys.modules['pytest'] = None\n"
BEGIN = "import time; begin = time.perf_counter()\n"
TIMED = NO_PYTEST + BEGIN + "{code}\nprint(time.perf_counter() - begin)"


def seconds(code: str) -> float:
    """Run code in a new process and return the number that it prints last."""
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "WORKBOOK_HOME": home},
            capture_output=True,
            text=True,
            check=True,
        )
    return float(done.stdout.split()[-1])


def compare(title: str, ours: str, theirs: str, target: float, rounds: int) -> None:
    """Print the ratio of the medians of two pieces of code."""
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    a, b = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"{title}: ratio {a / b:.2f} (target {target}); {a * 1e3:.2f} / {b * 1e3:.2f} ms")


if __name__ == "__main__":
    lab, bare = TIMED.format(code=LAB), TIMED.format(code=BARE)
    compare("a call through the seal against plain moto", SEALED, PLAIN, 1.2, 5)
    for name, call in OF_MOTO.items():
        sides = (CODECOMMIT.format(call=call, **where) for where in (IN_OURS, IN_MOTO))
        compare(f"CodeCommit's {name} against plain moto's", *sides, 1.2, 5)
    compare("a call over http against one within the process", OVER_HTTP, SEALED, 3, 5)
    compare("open_lab, new process, against import and first call", lab, bare, 1.15, ROUNDS)
