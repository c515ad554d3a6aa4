import Testing
@testable import LecternContent
