"""The player in a real browser, playing a real H.264 film."""

import pathlib
import shutil
import subprocess
import time

import pytest
from conftest import build, served

SECONDS = 40


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    """The URL of a lesson with a film of 40 seconds; the film is drawn by ffmpeg beside a copy of the site."""
    folder = tmp_path_factory.mktemp("film") / "site"
    shutil.copytree(pathlib.Path(__file__).parent / "Sites" / "film", folder)
    film = folder / "content/courses/python/01-variables/film.mp4"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"testsrc2=s=640x360:r=25:d={SECONDS}",
         "-f", "lavfi", "-i", f"sine=frequency=330:duration={SECONDS}", "-c:v", "libx264", "-preset", "ultrafast",
         "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "48k", "-movflags", "+faststart", str(film)],
        check=True)
    with served(build(folder, folder.parent / "output")) as url:
        yield url + "/courses/python/variables/"


def eventually(page, expression, seconds=40):
    """Waits until the expression is true in the page; the site's policy forbids playwright's own way of waiting."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never true: {expression}"
        page.wait_for_timeout(50)


def video(page, expression):
    return page.evaluate("(e) => null || document.querySelector('video')[e]", expression)


def open_lesson(page, url):
    page.goto(url)
    eventually(page, "document.querySelector('video').readyState >= 1")


def play_at(page, seconds):
    page.evaluate("(s) => { const v = document.querySelector('video'); v.muted = true; v.currentTime = s; return v.play() }", seconds)
    eventually(page, f"document.querySelector('video').currentTime > {seconds} && !document.querySelector('video').seeking")


def keep_place(page, seconds):
    """As if the reader had left the film there."""
    page.evaluate(
        "(at) => localStorage.setItem('lectern:/video:' + document.querySelector('[data-player]').dataset.player,"
        " JSON.stringify({ at }))", seconds)


def kept_place(page):
    return page.evaluate(
        "JSON.parse(localStorage.getItem('lectern:/video:' + document.querySelector('[data-player]').dataset.player))")


def announced(page):
    return page.locator(".player [data-part=status]").text_content()


def test_the_film_plays_with_its_captions_and_without_moving_the_page(page, lesson):
    page.add_init_script(
        # Captions are drawn inside the video, where a page's scripts see no node.
        "window.moved = []; new PerformanceObserver(l => { for (const e of l.getEntries()) for (const s of e.sources)"
        " if (s.node) moved.push(s.node.outerHTML ?? s.node.data) }).observe({type: 'layout-shift', buffered: true})")
    open_lesson(page, lesson)
    play_at(page, 0)
    assert video(page, "videoWidth") == 640
    assert page.evaluate("document.querySelector('video').textTracks[0].activeCues[0].text") == "变量是一个名字。"
    page.wait_for_timeout(300)
    assert page.evaluate("moved") == []


def test_a_place_is_found_by_its_picture(page, lesson):
    open_lesson(page, lesson)
    page.get_by_text("看图找位置").click()
    bar = page.get_by_role("slider", name="看图找位置")
    bar.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    eventually(page, "document.querySelector('video').currentTime === 8 && !document.querySelector('video').seeking")
    assert bar.get_attribute("aria-valuetext").startswith("0:08")
    # Under the pointer the picture of that place is seen, and the film stays where it is.
    box = bar.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.99, box["y"] + box["height"] / 2)
    assert bar.get_attribute("aria-valuetext").startswith("0:36")
    page.mouse.move(0, 0)
    assert bar.get_attribute("aria-valuetext").startswith("0:08") and video(page, "currentTime") == 8


def test_a_browser_that_knows_hls_plays_it_from_its_list_of_sizes(page, tmp_path):
    """Chromium does since version 142; it asks for parts of the files, as the list says where they lie."""
    for path, text in {
        "content/site.yml": "title: Free\nbaseURL: https://me.example/\nlanguages: [en]\nvideo: {hls: true}\n",
        "content/courses/a/course.md": "---\ntitle: A\n---\n",
        "content/courses/a/01-b/index.md": "---\ntitle: B\naccess: free\n---\nText.\n",
    }.items():
        file = tmp_path / "site" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=10:d=14", "-f", "lavfi", "-i", "sine=d=14",
         "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", str(file.parent / "video.mp4")], check=True)
    with served(build(tmp_path / "site", tmp_path / "output")) as url:
        page.goto(url + "/courses/a/b/")
        if not page.evaluate("document.createElement('video').canPlayType('application/vnd.apple.mpegurl')"):
            pytest.skip("this browser does not know HLS")
        play_at(page, 0)
        assert video(page, "currentSrc").endswith("/hls/film.m3u8")
        assert abs(video(page, "duration") - 14) < 0.1 and video(page, "videoHeight") == 180
        play_at(page, 9)
        play_at(page, 2)
        page.evaluate("document.querySelector('video').currentTime = 13")
        eventually(page, "document.querySelector('video').ended")
        assert page.locator(".player-error").is_hidden()


@pytest.mark.parametrize("late", ["**/player*.js", "**/film*.mp4"])
@pytest.mark.parametrize("letters", ["0", ".05em", ".1em"])
def test_what_comes_late_moves_nothing_whatever_the_width_of_the_font(page, lesson, letters, late):
    """The reader's font may be wider than ours: at the narrowest width that pages are made for, too."""
    page.set_viewport_size({"width": 320, "height": 640})
    page.add_init_script(
        "window.moved = []; new PerformanceObserver(l => { for (const e of l.getEntries())"
        " moved.push([e.value, ...e.sources.map(s => s.node?.outerHTML?.slice(0, 60) ?? s.node?.data)]) }).observe({type: 'layout-shift', buffered: true})")

    def wider(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text() + f".player-bar select {{ letter-spacing: {letters} }}")
    page.route("**/player.*.css", wider)
    page.route(late, lambda route: (time.sleep(0.4), route.continue_()))
    open_lesson(page, lesson)
    page.locator("[data-part=pip]").wait_for(state="visible")
    page.wait_for_timeout(200)
    assert page.evaluate("moved") == []
    bottom, *others = page.locator(".player-controls > *").evaluate_all("all => all.map(one => one.getBoundingClientRect().bottom)")
    assert all(abs(other - bottom) < 1 for other in others), "one row"
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_chapter_is_a_place_in_the_film_and_in_the_url(page, lesson):
    open_lesson(page, lesson)
    play_at(page, 0)
    depth = page.evaluate("history.length")
    page.get_by_role("link", name="例子").click()
    eventually(page, "document.querySelector('video').currentTime >= 14 && document.querySelector('video').currentTime < 17")
    assert page.url.endswith("#t=14")
    assert page.evaluate("history.length") == depth
    eventually(page, "document.querySelector('.player-chapters [aria-current]').textContent.includes('例子')")
    assert announced(page) == "章节：例子"
    assert page.locator(".player-now").text_content() == "例子"


