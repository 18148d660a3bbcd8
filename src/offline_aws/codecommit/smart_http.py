"""The server's side of ``git clone``, ``fetch`` and ``push`` over http (gitprotocol-http).

A client that asks for version 2 of the protocol is answered in version 0, which every git speaks.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from dulwich.errors import GitProtocolError
from dulwich.objects import Commit, ObjectID
from dulwich.protocol import CAPABILITY_FILTER, ReceivableProtocol
from dulwich.refs import HEADREF, Ref
from dulwich.server import DictBackend, ReceivePackHandler, UploadPackHandler

from offline_aws.codecommit.references import HEADS
from offline_aws.codecommit.store import Repository

UPLOAD, RECEIVE = "git-upload-pack", "git-receive-pack"
_NO_OBJECT = b"0" * 40


class GitRequestError(Exception):
    """A request that git's protocol does not have."""


class _UploadPack(UploadPackHandler):
    """Offers no partial clone, as CodeCommit does not: the objects left out could not be had."""

    def capabilities(self) -> list[bytes]:
        return [each for each in super().capabilities() if each != CAPABILITY_FILTER]

    def set_client_capabilities(self, caps: Iterable[bytes]) -> None:
        # git asks for it all the same, and then does without.
        super().set_client_capabilities([each for each in caps if each != CAPABILITY_FILTER])


class _ReceivePack(ReceivePackHandler):
    """Refuses what git refuses; dulwich checks the form of names alone."""

    def _on_update(self, ref_name: Ref, old_sha: ObjectID, new_sha: ObjectID) -> bytes | None:
        refs: Any = self.repo.refs
        if (refs.read_ref(ref_name) or _NO_OBJECT) != old_sha:
            return b"failed to update ref: somebody else moved it"
        if new_sha == _NO_OBJECT:
            current = refs.follow(HEADREF)[0][-1]
            return b"deletion of the default branch prohibited" if ref_name == current else None
        try:
            found = self.repo.object_store[new_sha]
        except KeyError:
            return b"missing necessary objects"
        if ref_name.startswith(HEADS.encode()) and not isinstance(found, Commit):
            return b"a branch has to be at a commit"
        return super()._on_update(ref_name, old_sha, new_sha)


_HANDLERS: dict[str, Any] = {UPLOAD: _UploadPack, RECEIVE: _ReceivePack}


def advertised(repository: Repository, service: str) -> bytes:
    """Return the references of a repository, as a client asks for them first.

    Raises ``GitRequestError`` for an unknown service.
    """
    protocol, written = _protocol(b"")
    protocol.write_pkt_line(f"# service={service}\n".encode())
    protocol.write_pkt_line(None)
    _handle(repository, service, protocol, advertise_refs=True)
    return written.getvalue()


def answered(repository: Repository, service: str, body: bytes) -> bytes:
    """Return the answer to what a client sends to a service; what it pushes is noticed.

    Raises ``GitRequestError`` for an unknown service, and for what is not git's protocol.
    """
    protocol, written = _protocol(body)
    _handle(repository, service, protocol)
    if service == RECEIVE:
        # The first push settles the default branch, which a clone then checks out.
        _ = repository.default_branch
        repository.look()
    return written.getvalue()


def _protocol(body: bytes) -> tuple[ReceivableProtocol, BytesIO]:
    written = BytesIO()
    return ReceivableProtocol(BytesIO(body).read, written.write), written


def _handle(
    repository: Repository, service: str, protocol: ReceivableProtocol, **how: bool
) -> None:
    if service not in _HANDLERS:
        raise GitRequestError(f"{service!r} is no service of git.")
    git: Any = repository.git
    backend = DictBackend({repository.name: git})
    handler = _HANDLERS[service](backend, [repository.name], protocol, stateless_rpc=True, **how)
    try:
        handler.handle()
    except (GitProtocolError, AssertionError, ValueError) as error:
        raise GitRequestError(f"This is not git's protocol: {error}") from error
