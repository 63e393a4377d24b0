from decimal import Decimal

import pytest

from connector.exact_json import decoded


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        (r'"Pool \ud83d"', "Pool \ufffd"),
        (r'"\ude00\uD83D\uDE00 \ud83d\n"', "\ufffd😀 \ufffd\n"),
        (r'"C:\\ud83d \ud83d\ud83d\ude00"', "C:\\ud83d \ufffd😀"),
    ],
)
def test_half_an_emoji_leaves_the_rest_of_an_answer_readable(printed: str, said: str) -> None:
    found = decoded(f'{{"one": {printed}, "two": 1.10}}'.encode())
    assert found == {"one": said, "two": Decimal("1.10")}


@pytest.mark.parametrize("printed", ["{", "NaN", '"\\u12"', b'"\xe9"', r'"\ud83d", {'])
def test_what_is_no_json_is_refused(printed: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decoded(printed)
