"""CodeBuild that runs the build: its commands are real processes, its time is the lab's.

Faithful (AWS CodeBuild User Guide and API model):
    the buildspec, 0.2 and 0.1, every key, a mistake named with its line; phases, which of them
    follows a failure, ``finally``, ``on-failure``; what lasts between commands; precedence of
    variables, CODEBUILD_* variables, Parameter Store and Secrets Manager values and their hiding
    in logs, exported variables; sources in CodeCommit (a branch, a tag, a commit, or both) and S3,
    inline buildspecs, secondary sources; artifacts and secondary artifacts in S3; caches in S3,
    with keys, and local; reports of tests (JUnit) and coverage (Cobertura) in report groups, for
    30 days of lab time; logs in CloudWatch Logs; phases, contexts and statuses of BatchGetBuilds;
    stop, retry, concurrent builds, time-outs; builds that a pipeline starts, with its artifacts.

Simplified:
    commands run on the learner's machine as the learner, not in the project's image, and with the
    machine's network; ``runtime-versions`` install nothing. They run at one moment of lab time,
    when the build leaves PROVISIONING; what came of it is shown as the clock moves, so that a
    build stopped in BUILD has run its commands. Lab time: fixed for CodeBuild's own work, 2 s a
    command, and what ``sleep`` asks for (``durations.py``); ``date`` tells it, in UTC, but other
    programs and the times of files are the machine's. Two minutes of real time end a build; of a
    command 1 MB and 20,000 lines are logged, and no file may grow above 1 GiB. A machine that
    cannot run the build is a FAULT, and an interrupt of the notebook stops the build that runs.
    The source of CodeCommit is the files of the commit, without the clone's ``.git`` directory,
    whatever ``gitCloneDepth`` says: a build reads CODEBUILD_RESOLVED_SOURCE_VERSION instead of
    asking git. Submodules are empty folders; a file of more than 6 MB ends the build.
    Functions and shell options do not last between commands. A key that a buildspec cannot have
    is a mistake here, where AWS may look past it. After ``on-failure: ABORT`` only FINALIZING
    follows; after CONTINUE the build goes on and has failed all the same.

Absent, and refused by name where a build asks for it:
    sources other than CODECOMMIT, S3 and NO_SOURCE, Windows, macOS and Lambda environments,
    ``run-as``, local caches of sources and Docker layers, other report formats, the export of
    reports, logs in S3, automatic retries, fleets, debug sessions, batch builds, webhooks,
    sandboxes. A buildspec's ``batch``, ``proxy`` and ``git-credential-helper`` are not used.
"""

from __future__ import annotations

from offline_aws.codebuild import builds, projects, report_groups, reports

__all__ = ["builds", "projects", "report_groups", "reports"]
