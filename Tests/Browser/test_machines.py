"""What feed readers, hosts, crawlers and language models read."""

import re
import urllib.parse
import urllib.robotparser

import csp_toolkit
import feedparser

DAY_OR_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?")


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
    assets = [reference.url for page in built.pages if page.is_indexed
              for reference in page.references if reference.tag in ("link", "script", "img")]
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
    # What is sealed has a digest of its bytes in its name; Netlify and Cloudflare each know one of the two forms.
    assert kept == [built.root + "assets/*", built.root + "*/sealed.*.bin", built.root + "*/sealed.:name"]
    assert all(re.search(r"/sealed\.\d+\.[0-9a-f]{8,}\.bin$", file) for file in built.files if re.search(r"/sealed\..*bin$", file))
    assert all(re.search(r"\.[0-9a-f]{8}(-\d+)?\.\w+$", file) for file in built.files if file.startswith("assets/"))
