"""What an administrator changes in the settings of the REST API connector."""

from simulators.mobiwork.account import Account
from simulators.mobiwork.model import Record
from simulators.mobiwork.person.asked import Given, text


def change_password(account: Account, given: Given) -> Record:
    """Set the `password` of the API; tokens that were handed out go on."""
    account.password = text(given, "password")
    return {"apiLoginId": account.login_id}
