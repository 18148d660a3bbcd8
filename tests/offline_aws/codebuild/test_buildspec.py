"""A buildspec is read whole, and a mistake in it names its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_aws.codebuild.buildspec import BuildspecError, Phase, read_buildspec

# The shapes of the examples in the AWS CodeBuild User Guide ("Buildspec example", "Multiple input
# sources", "Artifacts in a buildspec", "Runtime versions", "Cache"), with our own contents.
EVERY_PHASE = """\
version: 0.2
env:
  variables:
    JAVA_HOME: "/usr/lib/jvm/java"
  parameter-store:
    LOGIN_PASSWORD: /shop/password
  secrets-manager:
    TOKEN: shop/token:key:AWSCURRENT
  exported-variables:
    - VERSION
  git-credential-helper: no
  shell: bash
proxy:
  upload-artifacts: no
  logs: no
phases:
  install:
    runtime-versions:
      java: corretto8
      python: 3.10
    commands:
      - echo install
    finally:
      - echo always
  pre_build:
    on-failure: CONTINUE
    commands:
      - "export NAME=$(cat f | awk -F: '{ print $2 }' | sed 's/[\\",]//g')"
  build:
    run-as: builder
    commands:
      - |
        first
        second
  post_build:
    commands:
      - echo done
reports:
  arn:aws:codebuild:us-east-1:123456789012:report-group/unit:
    files:
      - "**/*"
    base-directory: target/reports
    discard-paths: no
  acceptance:
    files: [a.xml]
    file-format: CucumberJson # the case does not matter
artifacts:
  files:
    - target/app.jar
  name: shop-$(date +%Y)
  discard-paths: yes
  exclude-paths: [secret.txt]
  secondary-artifacts:
    docs:
      files: ['**/*']
      base-directory: 'my-build*'
cache:
  key: npm-$(sha256sum lock)
  fallback-keys: [npm-]
  paths:
    - '/root/.m2/**/*'
eb_codebuild_settings:
  ComputeType: BUILD_GENERAL1_SMALL
