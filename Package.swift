// swift-tools-version: 6.1
import PackageDescription

/// Where pango's headers and those they include lie. pkg-config knows it too, but adds `-pthread`, which the package
/// manager refuses with a warning in every build. A folder that is not there does no harm.
let pangoHeaders =
    ["pango-1.0", "glib-2.0", "harfbuzz", "cairo", "freetype2", "libpng16", "pixman-1"].map { "/usr/include/" + $0 }
    + ["x86_64-linux-gnu", "aarch64-linux-gnu", "riscv64-linux-gnu"].map { "/usr/lib/\($0)/glib-2.0/include" }
    + ["/usr/lib64/glib-2.0/include", "/usr/lib/glib-2.0/include"]

let package = Package(
    name: "lectern",
    products: [
        .executable(name: "lectern", targets: ["lectern"]), .executable(name: "lectern-draw", targets: ["lectern-draw"]),
        .executable(name: "lectern-preview", targets: ["lectern-preview"]),
        .executable(name: "lectern-companion", targets: ["lectern-companion"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // System libraries, from Debian's -dev packages.
        .target(name: "CCmark", linkerSettings: [.linkedLibrary("cmark-gfm-extensions"), .linkedLibrary("cmark-gfm")]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
        .systemLibrary(name: "CQRencode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CDraw", providers: [.apt(["libpango1.0-dev"])]),
        // Starts programs, with what C has and Swift cannot see.
        .target(name: "CProgram"),

        // Nouns.
        .target(name: "LecternCore", dependencies: ["CProgram"]),
        .target(name: "LecternCrypto", dependencies: ["LecternCore", "COpenSSL"]),
        .target(
            name: "LecternContent",
            dependencies: ["LecternCore", "LecternCrypto", "CLinux", "CYAML", .product(name: "TOMLKit", package: "TOMLKit")]),
        .target(name: "LecternMarkup", dependencies: ["LecternCore", "LecternCrypto", "CCmark"]),
        .target(name: "LecternLayouts", dependencies: ["LecternCore"]),
        .target(name: "LecternTheme", exclude: ["icons", "layouts", "scripts", "styles", "words"]),
        .target(name: "LecternMedia", dependencies: ["LecternCore", "LecternCrypto"]),

        .target(
            name: "LecternStore",
            dependencies: [
                "LecternCore", .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        .target(name: "LecternPayments", dependencies: ["LecternCore", "LecternCrypto", "CCurl", "CQRencode"]),

        // Verbs.
        .target(
            name: "LecternBuild",
            dependencies: [
                "LecternCore", "LecternCrypto", "LecternContent", "LecternMarkup", "LecternLayouts", "LecternTheme",
                "LecternMedia", "CLinux", "CDeflate",
            ]),
        .target(
            name: "LecternPreview",
            dependencies: [
                "LecternBuild", "LecternContent", "LecternCore", .product(name: "FlyingFox", package: "FlyingFox"),
            ]),
        .target(name: "LecternReport", dependencies: ["LecternCore", "LecternStore"]),
        .target(
            name: "LecternShop", dependencies: ["LecternCore", "LecternCrypto", "LecternStore", "LecternPayments", "CCurl"]),
        .target(
            name: "LecternServer",
            dependencies: [
                "LecternCore", "LecternShop", "LecternStore", .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"), .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        .target(
            name: "LecternTerminal",
            dependencies: ["LecternBuild", "LecternCore", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
        .executableTarget(
            name: "lectern",
            dependencies: [
                "LecternTerminal", "LecternBuild", "LecternContent", "LecternCore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        // A program of its own, so that lectern and its workers start without a server and what it links.
        .executableTarget(
            name: "lectern-preview",
            dependencies: [
                "LecternTerminal", "LecternPreview", "LecternBuild", "LecternCore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        // Draws Open Graph images; a program of its own, so that lectern starts without pango and its fonts.
        .executableTarget(
            name: "lectern-draw", dependencies: ["LecternMedia", "CDraw", "CQRencode"],
            swiftSettings: [.unsafeFlags(pangoHeaders.flatMap { ["-Xcc", "-I" + $0] })]),

        // The companion and the commands on its database; a program of its own, so that lectern starts without a server in it.
        .executableTarget(
            name: "lectern-companion",
            dependencies: [
                "LecternServer", "LecternReport", "LecternShop", "LecternStore", "LecternPayments", "LecternContent", "LecternCrypto",
                "LecternCore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"), .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),

        .testTarget(name: "LecternCoreTests", dependencies: ["LecternCore"]),
        .testTarget(name: "LecternCryptoTests", dependencies: ["LecternCrypto"]),
        .testTarget(name: "LecternContentTests", dependencies: ["LecternContent"]),
        .testTarget(name: "LecternMarkupTests", dependencies: ["LecternMarkup"]),
        .testTarget(name: "LecternLayoutsTests", dependencies: ["LecternLayouts"]),
        .testTarget(name: "LecternMediaTests", dependencies: ["LecternMedia", "LecternCore", "LecternCrypto", "lectern-draw"]),
        .testTarget(name: "LecternBuildTests", dependencies: ["LecternBuild"]),
        .testTarget(name: "LecternStoreTests", dependencies: ["LecternStore"]),
        .testTarget(name: "LecternReportTests", dependencies: ["LecternReport", "LecternStore"]),
        .testTarget(name: "LecternPaymentsTests", dependencies: ["LecternPayments", "LecternCrypto"]),
        .testTarget(name: "LecternShopTests", dependencies: ["LecternShop", "COpenSSL"]),
        .testTarget(
            name: "LecternServerTests",
            dependencies: [
                "LecternServer", "LecternCore", .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        // Run the programs that are built beside them.
        .testTarget(name: "CommandTests", dependencies: ["LecternCore", "lectern", "lectern-draw", "lectern-preview"]),
    ],
    swiftLanguageModes: [.v6]
)
