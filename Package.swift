// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "lectern",
    products: [.executable(name: "lectern", targets: ["lectern"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        // System libraries, from Debian's -dev packages.
        .target(name: "CCmark", linkerSettings: [.linkedLibrary("cmark-gfm-extensions"), .linkedLibrary("cmark-gfm")]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        // Starts programs, with what C has and Swift cannot see.
        .target(name: "CProgram"),

        // Nouns.
        .target(name: "LecternCore", dependencies: ["CProgram"]),
        .target(name: "LecternCrypto", dependencies: ["LecternCore", "COpenSSL"]),
        .target(
            name: "LecternContent",
            dependencies: ["LecternCore", "LecternCrypto", "CYAML", .product(name: "TOMLKit", package: "TOMLKit")]),
        .target(name: "LecternMarkup", dependencies: ["LecternCore", "LecternCrypto", "CCmark"]),
        .target(name: "LecternLayouts", dependencies: ["LecternCore"]),
        .target(name: "LecternTheme", exclude: ["icons", "layouts", "scripts", "styles", "words"]),
        .target(name: "LecternMedia", dependencies: ["LecternCore", "LecternCrypto"]),

        // Verbs.
        .target(
            name: "LecternBuild",
            dependencies: [
                "LecternCore", "LecternCrypto", "LecternContent", "LecternMarkup", "LecternLayouts", "LecternTheme",
                "LecternMedia", "CLinux",
            ]),
        .executableTarget(
            name: "lectern",
            dependencies: [
                "LecternBuild", "LecternContent", "LecternCore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        .testTarget(name: "LecternCoreTests", dependencies: ["LecternCore"]),
        .testTarget(name: "LecternContentTests", dependencies: ["LecternContent"]),
        .testTarget(name: "LecternMarkupTests", dependencies: ["LecternMarkup"]),
        .testTarget(name: "LecternLayoutsTests", dependencies: ["LecternLayouts"]),
        .testTarget(name: "LecternMediaTests", dependencies: ["LecternMedia"]),
        .testTarget(name: "LecternBuildTests", dependencies: ["LecternBuild"]),
    ],
    swiftLanguageModes: [.v6]
)
