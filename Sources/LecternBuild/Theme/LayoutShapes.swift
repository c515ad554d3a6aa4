import LecternContent
import LecternLayouts

/// The names that each layout receives, as docs/layouts.md lists them: what a layout is checked against when it is loaded.
func layoutShapes(words: Words) -> [String: LayoutShape] {
    let link: LayoutShape = ["title": .text, "url": .text]
    let price: LayoutShape = ["text": .text]
    let day: LayoutShape = ["iso": .text, "text": .text]
    let picture: LayoutShape = ["url": .text, "width": .text, "height": .text, "alt": .text]
    let common: [String: LayoutShape] = [
        "site": [
            "title": .text, "description": .text, "language": .text, "root": .text, "home": .text, "logo": picture,
            "author": ["name": .text, "url": .text, "bio": .text],
            "menu": .list(["title": .text, "url": .text, "current": .flag]), "hasMenu": .flag,
            "languages": .list(["code": .text, "name": .text, "url": .text, "current": .flag]),
            "searchURL": .text, "feedURL": .text, "tagsURL": .text, "companion": .text, "beacons": .flag,
            "accountURL": .text, "signInURL": .text, "checkoutURL": .text, "ordersURL": .text, "redeemURL": .text,
            "surveyURL": .text, "reportURL": .text, "offlineURL": .text,
        ],
        "page": [
            "kind": .text, "title": .text, "headTitle": .text, "description": .text, "canonical": .text, "language": .text,
            "direction": .text, "image": picture, "openGraphType": .text, "openGraphLocale": .text,
            "alternates": .list(["language": .text, "url": .text]), "structuredData": .html, "policy": .text, "noindex": .flag,
            "published": day, "modified": day, "breadcrumbs": .list(["title": .text, "url": .text, "current": .flag]),
            "hasBreadcrumbs": .flag, "feeds": .list(link),
        ],
        "assets": [
            "style": .text, "salesStyle": .text, "playerStyle": .text, "quizStyle": .text, "sealedStyle": .text, "shopStyle": .text,
            "script": .text, "early": .text, "icon": .text, "player": .text, "quiz": .text, "search": .text, "sealed": .text,
            "signIn": .text, "checkout": .text, "orders": .text, "account": .text, "beacon": .text,
            "survey": .text, "creatorReport": .text, "redeem": .text,
        ],
        "words": .fields(Dictionary(words.names.map { ($0, .text) }) { $1 }),
    ]
    let lessonRow: LayoutShape = [
        "id": .text, "title": .text, "url": .text, "number": .text, "durationText": .text, "free": .flag, "preview": .flag, "paid": .flag,
        "video": .flag, "quiz": .flag, "current": .flag, "outlineID": .text,
    ]
    let share: LayoutShape = .list(["id": .text, "title": .text, "url": .text, "poster": .flag])
    let bundle: LayoutShape = ["title": .text, "url": .text, "description": .text, "price": price]
    let course: LayoutShape = [
        "id": .text, "title": .text, "url": .text, "description": .text, "content": .html, "cover": .html, "hue": .text, "level": .text,
        "durationText": .text, "lessonCount": .text, "lessonCountText": .text, "audience": .list(["text": .text]), "hasAudience": .flag,
        "outcomes": .list(["text": .text]), "hasOutcomes": .flag, "requires": .list(link), "hasRequires": .flag, "tags": .list(link),
        "hasTags": .flag, "price": price, "free": .flag, "buyURL": .text, "giftURL": .text, "firstLesson": link, "previewLesson": link,
        "chapters": .list([
            "title": .text, "number": .text, "single": .flag, "current": .flag, "lessonCountText": .text, "lessons": .list(lessonRow),
        ]),
        "faq": .list(["question": .text, "answer": .html]), "hasFAQ": .flag,
        "bundles": .list(bundle), "hasBundles": .flag, "share": share, "hasShare": .flag,
    ]
    let video: LayoutShape = [
        "id": .text, "title": .text, "sources": .list(["url": .text, "type": .text]), "poster": .text, "width": .text, "height": .text,
        "durationSeconds": .text, "durationText": .text,
        "captions": .list(["url": .text, "language": .text, "label": .text, "default": .flag]), "hasCaptions": .flag,
        "chapters": .list(["title": .text, "startSeconds": .text, "timeText": .text, "anchor": .text]), "hasChapters": .flag,
        "chaptersURL": .text, "storyboardURL": .text, "storyboardSheetURL": .text, "watermark": .flag,
        "transcript": .list([
            "startSeconds": .text, "timeText": .text, "text": .text, "anchor": .text, "voice": .text,
            "cues": .list(["startSeconds": .text, "text": .text]),
        ]), "hasTranscript": .flag, "transcriptLanguage": .text,
    ]
    let lesson: LayoutShape = [
        "id": .text, "title": .text, "url": .text, "description": .text, "number": .text, "count": .text, "content": .html, "locked": .flag,
        "sealed": ["url": .text, "path": .text, "epoch": .text], "signInURL": .text,
        "preview": .flag, "free": .flag, "excerpt": .html, "durationText": .text, "chapter": ["title": .text, "number": .text],
        "tags": .list(link), "hasTags": .flag, "concepts": .list(link), "hasConcepts": .flag, "requires": .list(link), "hasRequires": .flag,
        "contents": .list(["title": .text, "anchor": .text, "deep": .flag]), "hasContents": .flag, "previous": link, "next": link,
        "files": .list(["name": .text, "url": .text, "sizeText": .text, "type": .text]), "hasFiles": .flag, "video": video,
        "quiz": quizShape,
    ]
    let card: LayoutShape = [
        "id": .text, "title": .text, "url": .text, "description": .text, "cover": .html, "hue": .text, "lessonCount": .text,
        "lessonCountText": .text, "durationText": .text, "level": .text, "price": price, "free": .flag,
    ]
    let shop: LayoutShape = [
        "courses": .list([
            "id": .text, "title": .text, "url": .text, "cover": .html, "hue": .text, "level": .text, "lessonCountText": .text,
            "durationText": .text, "price": price, "firstLesson": link, "language": .text,
        ]),
        "money": .text, "currency": .text, "consent": .text, "agreement": .html, "refund": .text, "gifts": .flag, "teams": .text,
    ]
    func page(_ own: [String: LayoutShape]) -> LayoutShape { .fields(common.merging(own) { $1 }) }
    return [
        "home.html": page(["content": .html, "cards": .list(card), "hasCards": .flag, "bundles": .list(bundle), "hasBundles": .flag]),
        "bundle.html": page([
            "bundle": [
                "id": .text, "title": .text, "description": .text, "price": price, "aloneText": .text, "periodText": .text, "buyURL": .text, "giftURL": .text, "courses": .list(card), "free": .flag,
                "share": share, "hasShare": .flag,
            ]
        ]),
        "course.html": page(["course": course]),
        "lesson.html": page(["course": course, "lesson": lesson, "outline": .html]),
        "sealed.html": page(["course": course, "lesson": lesson, "outline": .html]),
        "outline.html": page(["course": course]),
        "page.html": page(["content": .html]),
        "tags.html": page(["tags": .list(["title": .text, "url": .text, "count": .text])]),
        "tag.html": page(["entries": .list(["title": .text, "url": .text, "description": .text, "course": .text]), "previous": link, "next": link, "pageText": .text]),
        "search.html": page([:]),
        "sign-in.html": page(["shop": shop]),
        "checkout.html": page(["shop": shop]),
        "orders.html": page(["shop": shop]),
        "account.html": page(["shop": shop]),
        "redeem.html": page(["shop": shop]),
        "survey.html": page([
            "survey": [
                "intro": .text,
                "questions": .list([
                    "id": .text, "prompt": .text, "choice": .flag, "several": .flag, "limit": .text,
                    "options": .list(["id": .text, "text": .text, "question": .text, "type": .text]),
                ]),
            ]
        ]),
        "creator-report.html": page(["report": .text]),
        "404.html": page(["content": .html]),
    ]
}
