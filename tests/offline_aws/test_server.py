"""The http server of an offline AWS: its life, and the state and clock that it shares."""

from __future__ import annotations

import http.client
import json
import os
import shlex
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from terminal import ask, python, run, signature, token

from offline_aws import NotRunningError, OfflineAWS, PortInUseError
from offline_aws.http_access import basic
from offline_aws.server import Server

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
CONCURRENT = """
import boto3
from concurrent.futures import ThreadPoolExecutor
sqs, s3 = boto3.client("sqs"), boto3.client("s3")
url = sqs.create_queue(QueueName="orders")["QueueUrl"]
def work(worker):
    for number in range(25):
        sqs.send_message(QueueUrl=url, MessageBody=f"{worker}-{number}")
        s3.put_object(Bucket="orders", Key=f"{worker}/{number}", Body=b"x" * worker)
with ThreadPoolExecutor(8) as pool:
    list(pool.map(work, range(8)))
"""


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as aws:
        yield aws


def can_connect(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((address, port)) == 0


def buckets() -> list[str]:
    return [bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]]


def test_state_is_shared_both_ways(aws: OfflineAWS) -> None:
    boto3.client("s3").create_bucket(Bucket="from-here")
    code = (
        "import boto3; s3 = boto3.client('s3')\n"
        "print(*[bucket['Name'] for bucket in s3.list_buckets()['Buckets']])\n"
        "s3.create_bucket(Bucket='from-there')"
    )
    assert python(aws.server(), code) == "from-here\n"
    assert buckets() == ["from-here", "from-there"]


def test_timestamps_are_on_the_clock(aws: OfflineAWS) -> None:
    aws.clock.advance(days=4)
    code = (
        "import boto3; s3 = boto3.client('s3'); s3.create_bucket(Bucket='shop')\n"
        "answer = s3.list_buckets()\n"
        "print(answer['Buckets'][0]['CreationDate'].isoformat())\n"
        "print(answer['ResponseMetadata']['HTTPHeaders']['date'])"
    )
    made, answered = python(aws.server(), code).splitlines()
    assert datetime.fromisoformat(made) == MONDAY + timedelta(days=4)
    assert answered == "Fri, 09 Jan 2026 09:00:00 GMT"


def test_the_clock_can_be_moved_over_http(aws: OfflineAWS) -> None:
    happened: list[datetime] = []
    aws.clock.call_later(timedelta(minutes=5), lambda: happened.append(aws.clock.now()))
    server, form = aws.server(), {"Content-Type": "application/x-www-form-urlencoded"}
    assert ask(server, "GET", "/_clock", {}) == (200, '{"now": "2026-01-05T09:00:00+00:00"}\n')
    moved = ask(server, "POST", "/_clock", form, b"hours=1&minutes=30")
    assert moved == (200, '{"now": "2026-01-05T10:30:00+00:00"}\n')
    assert happened == [MONDAY + timedelta(minutes=5)]
    assert aws.clock.now() == MONDAY + timedelta(minutes=90)


@pytest.mark.parametrize("form", [b"", b"minutes=soon", b"minutes=-5", b"days=1e300", b"hours=nan"])
def test_a_clock_that_cannot_move_says_why(form: bytes, aws: OfflineAWS) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    status, text = ask(aws.server(), "POST", "/_clock", kind, form)
    assert status == 400
    assert json.loads(text)["message"]
    assert aws.clock.now() == MONDAY


def test_clients_at_the_same_time_lose_nothing(aws: OfflineAWS) -> None:
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    s3.create_bucket(Bucket="orders")
    python(aws.server(), CONCURRENT)
    listed = s3.list_objects_v2(Bucket="orders")["Contents"]
    expected = {f"{worker}/{number}": worker for worker in range(8) for number in range(25)}
    assert {item["Key"]: item["Size"] for item in listed} == expected
    url = sqs.get_queue_url(QueueName="orders")["QueueUrl"]
    count = "ApproximateNumberOfMessages"
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[count])["Attributes"]
    assert attributes[count] == "200"


def test_calls_of_this_process_and_of_another_at_the_same_time(aws: OfflineAWS) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="orders")
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(python, aws.server(), CONCURRENT)
        for number in range(200):
            s3.put_object(Bucket="orders", Key=f"here/{number}", Body=b"")
        other.result()
    listed = s3.list_objects_v2(Bucket="orders")["Contents"]
    assert len(listed) == 400
    assert {item["LastModified"] for item in listed} == {MONDAY}


def test_assumed_roles_and_regions_are_separate(aws: OfflineAWS) -> None:
    code = (
        "import boto3\n"
        "role = boto3.client('sts').assume_role(RoleArn='arn:aws:iam::210987654321:role/shop',"
        " RoleSessionName='shop')['Credentials']\n"
        "other = dict(aws_access_key_id=role['AccessKeyId'], region_name='eu-west-1',"
        " aws_secret_access_key=role['SecretAccessKey'], aws_session_token=role['SessionToken'])\n"
        "print(boto3.client('sns', **other).create_topic(Name='t')['TopicArn'])"
    )
    assert python(aws.server(), code) == "arn:aws:sns:eu-west-1:210987654321:t\n"
    assert boto3.client("sns", "eu-west-1").list_topics()["Topics"] == []


