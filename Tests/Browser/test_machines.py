"""What search engines, feed readers, hosts and language models read."""

import hashlib
import importlib.resources
import re
import struct
import subprocess
import urllib.parse
import urllib.robotparser
from collections import Counter

import csp_toolkit
import feedparser
import pytest
from lxml import etree

SITEMAP = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "video": "http://www.google.com/schemas/sitemap-video/1.1",
}
# In the order of the video extension's schema, which is a sequence.
VIDEO_ELEMENTS = [
    "thumbnail_loc", "title", "description", "content_loc", "player_loc", "duration", "expiration_date", "rating",
    "view_count", "publication_date", "family_friendly", "restriction", "price", "requires_subscription", "uploader", "live",
    "tag",
]
DAY_OR_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?")


@pytest.fixture(scope="module")
def sitemap(built):
    return etree.parse(str(built.output / "sitemap.xml")).getroot()


def test_the_sitemap_is_valid(sitemap):
    schema = importlib.resources.files("sitemap_verify.schemas") / "sitemap.xsd"
    etree.XMLSchema(etree.parse(str(schema))).assertValid(sitemap)


def test_the_sitemap_names_each_page_that_may_be_found_and_no_other(built, sitemap):
    listed = Counter(sitemap.xpath("s:url/s:loc/text()", namespaces=SITEMAP))
    wanted = {page.canonical for page in built.pages if page.is_indexed}
    assert set(listed) == wanted
    assert max(listed.values()) == 1


def test_the_sitemap_says_the_same_of_a_page_as_the_page_itself(built, sitemap):
    for url in sitemap.findall("s:url", SITEMAP):
        page = built.page_at(url.findtext("s:loc", namespaces=SITEMAP))
        alternates = {link.get("hreflang"): link.get("href") for link in url.findall("xhtml:link", SITEMAP)}
        assert alternates == page.alternates, page
        modified = url.findtext("s:lastmod", namespaces=SITEMAP)
        assert modified is None or DAY_OR_TIME.fullmatch(modified), page
        for image in url.findall("image:image/image:loc", SITEMAP):
            assert built.resolve(image.text, None)[0] in built.files, image.text


def test_the_sitemap_lists_films_that_open_without_signing_in_as_the_video_extension_asks(built, sitemap):
    films = [page for page in built.pages if "data-player" in page.attributes and "paywall" not in page.classes]
    entries = sitemap.findall("s:url/video:video", SITEMAP)
    listed = {built.page_at(entry.getparent().findtext("s:loc", namespaces=SITEMAP)).file for entry in entries}
    assert films and listed == {page.file for page in films}
    for entry in entries:
        names = [etree.QName(child).localname for child in entry]
        assert names == sorted(names, key=VIDEO_ELEMENTS.index), names
        said = {name: entry.findtext(f"video:{name}", namespaces=SITEMAP) for name in names}
        assert said["title"] and said["description"] and len(said["title"]) <= 100 and len(said["description"]) <= 2048
        poster, film = (built.resolve(said[name], None)[0] for name in ("thumbnail_loc", "content_loc"))
        assert poster in built.files and film in built.files
        assert abs(film_seconds(built.output / film) - int(said["duration"])) <= 1
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", said["publication_date"])


def test_the_sitemap_lists_the_pictures_that_a_page_shows(built, sitemap):
    shown = 0
    for url in sitemap.findall("s:url", SITEMAP):
        page = built.page_at(url.findtext("s:loc", namespaces=SITEMAP))
        if page.kind not in ("course", "lesson", "page"):
            continue
        said = {built.resolve(image.text, None)[0] for image in url.findall("image:image/image:loc", SITEMAP)}
        fallbacks = {built.resolve(reference.url, page)[0] for reference in page.references if (reference.tag, reference.attribute) == ("img", "src")}
        assert said == {file for file in fallbacks if file.startswith("assets/")}, page
        shown += len(said)
    assert shown > 4


def test_a_film_is_published_once_for_all_languages(built):
    films = [file for file in built.files if file.endswith(".mp4")]
    digests = {hashlib.sha256((built.output / file).read_bytes()).digest() for file in films}
    assert films and len(films) == len(digests), films


def film_seconds(file):
    return float(subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(file)],
        capture_output=True, text=True, check=True).stdout)


