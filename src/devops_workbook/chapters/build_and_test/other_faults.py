"""The buildspecs of the storefront and of Spring Boot's orders, with the mistakes to find."""

from __future__ import annotations

from devops_workbook.shop_repository import shop_files

SPRING, STOREFRONT = "orders-spring/buildspec.yml", "storefront/buildspec.yml"

_MISTAKES = {
    SPRING: (
        ("java: corretto21", "java: corretto17"),
        ("--no-transfer-progress verify", "--no-transfer-progress package -DskipTests"),
        ("orders-spring/target/surefire-reports", "orders-spring/target/test-results"),
        ('paths: ["/root/.m2/**/*"]', 'paths: ["orders-spring/target/**/*"]'),
    ),
    STOREFRONT: (
        ("npm ci", "npm install"),
        ("base-directory: storefront/dist", "base-directory: storefront/build"),
        ('paths: ["/root/.npm/**/*"]', 'paths: ["storefront/node_modules/**/*"]'),
    ),
}


def buildspecs() -> dict[str, str]:
    """Return both buildspecs by path, with their mistakes."""
    return {path: _with_mistakes(path) for path in _MISTAKES}


def _with_mistakes(path: str) -> str:
    text = shop_files(path.partition("/")[0])[path]
    for right, wrong in _MISTAKES[path]:
        if right not in text:
            raise ValueError(f"{path} no longer holds {right!r}")
        text = text.replace(right, wrong)
    return text
