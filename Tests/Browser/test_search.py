"""Search in the browser: Chinese and English, while typing, by keyboard, by address."""

import time

import pytest


def results(page, count=None):
    """The titles shown, once the status says that the search is over."""
    end = time.monotonic() + 5
    while not page.locator("#search-status").inner_text().strip():
        assert time.monotonic() < end, "no answer"
        page.wait_for_timeout(30)
    return page.locator("#search-results h2 a").all_inner_texts()


def search(page, site, question, language=""):
    page.goto(f"{site}/{language}search/")
    page.fill("#search-input", question)
    page.keyboard.press("Enter")
    return results(page)


@pytest.mark.parametrize("language, question, first", [
    ("", "二分查找", "二分查找"), ("", "字典", "字典"), ("", "定价", "定价"), ("", "python", "Python 入门"),
    ("", "变量 标签", "第一个程序"),
    ("en/", "python", "Python from zero"), ("en/", "binary search", "Binary search"), ("en/", "dictionary", "Dictionaries"), ("en/", "PRICE", "Price"), ("en/", "loops", "Loops"),
    ("en/", "python from zero", "Python from zero"),
])
def test_what_is_about_the_words_stands_first(page, site, language, question, first):
    found = search(page, site, question, language)
    assert found and found[0].startswith(first), found


def test_what_is_still_being_typed_finds_longer_words(page, site):
    page.goto(f"{site}/en/search/")
    page.locator("#search-input").press_sequentially("functio", delay=10)
    page.wait_for_timeout(300)
    assert any("unction" in title for title in results(page))
    page.goto(f"{site}/search/")
    page.locator("#search-input").press_sequentially("函", delay=10)
    page.wait_for_timeout(300)
    assert any("函数" in title for title in results(page))


def test_an_address_holds_the_question(page, site):
    page.goto(f"{site}/search/?q=%E5%AD%97%E5%85%B8")
    found = results(page)
    assert page.input_value("#search-input") == "字典" and found
    assert page.locator("#search-results a").first.get_attribute("href").startswith("/courses/")
    page.fill("#search-input", "循环")
    page.wait_for_timeout(400)
    assert "q=%E5%BE%AA%E7%8E%AF" in page.url
    page.reload()
    assert results(page)[0].startswith("循环")


def test_the_keyboard_is_enough(page, site):
    page.goto(f"{site}/en/search/")
    # The field has the focus.
    page.keyboard.type("recursion")
    page.keyboard.press("Enter")
    found = results(page)
    assert found
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == found[0]
    page.keyboard.press("Enter")
    page.wait_for_url("**/courses/**")
    assert page.locator("h1").inner_text() == found[0]


def test_how_much_was_found_is_announced(page, site):
    page.goto(f"{site}/en/search/")
    assert page.locator("#search-status[role=status]").count() == 1
    found = search(page, site, "variable", "en/")
    status = page.locator("#search-status").inner_text()
    assert str(len(found)) in status
    assert search(page, site, "zzzzqqqq", "en/") == []
    assert "Nothing found" in page.locator("#search-status").inner_text()


def test_odd_questions_do_no_harm(page, site):
    for question in ("<img src=x onerror=alert(1)>", "\"';--", "%", "a" * 3000, "😀", "𠮷野家", "ＰＹＴＨＯＮ"):
        search(page, site, "python " + question)
        assert page.locator("#search-results img").count() == 0


def test_each_language_finds_its_own_pages(page, site):
    assert all(link.startswith("/en/") for link in hrefs(page, site, "python", "en/"))
    assert not any(link.startswith("/en/") for link in hrefs(page, site, "python"))


def hrefs(page, site, question, language=""):
    search(page, site, question, language)
    links = [link.get_attribute("href") for link in page.locator("#search-results h2 a").all()]
    assert links
    return links


def test_a_locked_lesson_is_found_by_what_everybody_may_know_of_it(page, site):
    """Its title, its description, its concepts."""
    for question in ("归并排序", "递归"):
        assert any(title.startswith("排序") for title in search(page, site, question)), question
