"""How a call fails. Only code 1010 is published; the other codes are ours (reference 1.4)."""

CREDENTIALS = ("1001", "Invalid API login id or password")
TOKEN = ("1002", "Invalid or expired token, please authenticate again")
NOT_FOUND = ("1003", "{what} was not found")
BAD_XML = ("1004", "The request could not be read: {what}")
REQUIRED = ("1005", "{what} is required")
BAD_VALUE = ("1006", "Invalid value for {what}")
CLIENT = ("1007", "Unknown client id")
HAS_WORK_ORDERS = ("1010", "Customer has work orders; it cannot be deleted")


class Failure(Exception):  # noqa: N818 - the wire's own word: statusCode 2 is a failure
    """The call is answered with statusCode 2 and an error element."""

    def __init__(self, code_and_text: tuple[str, str], what: str = "") -> None:
        self.code = code_and_text[0]
        self.text = code_and_text[1].format(what=what)
        super().__init__(self.text)


class PageError(Exception):
    """The call never reaches the API: the web server answers with an HTML page."""

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        self.text = text
        super().__init__(text)
