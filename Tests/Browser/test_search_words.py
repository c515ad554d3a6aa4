"""Questions are cut into words as the build cuts texts: both are held to one table."""

import json
import pathlib

TABLE = json.loads((pathlib.Path(__file__).parent / "search-tokens.json").read_text())


def in_page(page, site, function, inputs):
    """What the theme's search module answers, asked in a page of the site itself."""
    page.goto(site + "/search/")
    script = page.locator('script[src*="/search."]').get_attribute("src")
    return page.evaluate(
        "([script, name, inputs]) => import(script).then((module) => inputs.map(module[name]))", [script, function, inputs]
    )


def test_a_question_is_cut_into_the_words_of_the_index(page, site):
    expected = {text: words for text, words in TABLE["texts"]}
    found = in_page(page, site, "tokens", list(expected))
    assert dict(zip(expected, found)) == expected


def test_a_word_is_looked_for_where_the_build_put_it(page, site):
    expected = dict(TABLE["buckets"])
    assert dict(zip(expected, in_page(page, site, "bucket", list(expected)))) == expected
