"""The http server on the wire: bodies, connections, bad requests, and who may not call."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from terminal import ask, python, signature, talk, token

from offline_aws import OfflineAWS
from offline_aws.server import Server

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[Server]:
    with OfflineAWS(now=MONDAY) as aws:
        boto3.client("s3").create_bucket(Bucket="shop")
        yield aws.server()


def stored(key: str) -> bytes:
    body: bytes = boto3.client("s3").get_object(Bucket="shop", Key=key)["Body"].read()
    return body


def chunk(data: bytes, extension: bytes = b"") -> bytes:
    return b"%x%s\r\n%s\r\n" % (len(data), extension, data)


def signed(server: Server, service: str = "s3") -> bytes:
    return f"Host: 127.0.0.1\r\nAuthorization: {signature(server, service)}\r\n".encode()


def test_a_body_in_chunks_with_a_trailer(server: Server) -> None:
    body = chunk(b"release ", b";name=value") + chunk(b"notes") + b"0\r\nX-Trailer: x\r\n\r\n"
    put = b"PUT /shop/notes HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + signed(server)
    clock = b"GET /_clock HTTP/1.1\r\n" + signed(server) + b"\r\n"
    # A second request on the connection shows that the first was read to its end.
    answers = talk(server, put + b"\r\n" + body + clock)
    assert answers.count(b"HTTP/1.1 200") == 2
    assert stored("notes") == b"release notes"


@pytest.mark.parametrize("signed", [True, False])
def test_a_body_in_aws_s_chunks_with_a_checksum_after_it(signed: bool, server: Server) -> None:
    data = bytes(range(256)) * 400
    extension = b";chunk-signature=" + b"0" * 64 if signed else b""
    checksum = b64encode(zlib.crc32(data).to_bytes(4, "big"))
    parts = [data[:65536], data[65536:]]
    body = b"".join(chunk(part, extension) for part in parts) + b"0%s\r\n" % extension
    body += b"x-amz-checksum-crc32:%s\r\n\r\n" % checksum
    kind = (
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
        if signed
        else "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
    )
    headers = {
        "Authorization": signature(server, "s3"),
        "Content-Encoding": "aws-chunked",
        "X-Amz-Content-SHA256": kind,
        "X-Amz-Decoded-Content-Length": str(len(data)),
        "X-Amz-Trailer": "x-amz-checksum-crc32",
    }
    assert ask(server, "PUT", "/shop/blob", headers, body)[0] == 200
    assert stored("blob") == data


def test_a_client_that_waits_for_leave_to_send(server: Server) -> None:
    head = b"PUT /shop/k HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n" + signed(server)
    answer = talk(server, head + b"\r\nabc")
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")
    assert stored("k") == b"abc"


def test_head_says_the_length_and_sends_nothing(server: Server) -> None:
    boto3.client("s3").put_object(Bucket="shop", Key="k", Body=b"abc", Metadata={"by": "x"})
    answer = talk(
        server, b"HEAD /shop/k HTTP/1.1\r\nConnection: close\r\n" + signed(server) + b"\r\n"
    )
    head, _, body = answer.partition(b"\r\n\r\n")
    assert body == b""
    assert re.search(rb"(?i)\r\ncontent-length: 3(\r\n|$)", head)
    assert b"Date: Mon, 05 Jan 2026 09:00:00 GMT" in head
    assert b"x-amz-meta-by: x" in head.lower()


def test_a_compressed_body(server: Server) -> None:
    form = b"Action=CreateTopic&Version=2010-03-31&Name=releases"
    headers = {
        "Authorization": signature(server, "sns"),
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Encoding": "gzip",
    }
    status, text = ask(server, "POST", "/", headers, gzip.compress(form))
    assert status == 200, text
    assert boto3.client("sns").list_topics()["Topics"]


def test_what_is_said_to_be_compressed_and_is_not(server: Server) -> None:
    headers = {"Authorization": signature(server, "sns"), "Content-Encoding": "gzip"}
    assert ask(server, "POST", "/", headers, b"Action=ListTopics")[0] == 400


def test_what_boto3_sends_arrives_as_it_was(server: Server) -> None:
    code = """
import boto3, gzip
from boto3.s3.transfer import TransferConfig
s3 = boto3.client("s3")
data = bytes(range(256)) * 40000
key = "a b/ü+%2F//?&=#.bin"
s3.put_object(Bucket="shop", Key=key, Body=data, Metadata={"under_score": "1", "dash-ed": "2"},
              ContentEncoding="gzip", ContentType="application/json")
got = s3.get_object(Bucket="shop", Key=key)
assert got["Body"].read() == data
assert got["Metadata"] == {"under_score": "1", "dash-ed": "2"}, got["Metadata"]
assert got["ContentEncoding"] == "gzip"
assert s3.get_object(Bucket="shop", Key=key, Range="bytes=1-4")["Body"].read() == data[1:5]
s3.put_object(Bucket="shop", Key="empty", Body=b"")
assert s3.head_object(Bucket="shop", Key="empty")["ContentLength"] == 0
assert [item["Key"] for item in s3.list_objects_v2(Bucket="shop")["Contents"]] == [key, "empty"]
s3.delete_object(Bucket="shop", Key=key)
assert s3.list_objects_v2(Bucket="shop")["KeyCount"] == 1
boto3.client("cloudwatch").put_metric_data(Namespace="shop", MetricData=[
    {"MetricName": f"m{number}", "Value": number} for number in range(600)])
"""
    python(server, code)


BAD = [
    b"nonsense\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"".join(b"h%d: x\r\n" % n for n in range(200)) + b"\r\n",
    b"PUT /shop/k HTTP/1.1\r\nContent-Length: three\r\n\r\nabc",
    b"PUT /shop/k HTTP/1.1\r\nContent-Length: -3\r\n\r\nabc",
    b"PUT /shop/k HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    b"PUT /shop/k HTTP/1.1\r\nContent-Length: 30\r\n\r\nabc",
    b"PUT /shop/k HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\nabc",
    b"PUT /shop/k HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    b"PUT /shop/k HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
    b"PUT /shop/k HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
    b"PUT /shop/k HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    b"POST / HTTP/1.1\r\nX-Amz-Target: Unheard_20260101.Of\r\n\r\n",
]


@pytest.mark.parametrize("data", BAD, ids=range(len(BAD)))
def test_a_malformed_request_is_said_to_be_one_and_the_server_lives_on(
    data: bytes, server: Server
) -> None:
    answer = talk(server, data.replace(b"HTTP/1.1\r\n", b"HTTP/1.1\r\n" + signed(server)))
    # Without a version in its first line, a request is one of HTTP/0.9, whose answer has no head.
    assert re.match(
        rb"(HTTP/1\.[01] (4\d\d|505) |<!DOCTYPE HTML>(?s:.*)Error code: (4\d\d|505))", answer
    )
    assert ask(server, "GET", "/_clock", {})[0] == 200
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket="shop")


def test_a_signature_that_names_no_service(server: Server) -> None:
    headers = {"Authorization": f"AWS4-HMAC-SHA256 Credential={token(server)}/b/c"}
    status, text = ask(server, "POST", "/", headers)
    assert (status, json.loads(text)["__type"]) == (400, "IncompleteSignature")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.sampled_from([b"", b"POST / HTTP/1.1\r\n", b"GET /"]))
def test_no_bytes_end_the_server(server: Server, data: bytes, beginning: bytes) -> None:
    talk(server, beginning + data)
    assert ask(server, "GET", "/_clock", {})[0] == 200
