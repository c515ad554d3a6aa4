import Testing
@testable import LecternLayouts
