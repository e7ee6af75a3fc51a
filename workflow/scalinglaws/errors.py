"""The one error that users are meant to read."""


class UserError(Exception):
    """A mistake outside the code: a wrong configuration, file or argument.

    The message is one line that names the file, key or row and says the mend. The command line
    and the scripts print it without a traceback.
    """
