"""Sharing a course: plain links that name the page, and a poster whose code a phone can read."""

import urllib.parse

import zxingcpp
from PIL import Image


def shared(built, page):
    """Links of the page's share section, by the place that they lead to."""
    nav = [reference for reference in page.references if reference.tag == "a" and "nofollow" in reference.rel.split()]
    return {urllib.parse.urlsplit(reference.url).netloc or urllib.parse.urlsplit(reference.url).scheme: reference.url for reference in nav}


def test_each_link_hands_over_the_pages_address_and_says_where_it_was_put(built):
    for page in built.of_kind("course"):
        links = shared(built, page)
        for place, source in (("service.weibo.com", "weibo"), ("x.com", "x")):
            handed = urllib.parse.parse_qs(urllib.parse.urlsplit(links[place]).query)["url"][0]
            assert handed == f"{page.canonical}?utm_source={source}&utm_medium=share", page
        mail = urllib.parse.parse_qs(urllib.parse.urlsplit(links["mailto"]).query)
        assert mail["body"] == [f"{page.canonical}?utm_source=email&utm_medium=share"] and mail["subject"][0], page


def test_a_camera_reads_the_posters_code_and_comes_to_the_page_in_its_language(built):
    posters = 0
    for page in built.of_kind("course"):
        [url] = [reference.url for reference in page.references if reference.tag == "a" and reference.url.endswith(".png") and "/poster." in reference.url]
        file, _ = built.resolve(url, page)
        with Image.open(built.output / file) as picture:
            # As a phone sees it from afar: a third of its size.
            small = picture.convert("L").resize((400, 533))
            [code] = zxingcpp.read_barcodes(small)
        assert code.text == f"{page.canonical}?utm_source=wechat&utm_medium=poster"
        assert (built.output / file).stat().st_size < 80_000
        posters += 1
    assert posters >= 4, "two courses in two languages"
