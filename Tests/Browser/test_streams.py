"""A paid film: sealed in pieces, put together again in the browser of who has bought it."""

import base64
import gzip
import json
import pathlib
import re
import subprocess

import pytest
from conftest import SECRET, build, served
from sealed_file import lesson_key, opened, opened_text, stream_pieces
from test_budget import SCRIPTS

SECONDS = 48
LESSON = "courses/paid/film/"
SITE = {
    "content/site.yml": "title: Paid\nbaseURL: https://me.example/\nlanguages: [en]\ncompanion: /api/\n",
    "content/courses/paid/course.md": "---\ntitle: Paid course\nprice: 49\n---\nFor sale.\n",
    "content/courses/paid/01-film/index.md":
        "---\ntitle: A film\nchapters:\n  - {time: 0:00, title: Beginning}\n  - {time: 0:30, title: Later}\n---\nFree.\n\n<!--more-->\n\nSold.\n",
    "content/courses/paid/01-film/captions.en.vtt": "WEBVTT\n\n00:00.000 --> 00:40.000\nOnly buyers hear this.\n",
    "content/courses/paid/01-film/quiz.yml": "questions:\n  - {type: number, prompt: How many?, answer: 2}\n",
    "content/courses/paid/02-next.md": "---\ntitle: Next\n---\nMore.\n",
}


@pytest.fixture(scope="module")
def sold(tmp_path_factory):
    """The output of a site that sells one film of two sizes."""
    folder = tmp_path_factory.mktemp("sold")
    for path, text in SITE.items():
        file = folder / "site" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    film(folder / "site/content/courses/paid/01-film/video.mov")
    return build(folder / "site", folder / "output")


def film(path, seconds=SECONDS, size="960x540"):
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"testsrc2=s={size}:r=10:d={seconds}",
         "-f", "lavfi", "-i", f"sine=frequency=330:duration={seconds}", "-c:v", "libx264", "-preset", "ultrafast",
         "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le", str(path)], check=True)


@pytest.fixture(scope="module")
def shop(sold):
    with served(sold) as url:
        yield url


class Companion:
    """Hands out the lesson's key as long as `is_open`."""

    def __init__(self, page):
        self.is_open = True
        self.email = None
        self.key = base64.urlsafe_b64encode(lesson_key(SECRET, "paid", "paid/film", 1)).decode().rstrip("=")
        page.route("**/api/**", self.answer)

    def answer(self, route):
        if route.request.url.endswith("/session"):
            session = {"signedIn": True, "learner": "l1", "email": self.email} if self.email else {"signedIn": False}
            route.fulfill(status=200, body=json.dumps(session), content_type="application/json")
        elif self.is_open:
            route.fulfill(status=200, body=json.dumps({"offers": {"key": self.key}}), content_type="application/json")
        else:
            route.fulfill(status=401, body=json.dumps({"code": "sign-in-needed"}), content_type="application/problem+json")


@pytest.fixture
def companion(page):
    return Companion(page)


@pytest.fixture(scope="module")
def pieces(sold):
    """What an opener finds: {path: (file, bytes)} of every piece, and the list."""
    key = lesson_key(SECRET, "paid", "paid/film", 1)
    page = (sold / LESSON / "index.html").read_text()
    name, path = re.search(r'data-sealed="/([^"]+)" data-path="([^"]+)"', page).groups()
    text = opened_text((sold / name).read_bytes(), path, key)
    return stream_pieces(sold, text, key)


def probe(path, *arguments):
    return subprocess.run(["ffprobe", "-v", "error", *arguments, str(path)], capture_output=True, text=True)


def eventually(page, expression, seconds=40):
    for _ in range(seconds * 20):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    state = page.evaluate(
        "(() => { const v = document.querySelector('video'); const b = v.buffered; return { time: v.currentTime, ready: v.readyState,"
        " paused: v.paused, error: v.error?.message, buffered: [...Array(b.length).keys()].map(i => [b.start(i), b.end(i)]) } })()")
    raise AssertionError(f"never true: {expression}; {state}")


def play(page, shop):
    page.goto(f"{shop}/{LESSON}")
    page.locator(".sealed-play").click()
    eventually(page, "document.querySelector('video').currentTime > 0.2")


def time_in(low, high):
    return f"(({low} <= document.querySelector('video').currentTime) && document.querySelector('video').currentTime < {high})"


# The files, without a browser.


