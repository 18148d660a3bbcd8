"""The folders that are built: the shop's own files, and what lies about on somebody's machine."""

from __future__ import annotations

from functools import cache

from devops_workbook.images import Build, Cache, Context, Image, build
from devops_workbook.paths import DATA
from devops_workbook.shop.base_images import shop_bases
from devops_workbook.shop.build_commands import COMMANDS
from devops_workbook.shop.stand_in_bytes import meaningless

#: Written by somebody who was in a hurry. It opens nothing.
SECRET = "DATABASE_PASSWORD=not-a-real-one\n"  # noqa: S105
_SHOP = DATA / "shop"


def dockerfile_of(service: str) -> str:
    """Return the Dockerfile that the shop uses today: ``orders-spring`` or ``storefront``."""
    return (_SHOP / "images" / service / "Dockerfile").read_text(encoding="utf-8")


def files_of(service: str) -> dict[str, bytes]:
    """Return the files of a service that are in git, by path."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for root in (_SHOP / service, _SHOP / "images" / service)
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def untidy(service: str) -> dict[str, bytes]:
    """Return the files as they lie on a developer's machine, with what is not in git."""
    old = "target/orders.jar" if service == "orders-spring" else "node_modules/react/index.js"
    return {
        **files_of(service),
        ".env": SECRET.encode(),
        ".git/config": b"[core]\n\tbare = false\n",
        ".git/objects/pack/pack-1.pack": meaningless("git", 90_000),
        old: meaningless("an old build", 60_000),
    }


def build_of(
    service: str,
    dockerfile: str,
    files: dict[str, bytes] | None = None,
    cache: Cache | None = None,
) -> Build:
    """Build a service with the shop's bases; ``files`` are other ones than those in git."""
    context = Context(files_of(service) if files is None else files)
    return build(dockerfile, context, bases=shop_bases(), commands=COMMANDS, cache=cache)


def with_another_line(service: str, files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the files after somebody changed one line of the code."""
    changed = {
        "orders-spring": "src/main/java/example/shop/orders/OrderController.java",
        "storefront": "src/Basket.jsx",
    }[service]
    return {**files, changed: files[changed] + b"// a comment\n"}


@cache
def small_image(name: str = "orders", version: str = "1") -> Image:
    """Return a small image of a service, the same for the same version."""
    text = f"FROM shop/jre:2025.11\nCOPY app /app/\nLABEL version={version}\nUSER 10001:10001\n"
    files = {"app/service.txt": f"{name} {version}\n".encode()}
    return build(text, Context(files), bases=shop_bases()).image
