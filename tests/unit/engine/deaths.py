"""How a worker dies in the middle of a push."""


class KilledError(Exception):
    """The worker died."""


def killed_before_the_link(step: str) -> None:
    if step == "answer received":
        raise KilledError
