"""Who may ask the http server, and who is refused."""

from __future__ import annotations

import base64
import json
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
import requests
from terminal import AWS_CLI, ask, aws_cli, python, run, signature, talk, token

from offline_aws import OfflineAWS
from offline_aws.http_access import basic
from offline_aws.server import Server

GIT = ("git", "-c", "credential.helper=", "-c", "core.askPass=true")


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS() as running:
        boto3.client("s3").create_bucket(Bucket="shop")
        yield running


@pytest.fixture
def server(aws: OfflineAWS) -> Server:
    return aws.server()


def buckets() -> list[str]:
    return [each["Name"] for each in boto3.client("s3").list_buckets()["Buckets"]]


WITHOUT = [
    "",
    "AWS4-HMAC-SHA256 Credential=offline/20260105/us-east-1/s3/aws4_request",
    "AWS4-HMAC-SHA256 Credential=/20260105/us-east-1/s3/aws4_request",
    "AWS4-HMAC-SHA256 SignedHeaders=host",
    "AWS offline:signature",
    "Basic b2ZmbGluZTpvZmZsaW5l",
    "Basic not base64",
    "Basic",
    "Bearer offline",
]


@pytest.mark.parametrize("authorization", WITHOUT)
def test_who_does_not_show_the_token_is_refused(authorization: str, server: Server) -> None:
    headers = {"Authorization": authorization}
    for method, path in (("PUT", "/mine"), ("POST", "/_clock"), ("GET", "/"), ("OPTIONS", "/shop")):
        status, text = ask(server, method, path, headers, b"minutes=5")
        assert status == 403
        assert "This server needs its access key." in text
    assert buckets() == ["shop"]


def test_the_token_is_no_part_of_another(server: Server) -> None:
    for wrong in (token(server)[:-1], token(server) + "A", token(server).lower()):
        assert ask(server, "GET", "/_clock", {"Authorization": basic(wrong)})[0] == 403
    assert ask(server, "GET", "/_clock", {"Authorization": basic(token(server))})[0] == 200


def test_every_environment_has_a_token_of_its_own_that_outlives_a_reset(aws: OfflineAWS) -> None:
    first = token(aws.server())
    aws.reset()
    assert token(aws.server()) == first
    aws.stop()
    with OfflineAWS() as other:
        assert token(other.server()) != first
        assert len(first) >= 20


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.com"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:{port}"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Host": "rebound.example.com"},
        {"Host": "127.0.0.1.example.com:{port}"},
        {"Host": "127.0.0.2"},
    ],
    ids=str,
)
def test_a_web_page_may_not_call_with_the_token_either(
    headers: dict[str, str], server: Server
) -> None:
    there = {name: value.format(port=server.port) for name, value in headers.items()}
    for method, path in (("POST", "/_clock"), ("PUT", "/pages"), ("OPTIONS", "/shop")):
        asked = there | {"Authorization": signature(server, "s3")}
        status, text = ask(server, method, path, asked, b"minutes=5")
        assert status == 403
        assert "Web pages may not use this server." in text
    assert buckets() == ["shop"]


