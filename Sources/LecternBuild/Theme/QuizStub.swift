import LecternContent
import LecternCore
import LecternLayouts
public struct Quiz: Sendable { var title: String?; static func read(bytes: [UInt8], file: String) -> (Quiz?, [Problem]) { (nil, []) } }
let quizShape: LayoutShape = .any
extension UnitBuilder { func quizView(_ quiz: Quiz, of lesson: RenderedLesson, language: String) -> LayoutFields { [:] } }
