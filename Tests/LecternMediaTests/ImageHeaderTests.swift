import LecternCore
import Testing

@testable import LecternMedia

@Suite struct ImageHeaderTests {
    @Test func `a PNG tells its size`() throws {
        let header = try imageHeader(Picture.png(30, 20) { _, _ in [1, 2, 3] })
        #expect(header == ImageHeader(kind: .png, width: 30, height: 20))
    }

    @Test func `a JPEG that was held upright has width and height changed`() throws {
        let header = try imageHeader(Picture.jpegShell(400, 300, segments: [(0xE1, Picture.exif(orientation: 6))]))
        #expect(header.orientation == 6 && header.hasMetadata)
        #expect(header.upright == (300, 400))
    }

    @Test func `a colour profile alone is no metadata`() throws {
        let bytes = Picture.jpegShell(400, 300, segments: [(0xE0, Array("JFIF\0".utf8)), (0xE2, Array("ICC_PROFILE\0".utf8))])
        #expect(try !imageHeader(bytes).hasMetadata)
    }

    @Test func `where a photograph was taken is not published, its orientation is`() throws {
        let bytes = Picture.jpegShell(
            400, 300,
            segments: [
                (0xE0, Array("JFIF\0".utf8)), (0xE1, Picture.exif(orientation: 6)), (0xE1, Array("http://ns.adobe.com/xap/1.0/\0gps".utf8)),
                (0xE2, Array("ICC_PROFILE\0x".utf8)), (0xED, Array("Photoshop".utf8)), (0xFE, Array("comment".utf8)),
            ], tail: [0xFF, 0xD9] + Array("a film behind it".utf8))
        let clean = jpegWithoutMetadata(Bytes(bytes), orientation: 6)
        let text = String(decoding: clean, as: UTF8.self)
        #expect(!text.contains("Cam") && !text.contains("gps") && !text.contains("Photoshop") && !text.contains("comment") && !text.contains("film"))
        #expect(text.contains("JFIF") && text.contains("ICC_PROFILE"))
        #expect(try imageHeader(clean).upright == (300, 400))
    }

    @Test func `what an editor wrote into a PNG is not published`() throws {
        let extra = Picture.chunk("tEXt", Array("Author\0Ada".utf8)) + Picture.chunk("eXIf", Array(Picture.exif(orientation: 8).dropFirst(6)))
        let bytes = Picture.png(30, 20, extra: extra) { _, _ in [1, 2, 3] }
        let header = try imageHeader(bytes)
        #expect(header.hasMetadata && header.upright == (20, 30))
        let upright = pngWithoutMetadata(Bytes(bytes), orientation: 1)
        #expect(upright == Picture.png(30, 20) { _, _ in [1, 2, 3] })
        let turned = try imageHeader(pngWithoutMetadata(Bytes(bytes), orientation: 8))
        #expect(turned.upright == (20, 30))
    }

    @Test func `a marker inside a progressive file's tables does not end it`() throws {
        let tail: [UInt8] = [0xFF, 0xC4, 0, 6, 0xFF, 0xD9, 0xFF, 0xD9, 0xFF, 0xFF, 0xDA, 0, 2, 0x55, 0xFF, 0xD3, 0x66, 0xFF, 0xD9]
        let bytes = Picture.jpegShell(4, 3, segments: [(0xFE, Array("comment".utf8))], tail: tail)
        #expect(jpegWithoutMetadata(Bytes(bytes), orientation: 1).suffix(tail.count) == tail[...])
    }

    @Test func `a GIF is animated from its second frame on`() throws {
        let frame: [UInt8] = [0x2C, 0, 0, 0, 0, 2, 0, 1, 0, 0, 2, 1, 0x44, 0]
        let head = Array("GIF89a".utf8) + [2, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255]
        #expect(try imageHeader(head + frame + [0x3B]) == ImageHeader(kind: .gif, width: 2, height: 1))
        #expect(try imageHeader(head + [0x21, 0xF9, 4, 0, 0, 0, 0, 0] + frame + frame + [0x3B]).isAnimated)
        #expect(throws: ImageHeaderError.broken(.gif)) { try imageHeader(head + frame) }
    }

