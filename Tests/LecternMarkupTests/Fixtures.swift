import Foundation
import LecternCore
import LecternMarkup

/// Removed with everything in it when it is forgotten.
final class TemporaryFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "lectern-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = url.path
    }

    deinit {
        do { try FileManager.default.removeItem(atPath: path) } catch { print("\(path) stays: \(error)") }
    }
}

enum Installed {
    static let node = Program.find("node") != nil
    static let katex = node && FileManager.default.fileExists(atPath: MarkupPrograms().katex)
    static let dot = Program.find("dot") != nil
}
