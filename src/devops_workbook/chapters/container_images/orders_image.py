"""The Dockerfile of the Spring Boot service, made a good one."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.container_images.account import chapter
from devops_workbook.chapters.container_images.good_image import Wanted, findings, judge
from devops_workbook.chapters.container_images.working_folder import build_of, dockerfile_of
from devops_workbook.lab import Lab

#: What the checks leave out of the context, so that no exercise needs the one before it.
IGNORE = ".git\ntarget\n.env\nnode_modules\nDockerfile\n"
WANTED = Wanted(
    "orders-spring",
    has=("app/orders.jar", "app/lib/spring-core"),
    starts="orders.jar",
    has_not=(
        ("root/.m2", "Maven's downloads are for the build alone."),
        ("opt/maven", "Maven is for the build alone: begin a second stage."),
        ("src/", "The sources are for the build alone."),
        ("app/src", "The sources are for the build alone."),
        ("var/lib/apt/lists", "The lists of apt-get are for the build alone."),
    ),
    change=20_000,
)


@chapter.exercise(
    "orders-dockerfile",
    title="The Dockerfile of orders",
    minutes=9,
    answer="dockerfile",
    hints=(
        "Two stages: FROM shop/jdk:2025.11 AS build, and FROM shop/jre:2025.11. What the second "
        "needs comes by COPY --from=build.",
        "In the first: COPY pom.xml, RUN mvn dependency:go-offline, COPY src, RUN mvn package. "
        "Then java -Djarmode=tools -jar target/orders.jar extract --layers --destination extracted "
        "parts the jar into extracted/dependencies and extracted/application.",
        "Copy both into /app, the dependencies first. Then USER 10001:10001, HEALTHCHECK with wget "
        "on http://localhost:8080/health, and ENTRYPOINT as a list.",
    ),
)
def check_orders_dockerfile(lab: Lab, answer: Any) -> str:
    """Built, linted, looked into, scanned, and built again with a line changed."""
    made = judge(answer, WANTED, IGNORE)
    before = build_of("orders-spring", dockerfile_of("orders-spring")).image
    return (
        f"{before.size / 1000:,.0f} kB have become {made.image.size / 1000:,.0f} kB, and "
        f"{len(findings(before))} findings of a scan {len(findings(made.image))}."
    )
