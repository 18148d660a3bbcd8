"""The cache of a build: files kept for the next one, in offline S3 or on the build host.

A cache in S3 is one object, ``<location>/<namespace or project>/<key>.zip``. Without a key it is
replaced at every build; with one it is written once and never changed, and a build whose key has
none yet may take another by a fallback key, which is a prefix; the newest is taken. A LOCAL cache
lasts as long as the offline AWS does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codebuild.artifacts import zipped
from offline_aws.codebuild.buildspec_model import Cache
from offline_aws.codebuild.file_patterns import matching_files
from offline_aws.codebuild.s3_source import unpack
from offline_aws.codebuild.shell import ShellSession
from offline_aws.codebuild.store import Shape

_HOME = "/root/"
_NO_KEY = "cache"


@dataclass(frozen=True)
class SavedCache:
    """What a build leaves for the next one."""

    bucket: str
    key: str
    data: bytes


class BuildCache:
    """The cache of one build. ``local`` are the LOCAL caches of all projects, by project."""

    def __init__(self, settings: Shape, cache: Cache, region: str, local: dict[str, bytes]) -> None:
        self._cache, self._settings = cache, settings
        self._project = settings["name"]
        self._local, self._region = local, region
        self._bucket, _, prefix = settings["cache"].get("location", "").partition("/")
        folder = settings["cache"].get("cacheNamespace") or self._project
        self._folder = "/".join(part for part in (prefix.strip("/"), folder) if part)
        self._key = ""

    @property
    def _in_s3(self) -> bool:
        return bool(self._settings["cache"]["type"] == "S3")

    def restore(self, session: ShellSession, say: Callable[[str], None]) -> None:
        """Unpack the cache, if there is one."""
        self._key = session.expand(self._cache.key) if self._cache.key else ""
        if self._cache.action == "save":
            return
        found = self._newest(session) if self._in_s3 else self._local.get(self._project)
        if found is None:
            say("Cache not found")
            return
        unpack(found, session.scratch)
        say("Cache restored")

    def save(self, session: ShellSession, when: datetime) -> SavedCache | None:
        """Return what is to be saved, if something is."""
        if self._cache.action == "restore":
            return None
        key = self._object_key(self._key or _NO_KEY)
        if self._key and self._in_s3 and self._objects(key):
            return None
        found: dict[str, Path] = {}
        for pattern in self._cache.paths:
            for path in _files(session, pattern):
                found[path.relative_to(session.scratch).as_posix()] = path
        return SavedCache(self._bucket, key, zipped(found, when, links=True)) if found else None

    def _newest(self, session: ShellSession) -> bytes | None:
        prefixes = [session.expand(key) for key in self._cache.fallback_keys]
        wanted = [self._object_key(self._key or _NO_KEY)]
        wanted += [f"{self._folder}/{prefix}" for prefix in prefixes]
        for prefix in wanted:
            objects = self._objects(prefix)
            if objects:
                newest = max(objects, key=lambda each: (each["LastModified"], each["Key"]))
                client = clients.client("s3", self._region)
                body = client.get_object(Bucket=self._bucket, Key=newest["Key"])["Body"]
                data: bytes = body.read()
                return data
        return None

    def _objects(self, prefix: str) -> list[Shape]:
        client = clients.client("s3", self._region)
        try:
            pages = client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix
            )
            return [dict(each) for page in pages for each in page.get("Contents", ())]
        except ClientError:
            # As in CodeBuild, a build does without a cache that cannot be reached.
            return []

    def _object_key(self, name: str) -> str:
        return f"{self._folder}/{name}.zip"


def put_cache(saved: SavedCache, project: str, local: dict[str, bytes], region: str) -> None:
    """Keep a cache where its project keeps it."""
    if not saved.bucket:
        local[project] = saved.data
        return
    client = clients.client("s3", region)
    try:
        client.put_object(Bucket=saved.bucket, Key=saved.key, Body=saved.data)
    except client.exceptions.NoSuchBucket:
        return


def _files(session: ShellSession, pattern: str) -> list[Path]:
    # The container's home is /root; the scratch directory has one of its own.
    if pattern.startswith(_HOME):
        base, pattern = session.home, pattern.removeprefix(_HOME)
    else:
        base = session.source
    folder = base / pattern
    if folder.is_dir():
        pattern = f"{pattern.rstrip('/')}/**/*"
    return matching_files(base, pattern, session.scratch)
