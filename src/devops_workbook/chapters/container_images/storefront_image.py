"""The Dockerfile of the React front end: the same again, for files that a web server hands out."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.container_images.account import chapter
from devops_workbook.chapters.container_images.good_image import Wanted, judge
from devops_workbook.chapters.container_images.orders_image import IGNORE
from devops_workbook.chapters.container_images.working_folder import build_of
from devops_workbook.images import Image
from devops_workbook.lab import Lab

WANTED = Wanted(
    "storefront",
    has=(
        "usr/share/nginx/html/index.html",
        "usr/share/nginx/html/assets/",
        "etc/nginx/conf.d/",
    ),
    starts="nginx",
    has_not=(
        ("web/", "The browser gets what is in dist, and nothing else."),
        ("opt/node", "Node is for the build alone: a web server hands the files out."),
        ("usr/share/nginx/html/node_modules", "Libraries are in the bundle already."),
    ),
    change=20_000,
)
_READY = """FROM shop/node:2025.11 AS build
WORKDIR /web
COPY package.json ./
RUN npm install
COPY . .
RUN npm run build

FROM shop/nginx:2025.11
COPY nginx.conf /etc/nginx/conf.d/shop.conf
COPY --from=build /web/dist /usr/share/nginx/html
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=30s CMD ["wget", "-q", "-O", "-", "http://localhost:8080/health"]
"""


def ready_image() -> Image:
    """Return an image of the front end for whoever has none of their own."""
    return build_of("storefront", _READY).image


@chapter.exercise(
    "storefront-dockerfile",
    title="The Dockerfile of the front end",
    minutes=5,
    answer="dockerfile",
    hints=(
        "FROM shop/node:2025.11 AS build, and then FROM shop/nginx:2025.11.",
        "package.json and npm install come before the sources; npm run build leaves /web/dist.",
        "The web server wants the files in /usr/share/nginx/html, and nginx.conf of the context as "
        "a file in /etc/nginx/conf.d/. It listens at 8080.",
    ),
)
def check_storefront_dockerfile(lab: Lab, answer: Any) -> str:
    """A web server with the built files, and no Node."""
    made = judge(answer, WANTED, IGNORE)
    return f"{len(made.image.layers)} layers, {made.image.size / 1000:,.0f} kB, and no Node in it."
