import Foundation
import LecternCore
import LecternCrypto
import Testing

@testable import LecternMedia

private let hasTools = ["vips", "cwebp", "avifenc"].allSatisfy { Program.find($0) != nil }
private let skipped: Comment = "needs libvips-tools, webp and libavif-bin"

@Suite struct ResponsiveImagesTests {
    let folder: TestFolder
    let images: ResponsiveImages
    /// The same, where no program is installed.
    let bare: ResponsiveImages

    init() throws {
        folder = try TestFolder()
        images = ResponsiveImages(cacheFolder: folder.path + "/cache", jobs: 2)
        bare = ResponsiveImages(cacheFolder: folder.path + "/cache", jobs: 2, searchPath: "/nowhere")
    }

    @Test func `widths are the steps below the picture's own, and that`() {
        #expect(ImageWork.widths(2000) == [480, 800, 1200, 1600])
        #expect(ImageWork.widths(1600) == [480, 800, 1200, 1600])
        #expect(ImageWork.widths(1000) == [480, 800, 1000])
        #expect(ImageWork.widths(850) == [480, 850], "800 would hardly be smaller")
        #expect(ImageWork.widths(300) == [300])
    }

    @Test(.enabled(if: hasTools, skipped))
    func `a photograph comes in two better formats and every width, never larger than it is`() throws {
        let set = try images.make(folder.source(Picture.photograph(900, 600), "My Photo #1.png"))
        #expect(set.width == 900 && set.height == 600)
        #expect(set.variants.map { "\($0.mediaType) \($0.width)x\($0.height)" } == [
            "image/avif 480x320", "image/avif 800x533", "image/avif 900x600",
            "image/webp 480x320", "image/webp 800x533", "image/webp 900x600",
        ])
        for file in set.files {
            let bytes = try readFile(file.cacheFile)
            #expect(bytes.count == file.bytes)
            let header = try imageHeader(bytes)
            #expect(header.kind.mediaType == file.mediaType && header.width == file.width && header.height == file.height)
            #expect(file.outputName.hasPrefix("my-photo-1.\(Digest(bytes).hex(4))-\(file.width)."))
        }
        #expect(set.fallback.cacheFile == folder.path + "/My Photo #1.png", "nothing had to be done to it")
    }

    @Test(.enabled(if: hasTools, skipped))
    func `the second build takes everything from the cache`() throws {
        let source = try folder.source(Picture.photograph(500, 300), "a.png")
        let first = try images.make(source)
        let before = try folder.files("cache/image")
        // A program that fails would be noticed: the picture itself is gone.
        try FileManager.default.removeItem(atPath: source.path)
        #expect(try ResponsiveImages(cacheFolder: folder.path + "/cache", jobs: 1).make(source) == first)
        #expect(try folder.files("cache/image") == before)
        #expect(before.allSatisfy { !$0.hasPrefix(".") }, "no temporary file stays")
    }

    @Test(.enabled(if: hasTools, skipped))
    func `a file that went missing from the cache is made again, with the same bytes`() throws {
        let source = try folder.source(Picture.photograph(500, 300), "a.png")
        let first = try images.make(source)
        try FileManager.default.removeItem(atPath: first.variants[0].cacheFile)
        #expect(try images.make(source) == first)
        #expect(Digest(try readFile(first.variants[0].cacheFile)).hex(4) == first.variants[0].outputName.split(separator: ".")[1].prefix(8))
    }

    @Test(.enabled(if: hasTools, skipped))
    func `a drawing is packed without loss where that is smaller`() throws {
        let set = try images.make(folder.source(Picture.drawing(640, 480), "d.png"))
        let full = try #require(set.variants.last)
        #expect(full.mediaType == "image/webp" && full.bytes < 1000)
        #expect(String(decoding: try readFile(full.cacheFile)[12..<16], as: UTF8.self) == "VP8L")
    }

    @Test(.enabled(if: hasTools, skipped))
    func `a photograph from a phone is turned upright, and what the phone wrote is gone`() throws {
        let png = try folder.write(Picture.photograph(1000, 500), "p.png")
        let jpeg = folder.path + "/p.jpg"
        try #require(try Program.find("vips")?.run(["copy", png, jpeg + "[Q=90]"]).succeeded == true)
        var bytes = try readFile(jpeg)
        let exif = Picture.exif(orientation: 6)
        bytes.insert(contentsOf: [0xFF, 0xE1] + Picture.big(exif.count + 2, 2) + exif, at: 2)
        let set = try images.make(folder.source(bytes, "p.jpg"))
        #expect("\(set.width)x\(set.height)" == "500x1000")
        #expect(set.fallback.mediaType == "image/jpeg")
        for file in set.files {
            let bytes = try readFile(file.cacheFile)
            let header = try imageHeader(bytes)
            #expect(header.orientation == 1 && header.height == header.width * 2, "\(file)")
            #expect(bytes.firstRange(of: Array("Cam\0".utf8)) == nil)
        }
    }

    @Test(.enabled(if: hasTools, skipped))
    func `two pages with one picture, and a broken one between, each get their answer`() throws {
        let good = try folder.source(Picture.photograph(300, 200), "good.png")
        var other = good
        other.path = try folder.write(Picture.photograph(300, 200), "same.png")
        let results = images.make([good, try folder.source(Array("text".utf8), "bad.png"), other])
        #expect(try results[0].get().variants.count == 2)
        #expect(throws: Problem.self) { try results[1].get() }
        #expect(try results[2].get().fallback.outputName.hasPrefix("same."))
        #expect(images.warning == nil)
    }

    @Test(.enabled(if: hasTools, skipped))
    func `a picture that was cut off in the copying is a problem`() throws {
        // Its chunks are whole, but a part of the packed pixels is missing: only who decodes it sees that.
        let whole = Picture.photograph(300, 200)
        let packed = whole.count - 12 - 12 - 33
        let cut = Array(whole[..<33]) + Picture.chunk("IDAT", Array(whole[41..<41 + packed / 2])) + Picture.chunk("IEND", [])
        let source = try folder.source(cut, "cut.png")
        let problem = #expect(throws: Problem.self) { try images.make(source) }
        #expect(problem?.file == "content/cut.png" && problem?.severity == .error)
        #expect(try folder.files("cache/image").allSatisfy { !$0.hasPrefix(".") })
    }

    @Test func `a photograph without its end is a problem, whatever is installed`() throws {
        let problem = #expect(throws: Problem.self) { try bare.make(folder.source(Picture.jpegShell(900, 600, tail: []), "cut.jpg")) }
        #expect(problem?.message == "\"cut.jpg\" is a damaged or unfinished JPEG file")
    }

    @Test func `a bomb is refused by its header`() throws {
        var bytes = Picture.png(1, 1) { _, _ in [0, 0, 0] }
        bytes.replaceSubrange(16..<24, with: Picture.big(60000) + Picture.big(60000))
        let problem = #expect(throws: Problem.self) { try images.make(folder.source(bytes, "bomb.png")) }
        #expect(problem?.message == "this picture is 60000 × 60000 pixels; at most 250 million are decoded")
    }

    @Test func `a missing file is a problem`() {
        let source = ImageSource(path: folder.path + "/none.png", shownAs: "content/none.png", digest: Digest("none"))
        let problem = #expect(throws: Problem.self) { try images.make(source) }
        #expect(problem?.description == "content/none.png: error: this picture cannot be read: No such file or directory")
    }

    @Test func `without the programs the picture is published as it is, less its metadata, with one warning`() throws {
        let bytes = Picture.jpegShell(4000, 3000, segments: [(0xE1, Picture.exif(orientation: 6))])
        let set = try bare.make(folder.source(bytes, "a.jpg"))
        #expect(set.variants.isEmpty && set.width == 3000 && set.height == 4000)
        #expect(try readFile(set.fallback.cacheFile).firstRange(of: Array("Cam\0".utf8)) == nil)
        #expect(bare.warning?.help == ["install what is missing: apt install libvips-tools webp libavif-bin"])
        #expect(bare.warning?.severity == .warning)
    }

    @Test func `a site without pictures starts nothing and leaves no folder`() throws {
        #expect(images.make([]).isEmpty && images.warning == nil)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/cache"))
    }

    @Test func `moving pictures and drawings by vectors stay what they are`() throws {
        let svg = try images.make(folder.source(Array("<svg viewBox='0 0 64 32'/>".utf8), "图 标.svg"))
        #expect(svg.variants.isEmpty && svg.width == 64 && svg.fallback.outputName.hasPrefix("图-标.") && svg.fallback.outputName.hasSuffix("-64.svg"))
        let frame: [UInt8] = [0x2C, 0, 0, 0, 0, 2, 0, 1, 0, 0, 2, 1, 0x44, 0]
        let gif = Array("GIF89a".utf8) + [2, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255] + frame + frame + [0x3B]
        let source = try folder.source(gif, "move.gif")
        #expect(try images.make(source).fallback.cacheFile == source.path)
    }
}

