"""A clerk at the keying screen in a real browser, and the piles that they key."""

from __future__ import annotations

from typing import Any

from survey.models import Bundle, StaffMember, Wave
from survey.questionnaire.library import library_document
from survey.serials import format_serial
from tests.browser import Site, sign_in
from tests.factories import Factory


def twelve_items() -> dict[str, Any]:
    """A form of twelve questions with one answer each: the front office's, shortened."""
    document = library_document("urp-sportello")
    service, _, profile = document["sections"]
    helped = [one for one in profile["questions"] if one["key"] == "helped"]
    document["sections"] = [service, profile | {"questions": helped}]
    return document


def printed(make: Factory, document: dict[str, Any], **values: Any) -> Bundle:
    """Make a wave with a hundred sheets printed, and an open bundle of them in their order."""
    wave = make.wave(None, make.edition(document))
    make.print_run(wave)
    return bundle_of(make, wave, **values)


def bundle_of(make: Factory, wave: Wave, **values: Any) -> Bundle:
    base = {"number": 1, "first_serial": 1, "last_serial": 100, "found": 48}
    made = make.bundle(wave, **base | values)
    make.session.commit()
    return made


class Desk:
    """The screen of a bundle, and how many keys and clicks were spent on it."""

    def __init__(self, page: Any, site: Site, bundle: Bundle, member: StaffMember) -> None:
        self.page, self.site, self.bundle, self.member = page, site, bundle, member
        self.keys, self.clicks = 0, 0
        sign_in(page, site, member)
        page.expose_function("countClick", self.count_click)
        page.add_init_script("addEventListener('pointerdown', () => countClick())")
        self.open()

    @property
    def address(self) -> str:
        slug = self.bundle.wave.body.slug
        return self.site.address("desk.key", body_slug=slug, bundle_id=self.bundle.id)

    def open(self) -> None:
        self.page.goto(self.address)
        self.wait_ready()

    def wait_ready(self) -> None:
        """Wait until a draft, where there was one, is back on the screen."""
        self.page.locator("[data-desk][data-ready]").wait_for()

    def count_click(self) -> None:
        self.clicks += 1

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += 1
            self.page.keyboard.press(key)

    def type_serial(self, serial: int) -> None:
        self.press(*format_serial(serial).replace("-", "").lstrip("0"), "Enter")

    def wait_saved(self, serial: int) -> None:
        """Wait until the server has said so, and for a finger to be ready for the next sheet."""
        self.page.get_by_text(f"Foglio {format_serial(serial)} salvato").wait_for()
        self.page.wait_for_timeout(400)
        self.keys = 0

    @property
    def focus(self) -> str:
        """Number of the question that holds the focus, or the id of what does."""
        found: str = self.page.evaluate(
            "document.activeElement.closest('[data-question]')?.dataset.question"
            " ?? document.activeElement.id"
        )
        return found

    @property
    def serial(self) -> str:
        return str(self.page.locator("#serial").input_value())

    @property
    def status(self) -> str:
        return str(self.page.locator("#key-status").inner_text()).strip()

    @property
    def pace(self) -> str:
        return str(self.page.locator("#key-pace").inner_text()).strip()

    def chosen(self, name: str) -> list[str]:
        found: list[str] = self.page.eval_on_selector_all(
            f"[name=q_{name}]:checked", "boxes => boxes.map(box => box.value)"
        )
        return found

    def halves(self) -> list[str]:
        found: list[str] = self.page.eval_on_selector_all(
            "[data-half]:checked", "boxes => boxes.map(box => box.value)"
        )
        return found
