"""The few exceptions of the domain. Rooms raise them; only `cli.py` turns them into messages and exit codes."""


class StandpuntError(Exception):
    """Something failed. The message says what, where and what to do next (exit code 1)."""

    exit_code = 1


class UsageError(StandpuntError):
    """The user's settings, arguments or input are wrong (exit code 2)."""

    exit_code = 2


class IncompleteError(StandpuntError):
    """Work stopped before its end and can be resumed by running it again (exit code 3)."""

    exit_code = 3
