"""How a member fills a sheet in the browser: by plain forms, or by the number keys alone. Both end on the review."""

from __future__ import annotations

from collections.abc import Mapping

from .browser import Visitor


def typed(answer: object) -> str:
    """An answer as the sheet's buttons hold it."""
    words = {None: "none", True: "true", False: "false"}
    return words[answer] if answer is None or isinstance(answer, bool) else str(answer)


def by_forms(member: Visitor, answers: Mapping[str, object]) -> None:
    """Group by group: choose, then the button that saves the group."""
    page = member.page
    while "/xem-lai/" not in page.url:
        for group in page.locator("fieldset.criterion").all():
            criterion = group.get_attribute("data-code") or ""
            group.locator(f'input[value="{typed(answers[criterion])}"]').check()
        if member.javascript:
            assert member.fits()
        with page.expect_navigation():
            page.locator("button[form=phieu]").click()


def by_keys(member: Visitor, answers: Mapping[str, object]) -> None:
    """Keys 1 to 9 alone: each takes an option and goes on to the next criterion, after the last to the next group."""
    page = member.page
    while "/xem-lai/" not in page.url:
        page.locator("#mo-phim").wait_for()  # the module runs
        groups = page.locator("fieldset.criterion").all()
        for group in groups:
            criterion = group.get_attribute("data-code") or ""
            values = [radio.get_attribute("value") for radio in group.locator("input[type=radio]").all()]
            key = str(values.index(typed(answers[criterion])) + 1)
            assert page.evaluate("document.activeElement.id") == f"tc-{criterion}"
            if group is groups[-1]:
                with page.expect_navigation():
                    page.keyboard.press(key)
            else:
                page.keyboard.press(key)
        page.wait_for_load_state()