    @Test(arguments: [
        (#"<svg xmlns="http://www.w3.org/2000/svg" width="120" height='80'/>"#, 120, 80),
        (#"<?xml version="1.0"?><!-- by <svg> hand --><!DOCTYPE svg [<!ENTITY a "b">]><svg viewBox="0 0 64 32">"#, 64, 32),
        (#"<svg width="2in" viewBox="0,0,100,50">"#, 192, 96),
        (#"<svg width="100%" height="10mm" viewBox="0 0 20 10">"#, 76, 38),
        ("<svg>", 300, 150),
        (#"<svg width="1e99" height="-4">"#, 65500, 150),
    ])
    func `an SVG's size is what a browser would make of it`(text: String, width: Int, height: Int) throws {
        #expect(try imageHeader(Array(text.utf8)) == ImageHeader(kind: .svg, width: width, height: height))
    }

    @Test(arguments: [
        ([], "error: \"a.png\" is empty"), (Array("hello, this is text".utf8), "error: \"a.png\" holds text and no picture"),
        (Array("<html><svg width='1'>".utf8), "error: \"a.png\" holds text and no picture"),
        ([0x49, 0x49, 0x2A, 0x00, 8], "error: \"a.png\" is a TIFF file, which browsers do not show"),
        ([0x00, 0x01, 0x02], "error: \"a.png\" is no picture"),
        ([0xFF, 0xD8, 0xFF, 0xE0], "error: \"a.png\" is a damaged or unfinished JPEG file"),
    ] as [([UInt8], String)])
    func `what is no picture is told in words`(bytes: [UInt8], message: String) {
        let error = #expect(throws: ImageHeaderError.self) { try imageHeader(bytes) }
        #expect(error?.problem("content/a.png").description.split(separator: "\n")[0] == "content/a.png: \(message)")
        #expect(error?.problem("content/a.png").help.isEmpty == false)
    }

    @Test func `every beginning of every kind of file is read or refused, and none stops the program`() {
        let whole: [[UInt8]] = [
            Picture.png(3, 2, extra: Picture.chunk("eXIf", Array(Picture.exif(orientation: 8).dropFirst(6)))) { _, _ in [1, 2, 3] },
            Picture.jpegShell(400, 300, segments: [(0xE1, Picture.exif(orientation: 6))]),
            Array("GIF89a".utf8) + [2, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2C, 0, 0, 0, 0, 2, 0, 1, 0, 0, 2, 1, 0x44, 0, 0x3B],
            webp, avif, Array(#"<!--x--><svg width="4" height='3'>"#.utf8),
        ]
        for file in whole {
            #expect(throws: Never.self) { try imageHeader(file) }
            for count in 0..<file.count { _ = try? imageHeader(Array(file[..<count])) }
            // Every byte turned around: sizes and offsets that point anywhere.
            for index in file.indices {
                for value in [0x00, 0x7F, 0x80, 0xFF] as [UInt8] {
                    var broken = file
                    broken[index] = value
                    if let header = try? imageHeader(broken) {
                        #expect(header.width > 0 && header.height > 0)
                        _ = jpegWithoutMetadata(Bytes(broken), orientation: 6)
                        _ = pngWithoutMetadata(Bytes(broken), orientation: 6)
                        _ = webpWithoutMetadata(Bytes(broken), orientation: 6)
                    }
                }
            }
        }
    }

    private var webp: [UInt8] {
        let extended: [UInt8] = Array("VP8X".utf8) + Picture.little(10) + [0x0C, 0, 0, 0] + Picture.little(399, 3) + Picture.little(299, 3)
        let exif = Array(Picture.exif(orientation: 6).dropFirst(6))
        let body = Array("WEBP".utf8) + extended + Array("EXIF".utf8) + Picture.little(exif.count) + exif
            + Array("XMP ".utf8) + Picture.little(3) + Array("gps\0".utf8)
        return Array("RIFF".utf8) + Picture.little(body.count) + body
    }

    @Test func `a WebP loses its metadata and keeps its orientation`() throws {
        #expect(try imageHeader(webp).upright == (300, 400))
        let clean = webpWithoutMetadata(Bytes(webp), orientation: 6)
        #expect(!String(decoding: clean, as: UTF8.self).contains("gps") && !String(decoding: clean, as: UTF8.self).contains("Cam"))
        #expect(try imageHeader(clean).upright == (300, 400))
    }

    /// Two items with a size each: a thumbnail first, then the picture, turned by a quarter.
    private var avif: [UInt8] {
        func box(_ type: String, _ content: [UInt8]) -> [UInt8] { Picture.big(content.count + 8) + Array(type.utf8) + content }
        let properties = box("ipco", box("ispe", [0, 0, 0, 0] + Picture.big(64) + Picture.big(48)) + box("ispe", [0, 0, 0, 0] + Picture.big(640) + Picture.big(480)) + box("irot", [1]))
        let associations = box("ipma", [0, 0, 0, 0] + Picture.big(2) + [0, 1, 1, 0x81, 0, 2, 2, 0x82, 0x83])
        let meta = box("meta", [0, 0, 0, 0] + box("pitm", [0, 0, 0, 0, 0, 2]) + box("iprp", properties + associations))
        return box("ftyp", Array("avif".utf8) + [0, 0, 0, 0] + Array("mif1avif".utf8)) + meta
    }

    @Test func `an AVIF's size is that of the picture, not of its thumbnail`() throws {
        let header = try imageHeader(avif)
        #expect(header.kind == .avif && header.upright == (480, 640))
    }
}
