import Foundation
import Testing

@testable import LecternLayouts

/// The tests of the Mustache specification, from the folder that MUSTACHE_SPEC names: JSON files as its repository has
/// them. Lambdas and dynamic names are optional there and not part of Lectern's layouts.
@Suite struct MustacheSpecificationTests {
    @Test(
        .enabled(
            if: SpecificationFile.folderExists,
            "no Mustache specification at \(SpecificationFile.folder.path): set MUSTACHE_SPEC to run its tests"),
        arguments: ["comments", "delimiters", "inheritance", "interpolation", "inverted", "partials", "sections"])
    func `layouts follow the Mustache specification`(file: String) throws {
        let tests = try SpecificationFile.read(file).tests
        #expect(!tests.isEmpty)
        for test in tests {
            var layouts = ["test.html": Array(test.template.utf8)]
            for (name, text) in test.partials ?? [:] { layouts[name + ".html"] = Array(text.utf8) }
            let set = LayoutSet(theme: layouts, shapes: ["test.html": .any])
            let result = String(decoding: set.render("test.html", root: test.data.value), as: UTF8.self)
            #expect(result == test.expected, "\(file): \(test.name): \(test.desc)")
        }
    }
}

private struct SpecificationFile: Decodable {
    struct Example: Decodable {
        var name: String
        var desc: String
        var data: Data
        var template: String
        var partials: [String: String]?
        var expected: String
    }

    enum Data: Decodable {
        case null
        case flag(Bool)
        case text(String)
        case list([Data])
        case fields([String: Data])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
            } else if let number = try? container.decode(Int.self) {
                self = .text("\(number)")
            } else if let number = try? container.decode(Double.self) {
                self = .text("\(number)")
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let list = try? container.decode([Data].self) {
                self = .list(list)
            } else {
                self = .fields(try container.decode([String: Data].self))
            }
        }

        var value: LayoutValue {
            switch self {
            case .null: .missing
            case .flag(let flag): .flag(flag)
            case .text(let text): .text(text)
            case .list(let list): .list(list.map(\.value))
            case .fields(let fields):
                .fields(fields.reduce(into: LayoutFields()) { $0[LayoutName($1.key)] = $1.value.value })
            }
        }
    }

    var tests: [Example]

    static let folder: URL = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = ProcessInfo.processInfo.environment["MUSTACHE_SPEC"] ?? "../shared/mustache-spec"
        return URL(fileURLWithPath: path, relativeTo: package).standardizedFileURL
    }()

    static var folderExists: Bool { FileManager.default.fileExists(atPath: folder.path) }

    static func read(_ name: String) throws -> SpecificationFile {
        let bytes = try Foundation.Data(contentsOf: folder.appendingPathComponent(name + ".json"))
        return try JSONDecoder().decode(SpecificationFile.self, from: bytes)
    }
}