def test_a_url_with_a_time_opens_there_and_asks_nothing(page, lesson):
    open_lesson(page, lesson)
    keep_place(page, 20)
    page.goto("about:blank")
    open_lesson(page, lesson + "#t=26")
    eventually(page, "document.querySelector('video').currentTime === 26")
    assert page.locator(".player-offer").is_hidden()
    page.evaluate("location.hash = '#t=0:08'")
    eventually(page, "document.querySelector('video').currentTime === 8")


def test_a_reader_who_comes_back_is_asked_whether_to_go_on(page, lesson):
    open_lesson(page, lesson)
    play_at(page, 21)
    page.evaluate("document.querySelector('video').pause()")
    page.wait_for_timeout(100)
    page.reload()
    eventually(page, "document.querySelector('video').readyState >= 1")
    offer = page.get_by_role("button", name="从 0:21 继续观看")
    assert offer.is_visible()
    assert video(page, "currentTime") == 0
    offer.click()
    eventually(page, "document.querySelector('video').currentTime > 21 && !document.querySelector('video').paused")
    assert page.locator(".player-offer").is_hidden()


def test_a_look_at_the_beginning_does_not_lose_the_place(page, lesson):
    open_lesson(page, lesson)
    keep_place(page, 33)
    page.reload()
    eventually(page, "document.querySelector('video').readyState >= 1")
    page.evaluate("document.querySelector('video').play()")
    eventually(page, "document.querySelector('video').currentTime > 0.5")
    page.evaluate("document.querySelector('video').pause()")
    page.reload()
    assert page.get_by_role("button", name="从 0:33 继续观看").is_visible()
    page.get_by_role("button", name="关闭", exact=True).first.click()
    assert page.locator(".player-offer").is_hidden()