"""


def test_every_key_of_the_reference() -> None:
    spec = read_buildspec(EVERY_PHASE)
    assert (spec.version, spec.shell) == ("0.2", "bash")
    assert spec.variables == {"JAVA_HOME": "/usr/lib/jvm/java"}
    assert spec.parameter_store == {"LOGIN_PASSWORD": "/shop/password"}
    assert spec.secrets_manager == {"TOKEN": "shop/token:key:AWSCURRENT"}
    assert spec.exported_variables == ("VERSION",)
    assert list(spec.phases) == ["install", "pre_build", "build", "post_build"]
    install = spec.phases["install"]
    assert (install.commands, install.finally_commands) == (("echo install",), ("echo always",))
    assert install.runtime_versions == {"java": "corretto8", "python": "3.10"}
    assert spec.phases["pre_build"].on_failure.action == "CONTINUE"
    assert "awk -F: '{ print $2 }'" in spec.phases["pre_build"].commands[0]
    assert spec.phases["build"].run_as == "builder"
    assert spec.phases["build"].commands == ("first\nsecond\n",)
    unit, acceptance = spec.reports
    assert (unit.file_format, unit.base_directory) == ("JUNITXML", "target/reports")
    assert acceptance.file_format == "CUCUMBERJSON"
    assert spec.artifact is not None
    assert spec.artifact.discard_paths is True
    assert spec.artifact.exclude_paths == ("secret.txt",)
    assert spec.secondary_artifacts["docs"].base_directory == "my-build*"
    assert spec.cache is not None
    assert (spec.cache.key, spec.cache.fallback_keys) == ("npm-$(sha256sum lock)", ("npm-",))


def test_version_0_1_has_other_names() -> None:
    spec = read_buildspec(
        "version: 0.1\nenvironment_variables:\n  plaintext:\n    A: b\nphases:\n  build:\n"
        "    commands:\n      - echo\n"
    )
    assert (spec.version, spec.variables) == ("0.1", {"A": "b"})


@pytest.mark.parametrize(
    ("text", "attempts", "pattern"),
    [
        ("RETRY", 3, ""),
        ("RETRY-0", 0, ""),
        ("RETRY-100", 100, ""),
        ("RETRY-.*timeout.*", 3, ".*timeout.*"),
        ("RETRY-5-connection (reset|refused)", 5, "connection (reset|refused)"),
    ],
)
def test_on_failure_retry(text: str, attempts: int, pattern: str) -> None:
    spec = read_buildspec(f"version: 0.2\nphases:\n  build:\n    on-failure: '{text}'\n")
    wanted = spec.phases["build"].on_failure
    assert (wanted.action, wanted.attempts, wanted.pattern) == ("RETRY", attempts, pattern)


BUILD = "version: 0.2\nphases:\n  build:\n"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "empty"),
        ("phases: {}\n", 1, "no version"),
        ("version: 0.2\n", 1, "no phases"),
        ("version: 0.3\nphases:\n", 1, "0.2, 0.1: found 0.3"),
        ("version: 0.2\nphases:\nbuild:\n  commands: [a]\n", 3, "Unknown key build"),
        ("version: 0.2\nphases:\n  biuld:\n    commands: [a]\n", 3, "phase name: biuld"),
        (
            BUILD + '    commands:\n      - echo "Hello: world"\n',
            5,
            "Expected Commands[0] to be of string type: found subkeys instead",
        ),
        (BUILD + "    commands:\n      - a\n      -\n", 6, "Commands[1]"),
        (BUILD + "    commands:\n\t- a\n", 5, "cannot start any token"),
        (BUILD + "    commands: [a\n", 5, "expected ',' or ']'"),
        (BUILD + "    comands: [a]\n", 4, "Unknown key comands in build"),
        (BUILD + "    commands: [a]\n    commands: [b]\n", 5, "given twice"),
        (BUILD + "    on-failure: STOP\n", 4, "ABORT, CONTINUE or RETRY: found STOP"),
        (BUILD + "    on-failure: RETRY-101\n", 4, "0 to 100"),
        (BUILD + "    on-failure: RETRY-(\n", 4, "regular expression"),
        (BUILD + "    runtime-versions: {a: 1}\n", 4, "install phase"),
        (BUILD + "env:\n  variables:\n    CODEBUILD_X: 1\n", 6, "reserved"),
        (BUILD + "env:\n  variables:\n    A-B: 1\n", 6, "not the name of"),
        (BUILD + "env:\n  variables:\n    A: [1]\n", 6, "found a list"),
        (BUILD + "env:\n  exported-variables: [AWS_REGION]\n", 5, "cannot be exported"),
        (BUILD + "env:\n  shell: zsh\n", 5, "bash, /bin/sh"),
        (BUILD + "artifacts:\n  name: x\n", 5, "artifacts names no files"),
        (BUILD + "artifacts:\n  files: [a]\n  discard-paths: maybe\n", 6, "yes or no"),
        (
            BUILD + "artifacts:\n  secondary-artifacts:\n    a:\n      files: [x]\n",
            5,
            "artifacts names no files",
        ),
        (BUILD + "reports:\n  unit:\n    files: [a]\n    file-format: TAP\n", 7, "TAP"),
        (
            BUILD + "reports:\n" + "".join(f"  r{i}: {{files: [a]}}\n" for i in range(6)),
            5,
            "at most 5",
        ),
        (BUILD + "cache:\n  key: a\n", 5, "names no paths"),
        (BUILD + "# \x00\n", 4, "does not allow"),
    ],
)
def test_a_mistake_names_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(BuildspecError) as mistake:
        read_buildspec(text)
    assert said in str(mistake.value)
    assert str(mistake.value).endswith(f"at line {line}")
    assert mistake.value.line == line


def test_a_phase_may_be_empty() -> None:
    assert read_buildspec(BUILD).phases == {"build": Phase()}


def mistake_in(text: str) -> BuildspecError | None:
    try:
        read_buildspec(text)
    except BuildspecError as mistake:
        return mistake
    return None


@given(st.text())
def test_any_text_is_read_or_a_mistake_with_a_line(text: str) -> None:
    mistake = mistake_in(text)
    assert mistake is None or 1 <= mistake.line <= len(text) + 1


def test_a_text_nested_too_deeply_is_a_mistake() -> None:
    assert "too deeply" in str(mistake_in("[" * 5000))