def test_a_request_that_names_no_host_is_refused(server: Server) -> None:
    authorization = f"Authorization: {basic(token(server))}\r\n".encode()
    answer = talk(server, b"GET /_clock HTTP/1.1\r\n" + authorization + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize("service", ["s3", "sns", "sqs", "lambda", "codecommit", "ec2"])
def test_every_client_shows_its_user_why(service: str, server: Server) -> None:
    operation = {
        "s3": "list_buckets",
        "sns": "list_topics",
        "sqs": "list_queues",
        "lambda": "list_functions",
        "codecommit": "list_repositories",
        "ec2": "describe_vpcs",
    }[service]
    code = f"""
import boto3
try:
    keys = {{"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "x"}}
    boto3.client({service!r}, **keys).{operation}()
except Exception as error:
    print(error)
"""
    assert "This server needs its access key." in python(server, code)


def test_keys_that_the_account_gives_out_are_good(server: Server) -> None:
    iam, sts = boto3.client("iam"), boto3.client("sts")
    iam.create_user(UserName="Ada")
    key = iam.create_access_key(UserName="Ada")["AccessKey"]
    role = sts.assume_role(RoleArn="arn:aws:iam::210987654321:role/r", RoleSessionName="shop")
    asked = (
        "import boto3; print(boto3.client('sts', aws_access_key_id={0!r},"
        "aws_secret_access_key='x').get_caller_identity()['Arn'])"
    )
    ada = "arn:aws:iam::123456789012:user/Ada"
    assert python(server, asked.format(key["AccessKeyId"])) == f"{ada}\n"
    assert "assumed-role/r/shop" in python(server, asked.format(role["Credentials"]["AccessKeyId"]))
    iam.delete_access_key(UserName="Ada", AccessKeyId=key["AccessKeyId"])
    headers = {"Authorization": signature(server, "s3").replace(token(server), key["AccessKeyId"])}
    assert ask(server, "GET", "/", headers)[0] == 403


def test_keys_are_not_those_of_every_run() -> None:
    code = (
        "import boto3; from offline_aws import OfflineAWS\n"
        "with OfflineAWS():\n"
        "    iam = boto3.client('iam'); iam.create_user(UserName='Ada')\n"
        "    print(iam.create_access_key(UserName='Ada')['AccessKey']['AccessKeyId'])"
    )
    first, second = (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        for _ in range(2)
    )
    assert first.stdout != second.stdout
    assert first.stdout[:12] == second.stdout[:12]  # whose account it is


def test_an_address_that_was_signed_before_opens_that(server: Server) -> None:
    boto3.client("s3").put_object(Bucket="shop", Key="notes", Body=b"1.2.3")
    signed = aws_cli(server, "s3", "presign", "s3://shop/notes").stdout.strip()
    code = f"import urllib.request as r; print(r.urlopen({signed!r}).read())"
    assert python(server, code) == "b'1.2.3'\n"
    status, _ = ask(server, "GET", signed.partition("?")[0], {"Authorization": ""})
    assert status == 403


def test_a_form_that_was_signed_before_uploads(server: Server) -> None:
    code = """
import boto3, json
post = boto3.client("s3").generate_presigned_post("shop", "upload")
print(json.dumps(post))
"""
    post = json.loads(python(server, code))
    upload = (
        "import json, sys, requests; post = json.loads(sys.argv[1])\n"
        "print(requests.post(post['url'], data=post['fields'], files={'file': b'1'}).status_code)"
    )
    done = run(server, sys.executable, "-c", upload, json.dumps(post))
    assert done.stdout == "204\n", done.stderr
    assert boto3.client("s3").get_object(Bucket="shop", Key="upload")["Body"].read() == b"1"
    del post["fields"]["AWSAccessKeyId"]
    done = run(server, sys.executable, "-c", upload, json.dumps(post))
    assert done.stdout == "403\n"


def test_curl_s_way_moves_the_clock(server: Server) -> None:
    (line,) = (line for line in repr(server).splitlines() if "curl -u" in line)
    *_, user, _, form, address = line.partition("curl ")[2].split()
    encoded = base64.b64encode(user.encode()).decode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    headers = {"Authorization": f"Basic {encoded}", **kind}
    path = address.removeprefix(server.url)
    assert ask(server, "POST", path, headers, form.encode())[0] == 200


def git_without_lines(server: Server, *command: str) -> subprocess.CompletedProcess[str]:
    """Run git in a terminal without the server's lines."""
    environment = {"PATH": "/usr/bin:/bin", "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run([*GIT, *command], env=environment, capture_output=True, text=True)


def test_git_needs_the_token_too(server: Server, tmp_path: Path) -> None:
    boto3.client("codecommit").create_repository(repositoryName="code")
    path = f"127.0.0.1:{server.port}/v1/repos/code"
    assert git_without_lines(server, "ls-remote", f"http://{path}").returncode == 128
    wrong = git_without_lines(server, "ls-remote", f"http://offline:wrong@{path}")
    assert wrong.returncode == 128
    assert "403" in wrong.stderr
    assert git_without_lines(server, "ls-remote", server.clone_url("code")).returncode == 0
    for authorization, status in (("", 401), (basic("wrong"), 403)):
        headers = {"Authorization": authorization}
        answer = ask(server, "GET", "/v1/repos/none/info/refs", headers)
        assert (answer[0], "needs its access key" in answer[1]) == (status, True)


def test_the_credential_helper_of_the_aws_cli_opens_it(server: Server) -> None:
    boto3.client("codecommit").create_repository(repositoryName="code")
    helper = f"!{shlex.join(AWS_CLI)} codecommit credential-helper --ignore-host-check $@"
    options = ("-c", f"credential.helper={helper}", "-c", "credential.UseHttpPath=true")
    environment = {
        name: value for name, value in server.environment.items() if not name.startswith("GIT_")
    }
    environment |= {"PATH": "/usr/bin:/bin", "GIT_TERMINAL_PROMPT": "0"}
    done = subprocess.run(
        ["git", *options, "ls-remote", f"{server.url}/v1/repos/code"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_within_the_process_nothing_is_asked_for(aws: OfflineAWS) -> None:
    url = boto3.client("s3").generate_presigned_url("put_object", {"Bucket": "shop", "Key": "k"})
    assert requests.put(url, data=b"1", timeout=10).status_code == 200
    assert buckets() == ["shop"]
