"""What a page does unseen: where it asks for things, and what it complains about."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page


class PageWatch:
    """The hosts that a page has asked and the errors it has had, since the watch began."""

    def __init__(self, page: Page) -> None:
        self.hosts: set[str] = set()
        self.errors: list[str] = []
        page.on("request", lambda request: self._note_host(request.url))
        page.on("websocket", lambda socket: self._note_host(socket.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._note_message)

    def _note_host(self, url: str) -> None:
        if host := urlsplit(url).hostname:  # data: and blob: have none
            self.hosts.add(host)

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)