def test_notes_have_a_time_stay_on_the_device_and_leave_it_as_markdown(page, lesson):
    open_lesson(page, lesson)
    play_at(page, 21)
    page.evaluate("document.querySelector('video').pause()")
    page.get_by_text("我的笔记").click()
    note = page.get_by_label("写一条笔记")
    note.fill("第二个名字\n指向同一个值")
    # The time is the one at which it was begun.
    page.evaluate("document.querySelector('video').currentTime = 30")
    page.wait_for_timeout(300)
    page.get_by_role("button", name="记在 0:21").click()
    assert announced(page) == "记在 0:21" and note.input_value() == ""
    page.evaluate("document.querySelector('video').currentTime = 5")
    eventually(page, "document.querySelector('.player-notes form button').textContent === '记在 0:05'")
    note.fill("<b>先</b>")
    page.keyboard.press("Control+Enter")
    assert page.locator(".player-notes li").all_inner_texts() == ["0:05\n<b>先</b>\n×", "0:21\n第二个名字\n指向同一个值\n×"]
    page.reload()
    page.get_by_text("我的笔记").click()
    page.locator(".player-notes li a").nth(1).click()
    eventually(page, "document.querySelector('video').currentTime >= 21 && document.querySelector('video').currentTime < 24")
    with page.expect_download() as saved:
        page.get_by_role("button", name="存为 Markdown").click()
    address = page.url.split("#")[0]
    assert saved.value.suggested_filename == "python-variables.md"
    assert pathlib.Path(saved.value.path()).read_text() == (
        f"# 变量与赋值\n\n- [0:05]({address}#t=5) <b>先</b>\n- [0:21]({address}#t=21) 第二个名字\n  指向同一个值\n")
    page.get_by_role("button", name="删除 0:05 的笔记").click()
    assert page.locator(".player-notes li").count() == 1
    # Where the browser keeps nothing, what was written is not thrown away.
    page.evaluate("void (Storage.prototype.setItem = () => { throw new Error('full') })")
    note.fill("留着")
    page.keyboard.press("Control+Enter")
    assert note.input_value() == "留着" and note.evaluate("one => one.validationMessage").startswith("没有保存")


def test_a_film_seen_to_its_end_starts_anew_and_shows_the_next_lesson(page, lesson):
    open_lesson(page, lesson)
    page.evaluate("document.addEventListener('lectern:seen', () => { window.completed = (window.completed ?? 0) + 1 })")
    play_at(page, SECONDS - 1)
    eventually(page, "document.querySelector('video').ended")
    link = page.locator(".player-end a")
    assert link.is_visible() and link.text_content() == "条件：让程序做选择"
    assert announced(page) == "播放结束。下一课：条件：让程序做选择"
    assert page.evaluate("window.completed") == 1
    assert kept_place(page) is None
    page.get_by_role("button", name="重新播放").click()
    eventually(page, "document.querySelector('video').currentTime < 5 && !document.querySelector('video').paused")
    assert link.is_hidden()


def test_speed_and_captions_are_chosen_spoken_and_remembered(page, lesson):
    open_lesson(page, lesson)
    page.get_by_label("播放速度").select_option("1.5")
    eventually(page, "document.querySelector('video').playbackRate === 1.5")
    eventually(page, "document.querySelector('[data-part=status]').textContent === '速度 1.5 倍'")
    page.get_by_label("字幕", exact=True).select_option("en")
    eventually(page, "document.querySelector('[data-part=status]').textContent === '字幕：English'")
    page.reload()
    eventually(page, "document.querySelector('video').readyState >= 1")
    assert video(page, "playbackRate") == 1.5
    assert page.evaluate("[...document.querySelector('video').textTracks].map(t => t.mode + t.language)")[:2] == [
        "disabledzh", "showingen"]
    assert page.get_by_label("播放速度").input_value() == "1.5"
    assert page.get_by_label("字幕", exact=True).input_value() == "en"


def test_keys_work_in_the_player(page, lesson):
    open_lesson(page, lesson)
    page.locator("[data-part=help]").focus()
    page.keyboard.press("k")
    eventually(page, "!document.querySelector('video').paused")
    page.keyboard.press("k")
    eventually(page, "document.querySelector('video').paused")
    before = video(page, "currentTime")
    page.keyboard.press("ArrowRight")
    assert abs(video(page, "currentTime") - before - 5) < 0.1
    page.keyboard.press("l")
    page.keyboard.press("ArrowLeft")
    assert abs(video(page, "currentTime") - before - 10) < 0.1
    page.keyboard.press(">")
    assert video(page, "playbackRate") == 1.25
    page.keyboard.press("<")
    page.keyboard.press("<")
    assert video(page, "playbackRate") == 0.75
    page.keyboard.press("c")
    eventually(page, "document.querySelector('[data-part=captions]').value === 'off'")
    page.keyboard.press("c")
    eventually(page, "document.querySelector('[data-part=captions]').value === 'zh'")
    page.keyboard.press("m")
    assert video(page, "muted")
    page.keyboard.press("f")
    eventually(page, "document.fullscreenElement === document.querySelector('video')")
    page.keyboard.press("f")
    eventually(page, "document.fullscreenElement === null")