def test_feeds_are_well_formed_and_lead_to_pages(built):
    feeds = [file for file in built.files if file.rpartition("/")[2] == "feed.xml"]
    assert {page.file.replace("index.html", "feed.xml") for page in built.of_kind("course")} < set(feeds)
    for file in feeds:
        feed = feedparser.parse((built.output / file).read_bytes())
        assert not feed.bozo, (file, feed.get("bozo_exception"))
        assert feed.version == "atom10"
        links = {link.rel: link.href for link in feed.feed.links}
        assert built.resolve(links["self"], None)[0] == file
        assert feed.feed.title and feed.feed.author and DAY_OR_TIME.fullmatch(feed.feed.updated)
        home = built.page_at(links["alternate"])
        assert any(built.resolve(link["href"], home)[0] == file for link in home.rel("alternate") if "atom" in link.get("type", "")), (
            f"{home} does not name {file}")
        ids = [entry.id for entry in feed.entries]
        assert ids and len(ids) == len(set(ids)) and len(ids) <= 50
        days = [entry.published for entry in feed.entries]
        assert days == sorted(days, reverse=True), file
        for entry in feed.entries:
            page = built.page_at(entry.link)
            assert page and page.language == home.language, entry.link
            assert entry.title and entry.summary and DAY_OR_TIME.fullmatch(entry.updated)
            assert entry.updated >= entry.published


def test_robots_may_read_what_the_sitemap_names_and_not_what_is_a_readers_own(built):
    text = (built.output / "robots.txt").read_text()
    robots = urllib.robotparser.RobotFileParser()
    robots.parse(text.splitlines())
    assert all(robots.can_fetch("*", page.canonical) for page in built.pages if page.is_indexed)
    assets = [reference.url for page in built.pages for reference in page.references if reference.tag in ("link", "script", "img")]
    assert all(robots.can_fetch("*", urllib.parse.urljoin(built.base, url)) for url in assets)
    for path in ("account/", "checkout/", "orders/", "sign-in/", "en/account/", "en/checkout/"):
        assert not robots.can_fetch("*", built.base + path)
    assert robots.site_maps() == [built.base + "sitemap.xml"]


def test_language_models_find_every_course_and_lesson(built):
    text = (built.output / "llms.txt").read_text()
    lines = text.splitlines()
    assert [line for line in lines if line.startswith("# ")] == lines[:1]
    assert any(line.startswith("> ") for line in lines)
    links = re.findall(r"\]\((\S+?)\)", text)
    assert len(links) == len(set(links))
    assert {built.page_at(link) for link in links} >= {*built.of_kind("course"), *built.of_kind("lesson")}


def sent_headers(built):
    """Of `_headers`: path pattern → name → value."""
    rules, pattern = {}, ""
    for line in (built.output / "_headers").read_text().splitlines():
        if line and not line[0].isspace():
            pattern = line
            rules[pattern] = {}
        elif line.strip():
            name, _, value = line.strip().partition(": ")
            assert name not in rules[pattern], line
            rules[pattern][name] = value
    return rules


def test_hosts_are_told_a_policy_without_holes(built):
    everywhere = sent_headers(built)["/*"]
    policy = csp_toolkit.parse(everywhere["Content-Security-Policy"])
    grave = [finding for finding in csp_toolkit.analyze(policy) if finding.severity.name in ("CRITICAL", "HIGH", "MEDIUM")]
    assert not grave, [(finding.severity.name, finding.title) for finding in grave]
    directives = {name.value if hasattr(name, "value") else str(name) for name in policy.directives}
    assert {"default-src", "script-src", "style-src", "object-src", "base-uri", "form-action", "frame-ancestors"} <= directives
    assert everywhere["X-Content-Type-Options"] == "nosniff"
    assert "max-age" in everywhere["Strict-Transport-Security"]
    assert {"Referrer-Policy", "Permissions-Policy"} <= set(everywhere)


def test_every_page_carries_the_hosts_policy_as_far_as_a_page_may(built):
    sent = sent_headers(built)["/*"]["Content-Security-Policy"]
    for page in built.pages:
        policies = [meta["content"] for meta in page.metas if meta.get("http-equiv") == "Content-Security-Policy"]
        assert policies == [sent.removesuffix("; frame-ancestors 'none'")], page


def test_only_files_whose_names_change_with_their_content_are_kept_for_ever(built):
    rules = sent_headers(built)
    kept = [pattern for pattern, headers in rules.items() if "immutable" in headers.get("Cache-Control", "")]
    assert kept == [built.root + "assets/*"]
    assert all(re.search(r"\.[0-9a-f]{8}(-\d+)?\.\w+$", file) for file in built.files if file.startswith("assets/"))


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
        pattern = r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""" if file.endswith(".js") else r"""url\(\s*["']?([^"')]+)"""
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
    assert not left, left


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


def test_ids_are_unique_on_a_page(built):
    for page in built.pages:
        assert [name for name, count in Counter(page.ids).items() if count > 1] == [], page


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