def test_every_piece_on_the_host_is_noise_and_opens_with_the_lessons_key_alone(sold, pieces, tmp_path):
    files, film = pieces
    assert [track["type"] for track in film["tracks"]] == ["video/mp4", "audio/mp4"]
    assert [(q["name"], q["width"], q["height"]) for q in film["tracks"][0]["qualities"]] == [("360", 640, 360), ("540", 960, 540)]
    assert len(files) == 2 * (1 + SECONDS // 4) + 1 + SECONDS // 4
    for path, (file, content) in files.items():
        assert probe(file).returncode != 0, f"ffprobe reads {file}"
        assert b"moof" not in file.read_bytes() and content[4:8] in (b"ftyp", b"moof"), path
    stray = {file.name for file in (sold / LESSON / "media").iterdir()} - {file.name for file, _ in files.values()}
    assert len(stray) == 6, "the list, captions, chapters, the poster, the storyboard and its list: nothing of the creator's own file"


def test_each_opened_piece_begins_with_a_key_frame_where_the_other_size_does(pieces, tmp_path):
    files, film = pieces
    base = next(path for path in files if path.endswith("/540.mp4"))[:-len("540.mp4")]
    for index in range(SECONDS // 4):
        starts = []
        for quality in ("360", "540"):
            piece = tmp_path / f"{quality}-{index}.mp4"
            piece.write_bytes(files[f"{base}{quality}.mp4"][1] + files[f"{base}{quality}-{index}.m4s"][1])
            first = probe(piece, "-select_streams", "v", "-show_entries", "packet=dts_time,flags", "-of", "csv=p=0").stdout.split("\n")[0]
            assert first.split(",")[1].startswith("K")
            starts.append(float(first.split(",")[0]))
        assert starts == [4 * index, 4 * index]


# In the browser.


def test_a_buyer_plays_seeks_four_times_and_sees_the_end(page, shop, companion):
    fetched = []
    page.on("request", lambda request: fetched.append(request.url) if "/media/sealed." in request.url else None)
    page.goto(f"{shop}/{LESSON}")
    page.evaluate("document.addEventListener('lectern:watched', e => (window.told ??= []).push(e.detail))")
    page.evaluate("document.addEventListener('lectern:seen', () => { window.seen = (window.seen ?? 0) + 1 })")
    button = page.locator(".sealed-play")
    button.wait_for()
    eventually(page, "document.querySelector('video').poster.startsWith('blob:')")
    assert len(fetched) <= 3, "captions, chapters, the poster; nothing of the film itself"
    button.click()
    eventually(page, time_in(0.2, 5))
    assert not button.count()
    assert abs(page.evaluate("document.querySelector('video').duration") - SECONDS) < 0.1
    eventually(page, "document.querySelector('video').textTracks[0].cues?.[0]?.text === 'Only buyers hear this.'")
    for seconds in (40, 10, 31.5, 2):
        page.evaluate("s => { document.querySelector('video').currentTime = s }", seconds)
        eventually(page, time_in(seconds + 0.1, seconds + 6))
    # A chapter is a place in the film as ever.
    page.get_by_role("link", name="Later").click()
    eventually(page, time_in(30, 36))
    page.evaluate("document.querySelector('video').currentTime = 46")
    eventually(page, "document.querySelector('video').ended")
    assert page.locator(".player-end").is_visible() and page.evaluate("window.seen") == 1
    assert all(0 <= range["from"] < range["to"] <= SECONDS + 0.1 for range in page.evaluate("told"))
    assert page.evaluate("document.querySelectorAll('.player-error:not([hidden])').length") == 0


def test_little_more_than_half_a_minute_is_fetched_ahead(page, shop, companion):
    play(page, shop)
    page.evaluate("document.querySelector('video').pause()")
    page.wait_for_timeout(2500)
    end = page.evaluate("(() => { const { buffered } = document.querySelector('video'); return buffered.end(buffered.length - 1) })()")
    assert 24 < end <= 36, end


def test_the_place_is_offered_again_and_leads_there(page, shop, companion):
    play(page, shop)
    page.evaluate("document.querySelector('video').currentTime = 22")
    eventually(page, time_in(22.3, 28))
    page.evaluate("document.querySelector('video').pause()")
    page.wait_for_timeout(100)
    page.reload()
    page.locator("[data-part=resumeGo]").click()
    eventually(page, time_in(22, 29))


def test_a_place_is_found_by_its_picture_with_the_keyboard(page, shop, companion):
    fetched = []
    page.on("request", lambda request: fetched.append(request.url) if "/media/sealed." in request.url else None)
    page.goto(f"{shop}/{LESSON}")
    page.locator(".sealed-play").wait_for()
    page.wait_for_load_state("networkidle")
    before = len(fetched)
    page.get_by_text("Find a place by its picture").click()
    bar = page.get_by_role("slider", name="Find a place by its picture")
    bar.wait_for()
    assert len(fetched) == before + 2, "the list and one sheet"
    assert bar.get_attribute("aria-valuetext") == "0:00 · Beginning"
    picture = page.locator(".player-picture")
    assert picture.bounding_box()["width"] == 160 and picture.bounding_box()["height"] == 90
    bar.focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    assert bar.get_attribute("aria-valuetext") == "0:32 · Later"
    # The ninth picture, and the sheet is really there.
    assert picture.evaluate("e => getComputedStyle(e).backgroundPosition") == "-1280px 0px"
    size = picture.evaluate("""async (e) => {
        const image = new Image();
        image.src = e.style.backgroundImage.slice(5, -2);
        await image.decode();
        return [image.naturalWidth, image.naturalHeight];
    }""")
    assert size == [1600, 180]
    page.locator(".sealed-play").click()
    eventually(page, time_in(32.1, 38))
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('video').currentTime = 21")
    eventually(page, "document.querySelector('.player input[type=range]').value === '5'")


def test_pictures_that_do_not_come_are_told_and_the_film_plays_all_the_same(page, shop, companion):
    play(page, shop)
    page.route("**/media/sealed.*", lambda route: route.abort())
    page.get_by_text("Find a place by its picture").click()
    page.get_by_text("The pictures could not be loaded").wait_for()
    assert not page.get_by_role("slider", name="Find a place by its picture").count()


def test_the_quality_is_chosen_and_remembered(page, shop, companion):
    play(page, shop)
    choice = page.get_by_label("Video quality")
    assert choice.locator("option").all_inner_texts() == ["Auto", "540p", "360p"]
    choice.select_option("360")
    eventually(page, "document.querySelector('video').videoHeight === 360")
    choice.select_option("540")
    eventually(page, "document.querySelector('video').videoHeight === 540")
    choice.select_option("360")
    page.reload()
    page.locator(".sealed-play").click()
    eventually(page, "document.querySelector('video').videoHeight === 360")
    assert choice.input_value() == "360"


def test_three_changes_of_quality_leave_no_hole(page, shop, companion):
    play(page, shop)
    page.evaluate("document.querySelector('video').pause()")
    choice = page.get_by_label("Video quality")
    full = "(() => { const { buffered, currentTime } = document.querySelector('video'); return buffered.length === 1 && buffered.end(0) > currentTime + 26 })()"
    eventually(page, full)
    for name in ("360", "540", "360", "540", "360"):
        choice.select_option(name)
        eventually(page, f"document.querySelector('video').dataset.quality === '{name}'")
        eventually(page, full)
    # And it plays on, to where the first of them were.
    page.evaluate("document.querySelector('video').playbackRate = 8; document.querySelector('video').play()")
    eventually(page, "document.querySelector('video').currentTime > 20")


def test_where_the_browser_has_no_more_room_the_next_quality_begins_with_its_own_head(page, shop, companion):
    page.add_init_script("""
        const append = SourceBuffer.prototype.appendBuffer;
        window.refused = 0;
        SourceBuffer.prototype.appendBuffer = function (bytes) {
            // The first piece behind another head, once that is wanted.
            if (window.full && !window.refused && bytes.byteLength > 5000) {
                window.refused += 1;
                throw new DOMException("full", "QuotaExceededError");
            }
            append.call(this, bytes);
        };""")
    play(page, shop)
    choice = page.get_by_label("Video quality")
    choice.select_option("540")
    eventually(page, "document.querySelector('video').videoHeight === 540")
    page.evaluate("document.querySelector('video').pause()")
    page.evaluate("window.full = true")
    choice.select_option("360")
    eventually(page, "window.refused === 1")
    choice.select_option("540")
    page.evaluate("document.querySelector('video').currentTime = 30; document.querySelector('video').play()")
    eventually(page, time_in(31, 40))
    assert page.evaluate("[document.querySelector('video').videoHeight, document.querySelector('video').error]") == [540, None]


def test_a_piece_that_hangs_is_abandoned_for_a_smaller_quality(page, shop, companion, pieces):
    play(page, shop)
    for file in files_of(pieces, *[f"540-{index}.m4s" for index in range(9, 12)]):
        page.route(f"**/{file}", lambda route: None)
    page.evaluate("document.querySelector('video').currentTime = 36.5")
    eventually(page, "document.querySelector('video').videoHeight === 360 && " + time_in(37, 48), seconds=20)
    assert page.locator("div.player-error").is_hidden()


def test_a_piece_that_never_comes_is_asked_for_again(page, shop, companion, pieces):
    page.clock.install()
    play(page, shop)
    asked = []
    def hang_once(route):
        asked.append(route.request.url)
        if len(asked) > 1:
            route.continue_()
    page.route(f"**/{files_of(pieces, 'sound-10.m4s')[0]}", hang_once)
    page.evaluate("document.querySelector('video').currentTime = 40.5")
    eventually(page, time_in(40.4, 41))
    for _ in range(100):
        if asked:
            break
        page.wait_for_timeout(50)
    page.clock.fast_forward(32_000)
    page.clock.fast_forward(2_000)
    eventually(page, time_in(41, 48))


def test_where_no_film_can_be_begun_the_button_stays_and_begins_it_later(page, shop, companion):
    page.add_init_script("""
        const add = MediaSource.prototype.addSourceBuffer;
        MediaSource.prototype.addSourceBuffer = function (type) {
            if (!window.mended) throw new DOMException("no more decoders", "NotSupportedError");
            return add.call(this, type);
        };""")
    page.goto(f"{shop}/{LESSON}")
    button = page.locator(".sealed-play")
    button.click()
    page.get_by_text("could not be opened").wait_for()
    assert button.is_enabled() and page.evaluate("document.querySelector('video').getAttribute('src')") is None
    # Some browsers tell late of the source that was taken back.
    page.evaluate("""() => new Promise((go) => {
        const video = document.querySelector('video');
        Object.defineProperty(video, 'networkState', { value: HTMLMediaElement.NETWORK_NO_SOURCE, configurable: true });
        video.dispatchEvent(new Event('error'));
        setTimeout(() => { delete video.networkState; go() }, 20);
    })""")
    assert page.locator("p.player-error").is_hidden()
    page.evaluate("window.mended = true")
    button.click()
    eventually(page, "document.querySelector('video').currentTime > 0.2")


def test_a_session_that_ends_in_the_middle_changes_nothing(page, shop, companion):
    play(page, shop)
    companion.is_open = False
    page.evaluate("document.querySelector('video').currentTime = 44")
    eventually(page, "document.querySelector('video').ended")


def damaged(route):
    body = bytearray(route.fetch().body())
    body[len(body) // 2] ^= 1
    route.fulfill(status=200, body=bytes(body), content_type="application/octet-stream")


def files_of(pieces, *names):
    return [file.name for path, (file, _) in pieces[0].items() if path.rsplit("/", 1)[1] in names]


def test_a_piece_that_is_damaged_in_one_size_is_shown_in_another(page, shop, companion, pieces):
    for file in files_of(pieces, "540-9.m4s"):
        page.route(f"**/{file}", damaged)
    play(page, shop)
    page.get_by_label("Video quality").select_option("540")
    page.evaluate("document.querySelector('video').currentTime = 35.5")
    eventually(page, "document.querySelector('video').videoHeight === 360 && " + time_in(36, 40))
    assert page.locator("div.player-error").is_hidden()


def test_a_piece_that_is_damaged_in_all_sizes_is_told_and_not_shown(page, shop, companion, pieces):
    names = files_of(pieces, "360-9.m4s", "540-9.m4s")
    for file in names:
        page.route(f"**/{file}", damaged)
    play(page, shop)
    page.evaluate("document.querySelector('video').currentTime = 34")
    message = page.get_by_text("This part of the video is damaged")
    message.wait_for()
    assert page.evaluate(time_in(34, 36.2))
    # Elsewhere the film plays as it did.
    page.evaluate("document.querySelector('video').currentTime = 42")
    eventually(page, time_in(42.1, 47))
    assert message.is_hidden()
    page.evaluate("document.querySelector('video').currentTime = 34")
    message.wait_for()
    # Mended on the host: a click plays on.
    for file in names:
        page.unroute(f"**/{file}")
    page.locator("div.player-error button").click()
    eventually(page, time_in(36.5, 42))
    assert message.is_hidden()


def test_a_gap_in_the_network_is_waited_out(page, shop, companion):
    play(page, shop)
    page.context.set_offline(True)
    page.evaluate("document.querySelector('video').currentTime = 40")
    page.wait_for_timeout(1500)
    assert page.evaluate(time_in(39.9, 40.1))
    page.context.set_offline(False)
    eventually(page, time_in(40.2, 48))


def test_where_the_host_does_not_answer_the_reader_is_told_and_it_goes_on_by_itself(page, shop, companion):
    play(page, shop)
    page.route("**/media/sealed.*", lambda route: route.abort())
    page.evaluate("document.querySelector('video').currentTime = 40")
    page.get_by_text("does not arrive").wait_for()
    page.unroute("**/media/sealed.*")
    eventually(page, time_in(40.2, 48), seconds=25)


@pytest.fixture(scope="module")
def choosy(tmp_path_factory):
    """The URL of a site that sells its film in AV1 and Opus as well, the learner's address over it."""
    folder = tmp_path_factory.mktemp("choosy")
    for path, text in {**SITE, "content/site.yml": SITE["content/site.yml"] + "video: {av1: true, watermark: true}\n"}.items():
        file = folder / "site" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    film(folder / "site/content/courses/paid/01-film/video.mov", seconds=40, size="640x360")
    with served(build(folder / "site", folder / "output")) as url:
        yield url


@pytest.mark.parametrize("known", [["av01", "opus"], ["opus"], []])
def test_each_browser_takes_the_codecs_that_it_knows(page, choosy, companion, known):
    page.add_init_script(f"window.known = {json.dumps(known)}")
    page.add_init_script("""
        window.taken = [];
        const add = MediaSource.prototype.addSourceBuffer, can = MediaSource.isTypeSupported;
        MediaSource.prototype.addSourceBuffer = function (type) { taken.push(/codecs="(....)/.exec(type)[1]); return add.call(this, type); };
        MediaSource.isTypeSupported = (type) => (!/av01|opus/.test(type) || known.some((name) => type.includes(name))) && can.call(MediaSource, type);""")
    play(page, choosy)
    assert page.evaluate("taken") == ["av01" if "av01" in known else "avc1", "opus" if "opus" in known else "mp4a"]
    assert page.evaluate("[document.querySelector('video').videoHeight, document.querySelector('video').dataset.quality]") == [360, "360"]
    page.evaluate("document.querySelector('video').currentTime = 38")
    eventually(page, "document.querySelector('video').ended")
    assert page.evaluate("document.querySelectorAll('.player-error:not([hidden])').length") == 0


def test_the_learners_address_stands_over_the_film_and_moves(page, choosy, companion):
    companion.email = "ann@example.org"
    play(page, choosy)
    mark = page.locator(".player-mark")
    assert mark.inner_text() == "ann@example.org"
    first = mark.bounding_box()
    stage = page.locator(".player-stage").bounding_box()
    assert stage["x"] < first["x"] and first["x"] + first["width"] < stage["x"] + stage["width"] / 2
    page.evaluate("document.querySelector('video').currentTime = 35")
    eventually(page, time_in(35.2, 40))
    page.evaluate("document.querySelector('video').pause()")
    second = mark.bounding_box()
    assert second["x"] > first["x"] and second["y"] > first["y"] and second["y"] + second["height"] < stage["y"] + stage["height"]
    # On the whole screen nothing of the page is seen but captions.
    page.locator("video").focus()
    page.keyboard.press("f")
    eventually(page, "document.fullscreenElement?.tagName === 'VIDEO' && [...document.querySelector('video').textTracks].some("
                     "(track) => track.kind === 'subtitles' && track.activeCues?.[0]?.text.includes('ann@example.org'))")
    page.keyboard.press("f")
    eventually(page, "!document.fullscreenElement && [...document.querySelector('video').textTracks].every((track) => track.kind !== 'subtitles' || track.mode === 'disabled')")
    # It is no obstacle: the film is what is clicked.
    assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).tagName", [second["x"] + 5, second["y"] + 5]) == "VIDEO"


def test_who_is_not_known_sees_the_film_without_an_address(page, choosy, companion):
    play(page, choosy)
    assert not page.locator(".player-mark").count()


def test_the_heaviest_lesson_there_is_keeps_its_scripts_light(page, shop, companion):
    """For sale, told to the companion, opened, with a film that plays and a quiz: site.md's 30 KB, as a host sends them."""
    scripts = {}
    page.on("response", lambda answer: scripts.update({answer.url: answer.body()}) if answer.request.resource_type == "script" else None)
    play(page, shop)
    page.locator("form.quiz, .quiz form, .quiz").first.wait_for()
    page.wait_for_load_state("networkidle")
    names = " ".join(scripts)
    assert all(name in names for name in ("stream", "quiz", "player", "sealed", "beacon")), names
    sizes = {name.rsplit("/", 1)[-1]: len(gzip.compress(body, 6, mtime=0)) for name, body in scripts.items()}
    assert sum(sizes.values()) <= SCRIPTS, sizes
