"""The sitemap: valid, complete, and of one mind with the pages."""

import hashlib
import importlib.resources
import re
import subprocess
from collections import Counter

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