def test_a_reset_empties_what_is_served_and_serving_goes_on(aws: OfflineAWS) -> None:
    server = aws.server()
    url = server.url
    boto3.client("s3").create_bucket(Bucket="shop")
    aws.clock.advance(days=1)
    aws.reset()
    code = "import boto3; print(boto3.client('s3').list_buckets()['Buckets'])"
    assert python(server, code) == "[]\n"
    assert (aws.server(), server.url) == (server, url)


def test_the_end_of_the_environment_ends_the_server() -> None:
    with OfflineAWS() as aws:
        server = aws.server()
        port = server.port
        assert can_connect("127.0.0.1", port)
    assert not server.running
    assert not can_connect("127.0.0.1", port)
    socket.create_server(("127.0.0.1", port)).close()
    assert "has stopped" in repr(server)


def test_a_connection_that_is_kept_alive_ends_with_the_server(aws: OfflineAWS) -> None:
    server = aws.server()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as kept:
        head = f"GET /_clock HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {basic(token(server))}"
        kept.sendall(head.encode() + b"\r\n\r\n")
        with kept.makefile("rb") as answer:
            while not answer.readline().startswith(b'{"now"'):
                pass
            server.stop()
            assert answer.read() == b""


def test_the_end_under_load_is_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    answered: list[int] = []

    def call_until_refused(server: Server) -> None:
        headers = {"Authorization": signature(server, "s3")}
        try:
            while True:
                answered.append(ask(server, "GET", "/", headers)[0])
        except (OSError, http.client.HTTPException):
            return

    with ThreadPoolExecutor(4) as pool, OfflineAWS() as aws:
        callers = [pool.submit(call_until_refused, aws.server()) for _ in range(4)]
        while len(answered) < 40 and not all(caller.done() for caller in callers):
            aws.reset()
    assert len(answered) >= 40
    assert set(answered[:40]) == {200}
    assert capfd.readouterr().err == ""


def test_stop_and_start_again(aws: OfflineAWS) -> None:
    server = aws.server()
    server.stop()
    server.stop()
    assert not server.running
    with server.start() as again:
        assert again is server
        assert server.start() is server
        assert can_connect("127.0.0.1", server.port)
    assert not server.running


def test_asking_again_gives_the_same_server_and_another_port_another_one(aws: OfflineAWS) -> None:
    first = aws.server()
    assert aws.server() is aws.server(first.port) is first
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    second = aws.server(port)
    assert second.url == f"http://127.0.0.1:{port}"
    assert not first.running


def test_a_port_that_is_taken_is_refused(aws: OfflineAWS) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            PortInUseError, match=rf"Cannot listen on port {port}: .*Choose another"
        ):
            aws.server(port)


def test_only_loopback_is_listened_on(aws: OfflineAWS) -> None:
    port = aws.server().port
    # Every address that begins with 127 is this computer; one of the server's own must not answer.
    assert not can_connect("127.0.0.2", port)
    with socket.socket(socket.AF_INET6) as probe:
        probe.settimeout(2)
        assert probe.connect_ex(("::1", port)) != 0
    listening = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    local = [line.split()[1] for line in listening.splitlines() if f":{port:04X} " in line]
    assert set(local) <= {f"0100007F:{port:04X}"}


def test_needs_a_running_environment() -> None:
    with pytest.raises(NotRunningError, match=r"start\(\)"):
        OfflineAWS().server()


def test_the_lines_for_a_terminal_win_over_what_it_holds(aws: OfflineAWS) -> None:
    server = aws.server()
    shown = repr(server)
    assert f"export AWS_ENDPOINT_URL={server.url}\n" in shown
    script = (
        "export AWS_PROFILE=work AWS_SESSION_TOKEN=t AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\n"
        f"{server.exports()}\n"
        f"{shlex.quote(sys.executable)} -c "
        "\"import boto3; boto3.client('s3').create_bucket(Bucket='shop')\"\n"
    )
    done = run(server, "sh", "-ec", script)
    assert done.returncode == 0, done.stderr
    assert buckets() == ["shop"]


def test_a_proxy_of_the_machine_is_gone_around(
    aws: OfflineAWS, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "NO_PROXY" not in aws.server().environment
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "intranet")
    environment = aws.server().environment
    assert environment["NO_PROXY"] == environment["no_proxy"] == "intranet,127.0.0.1"


def test_the_environment_is_complete(aws: OfflineAWS) -> None:
    assert aws.server().environment == {
        "AWS_ENDPOINT_URL": aws.server().url,
        "AWS_ACCESS_KEY_ID": token(aws.server()),
        "AWS_SECRET_ACCESS_KEY": "offline",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
        "AWS_PAGER": "",
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": f"url.{aws.server().url}/.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://git-codecommit.",
        "GIT_CONFIG_KEY_1": f"http.{aws.server().url}/.extraHeader",
        "GIT_CONFIG_VALUE_1": f"Authorization: {basic(token(aws.server()))}",
    }
