"""What a page says of itself in its head, and its headings."""

import re
import struct
from collections import Counter


def test_translations_name_each_other_and_a_default(built):
    languages = {page.language for page in built.pages}
    for page in built.pages:
        alternates = page.alternates
        if not alternates:
            continue
        assert alternates[page.language] == page.canonical, page
        assert "x-default" in alternates and set(alternates) - {"x-default"} <= languages
        for language, url in alternates.items():
            other = built.page_at(url)
            assert other, f"{page}: {url}"
            assert other.alternates == alternates, f"{page} and {other}"
            assert language in (other.language, "x-default")
    # Lessons and courses of the demo all exist in both languages.
    for page in [*built.of_kind("home"), *built.of_kind("course"), *built.of_kind("lesson")]:
        assert set(page.alternates) == {*languages, "x-default"}, page


def test_every_page_is_its_own_canonical(built):
    for page in built.pages:
        assert len(page.rel("canonical")) == 1, page
        assert page.canonical == built.absolute(page), page


def test_every_page_has_one_heading_of_the_first_level_and_skips_none(built):
    for page in built.pages:
        levels = [level for level, _ in page.headings]
        assert levels.count(1) == 1 and all(text for _, text in page.headings), page
        before = 0
        for level in levels[levels.index(1):]:
            assert level <= before + 1, f"{page}: {page.headings}"
            before = level


def test_every_page_tells_its_title_and_what_it_is_about(built):
    for page in built.pages:
        heading = next(text for level, text in page.headings if level == 1)
        # An author's own long title is not cut; the site's name is only added where there is room.
        assert page.title and (len(page.title) <= 60 or page.title == heading), page
        descriptions = page.meta("description")
        assert len(descriptions) == 1 and 5 <= len(descriptions[0]) <= 320, f"{page}: {descriptions}"
    indexed = [page for page in built.pages if page.is_indexed]
    for said in (lambda page: page.title, lambda page: page.meta("description")[0]):
        twice = [text for text, count in Counter((page.language, said(page)) for page in indexed).items() if count > 1]
        assert not twice, twice


def test_every_page_can_be_shown_by_others(built):
    for page in built.pages:
        heading = next(text for level, text in page.headings if level == 1)
        assert page.meta("og:title") == [heading], page
        assert page.meta("og:description") == page.meta("description"), page
        assert page.meta("og:url") == [page.canonical], page
        assert page.meta("og:type")[0] in ("website", "article") and page.meta("og:site_name")[0]
        assert re.fullmatch(r"[a-z]{2,3}_[A-Z]{2}", page.meta("og:locale")[0]), page
        assert page.meta("twitter:card") == ["summary_large_image"], page
        [image] = page.meta("og:image")
        assert image.startswith("https://") and page.meta("og:image:alt")[0], page
        file, _ = built.resolve(image, None)
        said = tuple(int(page.meta(f"og:image:{side}")[0]) for side in ("width", "height"))
        assert said == png_size(built.output / file) == (1200, 630), page


def png_size(file):
    head = file.read_bytes()[:24]
    assert head.startswith(b"\x89PNG"), file
    return struct.unpack(">II", head[16:24])