def test_the_browsers_own_keys_still_work_on_the_film(page, lesson):
    open_lesson(page, lesson)
    page.locator("video").focus()
    page.keyboard.press("Space")
    eventually(page, "!document.querySelector('video').paused")
    page.keyboard.press("Space")
    eventually(page, "document.querySelector('video').paused")
    before = video(page, "currentTime")
    page.keyboard.press("ArrowRight")
    assert abs(video(page, "currentTime") - before - 5) < 0.01
    page.keyboard.press("ArrowDown")
    eventually(page, "document.querySelector('video').volume < 1")
    # Into the browser's controls: mute, then the volume's slider.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    before, loudness = video(page, "currentTime"), video(page, "volume")
    page.keyboard.press("ArrowRight")
    eventually(page, f"document.querySelector('video').volume > {loudness}")
    assert video(page, "currentTime") == before


def test_the_page_scrolls_with_space_until_the_film_plays(page, lesson):
    open_lesson(page, lesson)
    page.keyboard.press("Space")
    eventually(page, "scrollY > 100")
    assert video(page, "paused")
    # A page that is loaded again brings its reader back to where they were, at a moment of the browser's own.
    page.evaluate("history.scrollRestoration = 'manual'")
    page.reload()
    eventually(page, "document.querySelector('video').readyState >= 1 && scrollY === 0")
    play_at(page, 5)
    page.keyboard.press("Space")
    eventually(page, "document.querySelector('video').paused")
    page.keyboard.press("Space")
    eventually(page, "!document.querySelector('video').paused")
    assert page.evaluate("scrollY") == 0


def test_keys_typed_into_a_field_are_text(page, lesson):
    open_lesson(page, lesson)
    play_at(page, 5)
    page.get_by_label("在文字稿中查找").press_sequentially("k c<")
    assert page.get_by_label("在文字稿中查找").input_value() == "k c<"
    assert not video(page, "paused") and video(page, "playbackRate") == 1


def test_keys_for_the_whole_page_can_be_turned_off(page, lesson):
    open_lesson(page, lesson)
    page.locator("[data-part=help]").focus()
    page.keyboard.press("?")
    box = page.get_by_label("播放时，快捷键在整个页面有效")
    assert box.is_checked()
    box.uncheck()
    page.locator(".player-keys form button").click()
    page.evaluate("document.activeElement.blur()")
    play_at(page, 5)
    page.keyboard.press("k")
    page.keyboard.press("m")
    page.wait_for_timeout(100)
    assert not video(page, "paused")
    page.reload()
    page.locator("[data-part=help]").click()
    assert not box.is_checked()


def test_the_transcript_follows_and_leads(page, lesson):
    open_lesson(page, lesson)
    play_at(page, 22)
    eventually(page, "document.querySelector('.player-lines [aria-current]')?.textContent === '先写 x = 1，' || document.querySelector('.player-lines [aria-current]')?.textContent === '再写 y = x。'")
    page.locator(".player-lines span[data-start]", has_text="它指向一个值").click()
    eventually(page, "Math.abs(document.querySelector('video').currentTime - 4) < 1")
    page.locator(".player-lines a").nth(3).click()
    eventually(page, "document.querySelector('video').currentTime >= 30")
    assert page.url.endswith("#t=30")


def test_the_transcript_is_searched_across_cues(page, lesson):
    open_lesson(page, lesson)
    field = page.get_by_label("在文字稿中查找")
    field.fill("例子：先写")
    assert page.locator("[data-part=found]").text_content() == "1 处"
    assert page.locator(".player-lines p:visible").count() == 1
    assert page.evaluate("[...CSS.highlights.get('lectern-found')].map(String)") == ["例子：先写"]
    field.fill("Y = X")
    assert page.locator("[data-part=found]").text_content() == "1 处"
    field.fill("不存在的词")
    assert page.locator("[data-part=found]").text_content() == "没有找到"
    field.press("Escape")
    assert page.locator(".player-lines p:visible").count() == 4
    assert page.locator("[data-part=found]").text_content() == ""


