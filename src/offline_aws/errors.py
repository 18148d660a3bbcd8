"""What offline_aws raises.

OfflineAWSError             a mistake in the use of OfflineAWS itself
├── AlreadyRunningError     a second environment was started beside the first
├── NotRunningError         the environment is not started, or was stopped
├── PortInUseError          the http server was given a port that something listens on
└── ClockError              time would run backwards, or what was waited for never came

AwsError                    what a service operation of ours raises; a caller sees it as
                            botocore's ClientError, modelled where AWS models it

Whatever AWS, moto or an operation of ours refuses is a ``botocore.exceptions.ClientError``. Two of
its codes are not AWS's: ``NotSimulatedOffline``, for a call that nothing answers, and
``OfflineInternalFailure``, for one that the simulation could not finish.
"""

from __future__ import annotations

NOT_SIMULATED = "NotSimulatedOffline"
INTERNAL_FAILURE = "OfflineInternalFailure"


class OfflineAWSError(Exception):
    """A mistake in the use of OfflineAWS, said in one sentence."""

    def _render_traceback_(self) -> list[str]:
        # IPython's way of asking an error how to show it: the sentence without the library's lines.
        return [f"{type(self).__name__}: {self}"]


class AlreadyRunningError(OfflineAWSError):
    """An environment is running in this process already."""


class NotRunningError(OfflineAWSError):
    """The environment is not running."""


class PortInUseError(OfflineAWSError):
    """Something else listens on the port."""


class ClockError(OfflineAWSError):
    """The clock cannot do what was asked."""


class AwsError(Exception):
    """An error of a service operation, with AWS's code and message.

    ``code`` is the error's name in the service's model, such as ``BranchDoesNotExistException``;
    the caller then sees ``client.exceptions.BranchDoesNotExistException``. ``members`` are what
    the model has in this error beside the message, by its names.
    """

    def __init__(self, code: str, message: str, **members: object) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.members = members
