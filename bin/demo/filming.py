"""What the demo's films are made with: each sentence has its slide, is spoken by espeak-ng, measured, and its captions stand
for as long as it is heard."""

import subprocess
import sys
import tempfile
import wave
from pathlib import Path

from drawing import GREEN, QUIET, SANS, need, printable, svg, text

WIDTH, HEIGHT, RATE = 960, 540, 48000
PAUSE, CHAPTER_PAUSE = 0.40, 0.90  # seconds after a sentence, after the last one of a chapter


class Scene:
    """A sentence, how it is said where the voice would read it wrongly, its translation, its slide."""

    def __init__(self, chinese, english, slide, said=None, chapter=None):
        self.chinese, self.english, self.slide, self.said, self.chapter = chinese, english, slide, said or chinese, chapter


def slide(title, *parts):
    """Nothing should stand below 440: captions are shown there."""
    return svg(WIDTH, HEIGHT, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fbf8f1"/>', f'<rect width="{WIDTH}" height="8" fill="{GREEN}"/>',
               text(48, 58, title, 24, QUIET, SANS, "start"), *parts)


def make_film(scenes, lesson, poster, crf=27):
    """Writes film, captions and poster into the lesson's folder. poster: of which scene."""
    need("espeak-ng", "rsvg-convert", "ffmpeg")
    with tempfile.TemporaryDirectory() as folder:
        make(scenes, lesson, poster, crf, Path(folder))


def make(all_scenes, lesson, poster, crf, folder):
    sound, cues, chapters, slides = bytearray(), {"zh": [], "en": []}, [], []
    for at, scene in enumerate(all_scenes):
        start = len(sound) / 2 / RATE
        if scene.chapter:
            chapters.append((start, scene.chapter))
        sound += speak(scene.said, folder)
        heard = len(sound) / 2 / RATE
        for language, words in (("zh", scene.chinese), ("en", scene.english)):
            cues[language].append(f"{time(start)} --> {time(heard + 0.2)}\n{words}\n")
        ends_chapter = at + 1 == len(all_scenes) or all_scenes[at + 1].chapter
        sound += bytes(2 * round(RATE * (CHAPTER_PAUSE if ends_chapter else PAUSE)))
        picture = folder / f"{at:02}.png"
        run(["rsvg-convert", "-w", str(WIDTH), "-o", str(picture)], input=printable(scene.slide).encode())
        slides.append((picture, len(sound) / 2 / RATE - start))

    speech = folder / "speech.wav"
    with wave.open(str(speech), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(sound))
    order = folder / "slides.txt"
    lines = [f"file '{picture}'\nduration {seconds:.3f}" for picture, seconds in slides]
    order.write_text("\n".join(lines) + f"\nfile '{slides[-1][0]}'\n")

    run(["ffmpeg", "-loglevel", "error", "-y", "-f", "concat", "-safe", "0", "-i", str(order), "-i", str(speech),
         "-vf", "fps=15,format=yuv420p", "-c:v", "libx264", "-profile:v", "main", "-preset", "veryslow", "-tune", "stillimage",
         "-crf", str(crf), "-g", "60", "-threads", "1",
         # The voice is synthetic and thin: a little warmth below, less hiss above, then the usual loudness of speech.
         "-af", f"highpass=f=90,equalizer=f=220:t=q:w=1:g=3,lowpass=f=7500,"
         f"acompressor=threshold=0.08:ratio=3:attack=4:release=90,loudnorm=I=-16:TP=-3:LRA=7,aresample={RATE}",
         "-c:a", "aac", "-b:a", "56k", "-ac", "1", "-shortest", "-movflags", "+faststart", "-fflags", "+bitexact",
         "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1", str(lesson / "video.mp4")])
    run(["ffmpeg", "-loglevel", "error", "-y", "-i", str(slides[poster][0]), "-q:v", "4", "-pix_fmt", "yuvj420p", "-bitexact",
         str(lesson / "poster.jpg")])
    for language, lines in cues.items():
        (lesson / f"captions.{language}.vtt").write_text("WEBVTT\n\n" + "\n".join(lines), encoding="utf-8")
    for name in ("video.mp4", "poster.jpg"):
        print(name, (lesson / name).stat().st_size, "bytes")
    for start, title in chapters:
        print(f"{int(start) // 60}:{int(start) % 60:02} {title}  ({start:.2f} s)")
    print(f"{len(sound) / 2 / RATE:.2f} s in all")


def speak(words, folder):
    """One sentence as 16-bit samples at RATE, without the silence around it."""
    spoken, even = folder / "spoken.wav", folder / "even.wav"
    run(["espeak-ng", "-v", "cmn-latn-pinyin", "-s", "185", "-p", "42", "-g", "2", "-w", str(spoken), words])
    trim = "silenceremove=start_periods=1:start_threshold=-50dB"
    run(["ffmpeg", "-loglevel", "error", "-y", "-i", str(spoken), "-af", f"{trim},areverse,{trim},areverse",
         "-ar", str(RATE), "-ac", "1", str(even)])
    with wave.open(str(even)) as file:
        return file.readframes(file.getnframes())


def time(seconds):
    thousandths = round(seconds * 1000)
    return f"{thousandths // 60000:02}:{thousandths // 1000 % 60:02}.{thousandths % 1000:03}"


def run(command, **options):
    done = subprocess.run(command, check=False, **options)
    if done.returncode:
        sys.exit(f"{command[0]} failed")
