import Testing
@testable import LecternBuild
