import Foundation
import LecternCore
import Testing

@testable import LecternMedia

private let ffmpeg = Program.find("ffprobe") == nil ? nil : Program.find("ffmpeg")

@Suite struct StoryboardTests {
    let folder: TestFolder
    let videos: Videos

    init() throws {
        folder = try TestFolder()
        videos = Videos(cacheFolder: folder.path + "/cache")
    }

    /// Makes a film that is lighter every second, so that each picture tells its time.
    private func film(_ name: String, seconds: Int, _ options: [String] = []) throws -> String {
        let path = "\(folder.path)/\(name)"
        let picture = "color=black:size=160x90:rate=2:duration=\(seconds),format=yuv420p,geq=lum='16+T*6':cb=128:cr=128"
        let output = try #require(ffmpeg).run(
            ["-v", "error", "-f", "lavfi", "-i", picture, "-c:v", "libx264", "-preset", "ultrafast", "-g", "1000"] + options + ["file:" + path])
        try #require(output.succeeded, "\(output.lastComplaint)")
        return path
    }

    /// How light the middle of each picture of a sheet is, 0 to 255.
    private func light(_ board: Storyboard) throws -> [Int] {
        let output = try #require(ffmpeg).run(["-v", "error", "-i", board.cacheFile, "-f", "rawvideo", "-pix_fmt", "gray", "-"])
        let tiles = board.tiles
        try #require(output.bytes.count == 10 * tiles.width * tiles.rows * tiles.height)
        return (0..<tiles.count).map { index in
            let (x, y) = tiles.place(of: index)
            return Int(output.bytes[(y + tiles.height / 2) * 10 * tiles.width + x + tiles.width / 2])
        }
    }

    @Test(.enabled(if: ffmpeg != nil, "needs ffmpeg"), arguments: [true, false])
    func `each picture shows the film at its time, of a film in pieces and of a film as it is`(isStream: Bool) throws {
        let path = try film("a 🎬.mp4", seconds: 26)
        let facts = try #require(try videos.facts(of: path, shownAs: "a"))
        let stream = isStream ? try videos.stream(of: path, shownAs: "a", facts: facts) : nil
        let board = try #require(try videos.storyboard(of: path, shownAs: "a", facts: facts, stream: stream))
        #expect(board.tiles.stepSeconds == 4 && board.tiles.count == 7 && board.tiles.width == 160 && board.tiles.height == 90)
        for (index, light) in try light(board).enumerated() {
            // A second is 6 steps of 219.
            #expect(abs(light - index * 4 * 6 * 255 / 219) < 5, "picture \(index): \(light)")
        }
        let made = try readFile(board.cacheFile)
        #expect(try videos.storyboard(of: path, shownAs: "a", facts: facts, stream: stream, makes: false) == board, "found again")
        let other = Videos(cacheFolder: folder.path + "/other")
        #expect(try other.storyboard(of: path, shownAs: "a", facts: facts, stream: nil, makes: false) == nil)
        let again = try #require(try other.storyboard(of: path, shownAs: "a", facts: facts, stream: stream))
        #expect(try readFile(again.cacheFile) == made, "the same bytes in another cache")
    }

    @Test(.enabled(if: ffmpeg != nil, "needs ffmpeg"))
    func `pictures that end before the film leave no place empty`() throws {
        let path = try film("a.mkv", seconds: 10, ["-f", "matroska"])
        var facts = try #require(try videos.facts(of: path, shownAs: "a"))
        facts.durationMilliseconds = 30_000
        let board = try #require(try videos.storyboard(of: path, shownAs: "a", facts: facts, stream: nil))
        let light = try light(board)
        #expect(light.count == 8 && light.suffix(4).allSatisfy { abs($0 - light[3]) < 12 } && light[7] > 50)
    }

    @Test func `twelve hours have no more pictures than one, and what is over at once has none`() throws {
        func tiles(_ seconds: Int, _ width: Int = 1920, _ height: Int = 1080) -> Storyboard.Tiles? {
            Storyboard.Tiles(durationMilliseconds: seconds * 1000, width: width, height: height)
        }
        #expect(tiles(19) == nil)
        let short = try #require(tiles(20)), hour = try #require(tiles(3600)), day = try #require(tiles(12 * 3600))
        #expect(short.count == 5 && short.rows == 1)
        #expect(hour.stepSeconds == 36 && hour.count == 100 && hour.rows == 10)
        #expect(day.stepSeconds == 432 && day.count == 100)
        let upright = try #require(tiles(60, 1080, 1920))
        #expect(upright.width == 90 && upright.height == 160)
        #expect(day.place(of: 99) == (9 * 160, 9 * 90))
    }
}
