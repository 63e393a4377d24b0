"""The settings as they were: who saved what and when, compared with now, and going back."""

from urllib.parse import quote

from connector.api.choosing import history, settings
from connector.api.choosing.naming import Named
from connector.api.choosing.preview import preview
from connector.console.asking import Go, PageRequest, Pages, PageView, Reply
from connector.console.pages.settings import SETTINGS, TITLES, UNREADABLE, choices_of
from connector.console.pages.shared import page_of
from connector.errors import NotThereError, RequestError
from connector.model.control.people import Role
from connector.model.policy.settings import title
from connector.services import services

pages = Pages()
VERSIONS_SHOWN = 20
LOOKED_THROUGH = 200
"""So many versions are looked through for what somebody asks for."""


@pages.get(f"{SETTINGS}/history")
def show_history(asked: PageRequest) -> Reply:
    """Show every version of the settings with who saved it, when, and what it changed."""
    after = asked.query.get("after", "")
    before = int(after) if after.isdecimal() else None
    told = {name: asked.query[name].strip() for name in ("what", "by") if asked.query.get(name)}
    limit = LOOKED_THROUGH if told else VERSIONS_SHOWN
    page = history.list_versions(asked.connection_id, before=before, limit=limit)
    changed = {name for one in page.versions for name in (*one.before, *one.after)}
    named = Named(choices_of(asked.connection_id, changed))
    known = ((one, named.changes(one.before, one.after)) for one in page.versions)
    versions = [
        (one, changes)
        for one, changes in known
        if _holds(told.get("by"), one.saved_by)
        and _holds(told.get("what"), *(it.title for it in changes))
    ]
    now = page.versions[0].version if before is None and page.versions else None
    return page_of(
        asked,
        "settings_history.html",
        "Settings: history",
        versions=versions,
        now=now,
        next=page.next,
        themes=TITLES,
        told=told,
        asked_again="".join(f"{name}={quote(one)}&" for name, one in told.items()),
    )


def _holds(part: str | None, *texts: str | None) -> bool:
    """Tell whether one of some texts holds a part, or none is asked for."""
    return part is None or any(part.casefold() in (one or "").casefold() for one in texts)


@pages.get(f"{SETTINGS}/history/<version>")
def compare_version(asked: PageRequest) -> Reply:
    """Show how a version differs from now."""
    return _compared(asked, effect=False)


@pages.post(f"{SETTINGS}/history/<version>/preview", role=Role.ADMIN)
def preview_version(asked: PageRequest) -> Reply:
    """Show what going back to a version would do before it is done."""
    return _compared(asked, effect=True)


def _compared(asked: PageRequest, *, effect: bool) -> PageView:
    """Show a version beside now, with what going back to it would do; that takes planning."""
    version = _version(asked)
    then, change, now = history.compare(asked.connection_id, version)
    wanted = change.settings.model_dump(mode="json", exclude_unset=True)
    named = Named(choices_of(asked.connection_id, wanted))
    confirmed = change.model_copy(update={"confirm_unknown": True})
    told = preview(asked.connection_id, confirmed) if wanted and effect else None
    problems = told.problems if told else ()
    return page_of(
        asked,
        "settings_version.html",
        f"Settings: version {version}",
        then=then,
        seen=change.version,
        preview=told,
        changes=named.changes(now, wanted),
        wrong=[(title(one.setting), one) for one in problems if one.setting in wanted],
    )


@pages.post(f"{SETTINGS}/history/<version>", role=Role.ADMIN)
def go_back(asked: PageRequest) -> Reply:
    """Make the settings what they were, unless somebody saved others meanwhile."""
    version, seen = _version(asked), asked.value("version")
    if not seen.isdecimal():
        raise RequestError(UNREADABLE)
    change = history.to_go_back(asked.connection_id, version, seen=int(seen), confirm_unknown=True)
    settings.change(services(), asked.connection_id, change, saved_by=asked.by)
    return Go(
        to=asked.at("settings", "history"),
        said=f"The settings are back to version {version}. Records that were waiting for "
        "them are being tried again now.",
    )


def _version(asked: PageRequest) -> int:
    told = asked.path["version"]
    if not told.isdecimal():
        raise NotThereError(f"There is no version {told[:20]!r} of the settings.")
    return int(told)