@Suite struct PictureHTMLTests {
    private func variant(_ type: String, _ width: Int) -> ImageVariant {
        ImageVariant(mediaType: "image/\(type)", width: width, height: width / 2, cacheFile: "", bytes: 1, outputName: "图.\(width).\(type)")
    }

    private func html(_ set: ImageSet, _ use: PictureUse) -> String {
        var bytes: [UInt8] = []
        appendPicture(set, use, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a picture offers its types and widths, and says its size`() {
        let set = ImageSet(variants: [variant("avif", 480), variant("avif", 800), variant("webp", 480), variant("webp", 800)], fallback: variant("jpg", 800))
        let use = PictureUse(baseURL: "/a&b/", alternative: #"a "loop" & <more>"#, sizes: "100vw")
        #expect(html(set, use) == #"<picture><source type="image/avif" srcset="/a&amp;b/%E5%9B%BE.480.avif 480w, /a&amp;b/%E5%9B%BE.800.avif 800w" sizes="100vw"><source type="image/webp" srcset="/a&amp;b/%E5%9B%BE.480.webp 480w, /a&amp;b/%E5%9B%BE.800.webp 800w" sizes="100vw"><img src="/a&amp;b/%E5%9B%BE.800.jpg" width="800" height="400" alt="a &quot;loop&quot; &amp; &lt;more&gt;" loading="lazy" decoding="async"></picture>"#)
    }

    @Test func `the first picture of a page is loaded at once`() {
        let set = ImageSet(variants: [], fallback: variant("gif", 20))
        #expect(html(set, PictureUse(baseURL: "", alternative: "", title: "t", isEager: true)) == #"<img src="%E5%9B%BE.20.gif" width="20" height="10" alt="" title="t" fetchpriority="high" decoding="async">"#)
    }
}
