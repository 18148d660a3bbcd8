"""The chapter's quiz."""

from __future__ import annotations

from devops_workbook.chapters.build_and_test.scenario import chapter

chapter.question(
    "q-exit-status",
    "A command prints `3 failed`, and the build is green. What is the likely reason?",
    {
        "a": (
            "CodeBuild looks for the word `failed` only in reports.",
            "CodeBuild reads no words. It looks at the exit status of each command.",
        ),
        "b": (
            "The exit status was lost: `pytest || true`, or `pytest | tee log` without pipefail.",
            "A pipe has the exit status of its last command, and `tee` went well.",
        ),
        "c": (
            "Three failures are below CodeBuild's threshold.",
            "There is no threshold. Any exit status other than 0 fails the phase.",
        ),
    },
    right="b",
)
chapter.question(
    "q-precedence",
    "The buildspec sets `STAGE: test`, the project `STAGE=staging`, and StartBuild is called with "
    "an override `STAGE=demo`. What does the build see?",
    {
        "a": ("`test`", "The buildspec has the last word in the file, and the least in the build."),
        "b": ("`staging`", "The project wins over the buildspec, but not over the start."),
        "c": (
            "`demo`",
            "Start, then project, then buildspec. What is closest to the build's start wins.",
        ),
    },
    right="c",
)
chapter.question(
    "q-masking",
    "A build takes a key from Secrets Manager and runs `echo $KEY | base64`. What is in the log?",
    {
        "a": (
            "`***`, because CodeBuild hides secrets.",
            "It hides the exact value, and what base64 prints is another text.",
        ),
        "b": (
            "The encoded key, which anyone can decode.",
            "Masking is a safety net for accidents. Do not print what is derived from a secret.",
        ),
        "c": (
            "Nothing: the build is stopped.",
            "Nothing looks at what commands print until it is written to the log.",
        ),
    },
    right="b",
)
chapter.question(
    "q-same-bytes",
    "The release passed every test in staging. How does it get to production?",
    {
        "a": (
            "Build the same commit again, with production's settings.",
            "The same commit gave another digest above. A dependency may have moved, too.",
        ),
        "b": (
            "Copy the artifact that was tested, and compare its digest.",
            "What was tested is what runs. Settings come from the environment, not from the build.",
        ),
        "c": (
            "Rename the newest zip in the bucket.",
            "The newest may be of a red build: UPLOAD_ARTIFACTS follows a failure in `build`.",
        ),
    },
    right="b",
)
