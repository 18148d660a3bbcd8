"""Images pushed to and pulled from the http server, by oras and by the plain protocol."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import oras.client
import pytest
import requests
from image_pushes import OCI_CONFIG, OCI_MANIFEST, digest, index, layer, push

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def aws() -> Iterator[OfflineAWS]:
    with OfflineAWS(now=MONDAY) as running:
        for name in ("shop", "team/other"):
            boto3.client("ecr").create_repository(repositoryName=name)
        running.server()
        yield running


def password() -> str:
    (data,) = boto3.client("ecr").get_authorization_token()["authorizationData"]
    user, _, secret = base64.b64decode(data["authorizationToken"]).decode().partition(":")
    assert user == "AWS"
    return secret


class Http:
    """The protocol, spoken with a password."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.url, self.auth = aws.server().url, ("AWS", password())

    def __call__(self, method: str, path: str, **more: Any) -> requests.Response:
        return requests.request(method, f"{self.url}{path}", auth=self.auth, timeout=9, **more)


@pytest.fixture
def http(aws: OfflineAWS) -> Http:
    return Http(aws)


def why(response: requests.Response) -> tuple[int, str]:
    return response.status_code, response.json()["errors"][0]["code"]


def test_oras_pushes_files_and_pulls_them(
    aws: OfflineAWS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    Path("notes.txt").write_text("1.42.0: mended\n")
    client = oras.client.OrasClient(insecure=True, auth_backend="basic")
    client.auth.set_basic_auth("AWS", password())
    target = f"{aws.server().url.removeprefix('http://')}/team/other:1.42.0"
    client.push(files=["notes.txt"], target=target)
    (image,) = boto3.client("ecr").describe_images(repositoryName="team/other")["imageDetails"]
    assert image["imageTags"] == ["1.42.0"]
    (pulled,) = client.pull(target=target, outdir=str(tmp_path / "pulled"))
    assert Path(pulled).read_text() == "1.42.0: mended\n"
    assert client.get_tags(target) == ["1.42.0"]


def test_what_boto3_pushed_is_pulled_over_http(http: Http) -> None:
    data = layer({"a": b"1"})
    name = push("shop", "1.0", [data])
    assert http("GET", "/v2/").status_code == 200
    got = http("GET", "/v2/shop/manifests/1.0")
    assert got.headers["Content-Type"] == OCI_MANIFEST
    assert got.headers["Docker-Content-Digest"] == name == digest(got.content)
    assert http("GET", f"/v2/shop/manifests/{name}").content == got.content
    assert http("GET", f"/v2/shop/blobs/{digest(data)}").content == data
    head = http("HEAD", f"/v2/shop/blobs/{digest(data)}")
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(data)))
    (image,) = boto3.client("ecr").describe_images(repositoryName="shop")["imageDetails"]
    assert image["lastRecordedPullTime"] == MONDAY


def test_a_blob_comes_in_pieces_at_once_or_from_another_repository(http: Http) -> None:
    begun = http("POST", "/v2/shop/blobs/uploads/")
    place = begun.headers["Location"]
    assert begun.status_code == 202
    assert http("PATCH", place, data=b"{").headers["Range"] == "0-0"
    assert http("GET", place).status_code == 204
    gap = http("PATCH", place, data=b"x", headers={"Content-Range": "5-5"})
    assert gap.status_code == 416
    wrong = http("PUT", place, data=b"}", params={"digest": digest(b"no")})
    assert why(wrong) == (400, "DIGEST_INVALID")
    done = http("PUT", place, params={"digest": digest(b"{}")})
    assert (done.status_code, done.headers["Docker-Content-Digest"]) == (201, digest(b"{}"))
    assert why(http("GET", place)) == (404, "BLOB_UPLOAD_UNKNOWN")
    again = http("POST", "/v2/shop/blobs/uploads/", params={"digest": digest(b"{}")}, data=b"{}")
    assert again.status_code == 201
    mount = {"mount": digest(b"{}"), "from": "shop"}
    mounted = http("POST", "/v2/team/other/blobs/uploads/", params=mount)
    assert mounted.status_code == 201
    assert http("GET", f"/v2/team/other/blobs/{digest(b'{}')}").content == b"{}"
    other = http("POST", "/v2/shop/blobs/uploads/").headers["Location"]
    assert http("DELETE", other).status_code == 204
    assert why(http("DELETE", other)) == (404, "BLOB_UPLOAD_UNKNOWN")


