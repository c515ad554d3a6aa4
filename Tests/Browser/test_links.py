"""Every address of the site leads somewhere."""

import re
import urllib.parse
from collections import Counter


def test_every_address_on_every_page_leads_somewhere(built):
    broken = []
    for page in [*built.pages, *built.redirects]:
        for reference in page.references:
            if reference.rel in ("preconnect", "dns-prefetch") or reference.url.startswith(("mailto:", "data:", "tel:")):
                continue
            file, fragment = built.resolve(reference.url, page)
            if file is None:
                continue
            if file not in built.files:
                broken.append(f"{page.file}: {reference.tag} {reference.attribute} {reference.url}")
            elif fragment and file.endswith(".html"):
                target = built.by_file[file]
                is_moment = re.fullmatch(r"t=\d+", fragment) and "data-player" in target.attributes
                if fragment not in target.ids and not is_moment:
                    broken.append(f"{page.file}: {reference.url}: no such place")
    assert not broken, "\n".join(broken)


def test_no_page_asks_another_host_for_anything(built):
    foreign = [
        f"{page.file}: {reference.url}" for page in built.pages for reference in page.references
        if reference.tag not in ("a", "area", "form")
        and not (reference.tag == "link" and reference.rel in ("canonical", "alternate", "author", "license"))
        and urllib.parse.urlsplit(reference.url).netloc]
    assert not foreign, foreign


def test_scripts_and_styles_find_what_they_import_and_no_asset_is_left_over(built):
    used = {built.resolve(reference.url, page)[0] for page in built.pages for reference in page.references}
    used |= {built.resolve(content, page)[0] for page in built.pages for content in page.meta("og:image")}
    waiting = [file for file in used if file and file.endswith((".js", ".css"))]
    while waiting:
        file = waiting.pop()
        text = (built.output / file).read_text()
        # A module names other modules, and sheets that it adds itself.
        pattern = r"""["'](\./[\w.-]+\.(?:js|css))["']""" if file.endswith(".js") else r"""url\(\s*["']?([^"')]+)"""
        for url in re.findall(pattern, text):
            if url.startswith(("data:", "#")):
                continue
            found, _ = built.resolve(urllib.parse.urljoin(built.base + file, url), None)
            assert found in built.files, f"{file} asks for {url}"
            if found not in used:
                used.add(found)
                if found.endswith((".js", ".css")):
                    waiting.append(found)
    # A page's structured data and the sitemap name the largest form of a picture.
    machines = " ".join(text for page in built.pages for text in page.data)
    left = [file for file in built.files if file.startswith("assets/") and file not in used and urllib.parse.quote(file) not in machines]
    if not built.pages[0].attributes & {"data-companion"}:
        # Their pages are those that sell.
        selling = "account|ask|attempt|beacon|checkout|companion|creator-report|order|passkey|progress-follow|random|redeem|sealed|session|shop|sign-in|stream|survey|visit"
        left = [file for file in left if not re.match(rf"assets/({selling})", file)]
    assert not left, left


def test_ids_are_unique_on_a_page(built):
    for page in built.pages:
        assert [name for name, count in Counter(page.ids).items() if count > 1] == [], page


def test_old_addresses_lead_to_pages(built):
    rules = [line.split() for line in (built.output / "_redirects").read_text().splitlines()]
    assert rules
    for source, target, status in rules:
        assert status == "301" and built.page_at(urllib.parse.urljoin(built.base, target)), target
        page = built.page_at(urllib.parse.urljoin(built.base, source))
        assert page is None or page in built.redirects, source
    for page in built.redirects:
        [refresh] = [meta["content"] for meta in page.metas if meta.get("http-equiv") == "refresh"]
        target = built.page_at(urllib.parse.urljoin(built.base, refresh.partition("url=")[2]))
        assert target in built.pages and target.canonical == page.canonical, page
        assert page.meta("robots") == ["noindex"]
