"""Run the service on this machine: ``python -m service``."""

from __future__ import annotations

import os
from wsgiref.simple_server import make_server

from service.config import read_config
from service.store import connect
from service.web import Application


def main() -> None:
    """Serve until interrupted."""
    config = read_config(os.environ)
    application = Application(connect(config.database), config.version)
    make_server("", config.port, application).serve_forever()


if __name__ == "__main__":
    main()