def test_what_was_watched_is_told_as_ranges_of_the_film(page, lesson):
    open_lesson(page, lesson)
    page.evaluate("window.told = []; document.addEventListener('lectern:watched', e => told.push(e.detail))")
    play_at(page, 2)
    eventually(page, "document.querySelector('video').currentTime > 3")
    page.evaluate("document.querySelector('video').currentTime = 30")
    eventually(page, "document.querySelector('video').currentTime > 30.6")
    page.evaluate("document.querySelector('video').pause()")
    eventually(page, "told.length === 2")
    first, second = page.evaluate("told")
    assert 2 <= first["from"] < 2.4 and 2.6 < first["to"] < 4 and first["rate"] == 1
    assert 30 <= second["from"] < 30.4 and 30.6 < second["to"] < 32


def test_who_skips_to_the_end_has_seen_next_to_nothing(page, lesson):
    open_lesson(page, lesson)
    page.evaluate("window.told = []; document.addEventListener('lectern:watched', e => told.push(e.detail))")
    play_at(page, 0)
    page.evaluate(f"document.querySelector('video').currentTime = {SECONDS - 0.5}")
    eventually(page, "document.querySelector('video').ended")
    assert sum(part["to"] - part["from"] for part in page.evaluate("told")) < SECONDS * 0.05, page.evaluate("told")


def test_ranges_are_kept_as_their_union(page, lesson):
    open_lesson(page, lesson)
    result = page.evaluate(
        """async () => {
            const player = [...document.querySelectorAll('script[type=module]')].find(s => s.src.includes('player')).src;
            const name = /"(\\.\\/player-watched[^"]*)"/.exec(await (await fetch(player)).text())[1];
            const { union } = await import(new URL(name, player));
            let ranges = [], seen = new Set(), seed = 1;
            for (let round = 0; round < 2000; round++) {
                const random = (n) => (seed = seed * 48271 % 2147483647) % n;
                const from = random(500), to = from + 1 + random(40);
                ranges = union(ranges, from, to);
                for (let s = from; s < to; s++) seen.add(s);
                if (round % 50 === 49) {
                    const total = ranges.reduce((sum, [a, b]) => sum + b - a, 0);
                    if (total !== seen.size) return 'sum ' + total + ' not ' + seen.size;
                    if (ranges.some(([a], i) => i && a <= ranges[i - 1][1])) return 'not apart';
                    ranges = []; seen.clear();
                }
            }
            return 'same';
        }""")
    assert result == "same"


def test_a_film_that_is_missing_says_so(page, lesson):
    page.route("**/*.mp4", lambda route: route.fulfill(status=404))
    page.goto(lesson)
    eventually(page, "!document.querySelector('[data-part=error]').hidden")
    assert page.get_by_role("alert").text_content().startswith("视频没有加载成功")


def test_a_browser_that_refuses_storage_still_plays(page, lesson):
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('refused') } })")
    open_lesson(page, lesson)
    play_at(page, 12)
    page.keyboard.press(">")
    assert video(page, "playbackRate") == 1.25


def test_without_scripts_there_are_native_controls_captions_and_a_transcript(browser, lesson):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(lesson)
    assert page.locator("video[controls] > track[kind=captions]").count() == 2
    assert page.get_by_text("接下来看一个例子：").is_visible()
    assert page.locator(".player-bar").is_hidden()
    assert page.locator(".player-search").is_hidden()
    context.close()


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_everything_that_is_pressed_is_large_enough(page, lesson, width):
    page.set_viewport_size({"width": width, "height": 800})
    open_lesson(page, lesson)
    sizes = page.evaluate(
        """[...document.querySelectorAll('.player button, .player select, .player-chapters a, .player-lines a, .player summary, .player input')]
            .filter(e => e.checkVisibility()).map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])
            .filter(([, r]) => r.width < 24 || r.height < 24).map(([html]) => html)""")
    assert sizes == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_film_floats_over_other_pages_where_the_browser_can(page, lesson):
    open_lesson(page, lesson)
    play_at(page, 3)
    button = page.get_by_role("button", name="画中画")
    button.click()
    eventually(page, "document.pictureInPictureElement === document.querySelector('video')")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    eventually(page, "document.pictureInPictureElement === null")
    eventually(page, "document.querySelector('[data-part=pip]').ariaPressed === 'false'")


def test_the_films_of_the_demo_play_with_captions_in_both_languages(page, site):
    for path, language in (("", "zh"), ("en/", "en")):
        page.goto(f"{site}/{path}courses/python-intro/first-program/")
        eventually(page, "document.querySelector('video').readyState >= 1")
        play_at(page, 17)
        assert video(page, "videoWidth") > 0
        assert page.evaluate("[...document.querySelector('video').textTracks].find(t => t.mode === 'showing').language") == language
        eventually(page, "document.querySelectorAll('.player-lines [aria-current]').length === 1")
        assert page.locator(".player-chapters [aria-current]").count() == 1