def put(http: Http, tag: str, manifest: dict[str, Any]) -> requests.Response:
    body, kind = json.dumps(manifest).encode(), {"Content-Type": OCI_MANIFEST}
    return http("PUT", f"/v2/shop/manifests/{tag}", data=body, headers=kind)


def test_a_manifest_is_put_as_put_image_puts_it(http: Http) -> None:
    config = {"mediaType": OCI_CONFIG, "digest": digest(b"{}"), "size": 2}
    manifest = {"schemaVersion": 2, "config": config, "layers": []}
    assert why(put(http, "1", manifest)) == (400, "MANIFEST_BLOB_UNKNOWN")
    http("POST", "/v2/shop/blobs/uploads/", params={"digest": digest(b"{}")}, data=b"{}")
    first = put(http, "1", manifest)
    assert first.status_code == put(http, "1", manifest).status_code == 201
    boto3.client("ecr").put_image_tag_mutability(
        repositoryName="shop", imageTagMutability="IMMUTABLE"
    )
    assert why(put(http, "1", {**manifest, "annotations": {"a": "b"}})) == (400, "TAG_INVALID")
    subject = {**config, "digest": first.headers["Docker-Content-Digest"]}
    signed = put(http, "sig", {**manifest, "subject": subject})
    assert signed.headers["OCI-Subject"] == subject["digest"]
    referrers = http("GET", f"/v2/shop/referrers/{subject['digest']}").json()["manifests"]
    assert [each["digest"] for each in referrers] == [signed.headers["Docker-Content-Digest"]]
    bad = http("PUT", "/v2/shop/manifests/2", data=b"\xff")
    assert why(bad) == (400, "MANIFEST_INVALID")


def test_tags_come_in_pages_and_images_are_deleted(http: Http) -> None:
    names = [push("shop", tag, build=n) for n, tag in enumerate("cab")]
    assert http("GET", "/v2/shop/tags/list").json() == {"name": "shop", "tags": ["a", "b", "c"]}
    page = http("GET", "/v2/shop/tags/list", params={"n": 2})
    assert page.json()["tags"] == ["a", "b"]
    following = page.headers["Link"].partition(">")[0].strip("<")
    assert http("GET", following).json()["tags"] == ["c"]
    index("shop", names[0], tag="all")
    assert why(http("DELETE", f"/v2/shop/manifests/{names[0]}")) == (409, "DENIED")
    assert http("DELETE", f"/v2/shop/manifests/{names[1]}").status_code == 202
    assert why(http("GET", "/v2/shop/manifests/a")) == (404, "MANIFEST_UNKNOWN")
    assert why(http("DELETE", "/v2/shop/manifests/a")) == (404, "MANIFEST_UNKNOWN")


def test_what_is_not_there_or_not_of_the_protocol_is_said(http: Http) -> None:
    assert why(http("GET", "/v2/none/tags/list")) == (404, "NAME_UNKNOWN")
    assert why(http("GET", f"/v2/shop/blobs/{digest(b'no')}")) == (404, "BLOB_UNKNOWN")
    assert why(http("GET", "/v2/shop")) == (404, "UNSUPPORTED")
    assert why(http("POST", "/v2/shop/manifests/1")) == (405, "UNSUPPORTED")


def test_a_password_is_needed_and_is_good_for_twelve_hours(aws: OfflineAWS, http: Http) -> None:
    address = f"{http.url}/v2/"
    asked = requests.get(address, timeout=9)
    assert why(asked) == (401, "UNAUTHORIZED")
    assert asked.headers["WWW-Authenticate"] == 'Basic realm="offline ECR"'
    assert requests.get(address, auth=("AWS", "guess"), timeout=9).status_code == 401
    assert http("GET", "/v2/").status_code == 200
    # It is for images alone.
    assert requests.get(f"{http.url}/_clock", auth=http.auth, timeout=9).status_code == 403
    aws.clock.advance(hours=12)
    assert http("GET", "/v2/").status_code == 401


def test_the_registry_s_address_is_the_server_s_while_it_runs(aws: OfflineAWS) -> None:
    def address() -> str:
        (data,) = boto3.client("ecr").get_authorization_token()["authorizationData"]
        return data["proxyEndpoint"]

    assert address() == aws.server().url
    aws.server().stop()
    assert address() == "https://123456789012.dkr.ecr.us-east-1.amazonaws.com"
