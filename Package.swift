// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// Every target of ours: Swift 6 mode, warnings are errors, async functions stay on the caller's executor
/// (a driver then runs on its encoder's own thread, see docs/decisions/0002-one-thread-per-encoder.md).
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func product(_ name: String, _ package: String) -> Target.Dependency { .product(name: name, package: package) }

/// A target of ours with the settings that all of them share.
func target(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

/// What `--version` says. make tells it (packaging/version: the tag and the commit); a plain `swift build` is told nothing, and says so.
let version = Context.environment["ENCODER_BRIDGE_VERSION"] ?? "0.2.0"
let commit = Context.environment["ENCODER_BRIDGE_COMMIT"] ?? ""

let package = Package(
    name: "encoder-bridge",
    platforms: [.macOS(.v15)],  // Linux is what runs; the line only silences availability checks.
    products: [
        .executable(name: "encoder-bridge", targets: ["encoder-bridge"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.11.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        // Layer 0: words and bytes, no I/O.
        .systemLibrary(name: "CLinuxDevice", pkgConfig: "libudev", providers: [.apt(["libudev-dev"])]),
        .systemLibrary(name: "CPCSC", pkgConfig: "libpcsclite", providers: [.apt(["libpcsclite-dev"])]),
        // Without pkgConfig: its -pthread is a flag that SwiftPM warns of.
        .systemLibrary(name: "CMosquitto", providers: [.apt(["libmosquitto-dev"])]),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .target(
            name: "CBuild",
            cSettings: [
                .define("ENCODER_BRIDGE_VERSION", to: "\"\(version)\""), .define("ENCODER_BRIDGE_COMMIT", to: "\"\(commit)\""),
            ]),
        target("EncoderModel", resources: [.embedInCode("Words/Languages")]),
        // Who opens which door: reservations, grants, codes. Values only.
        target("Access"),
        target("Framing"),
        // Layer 1: what a port is, what a driver is.
        target("Ports", ["EncoderModel", "Framing"]),
        target("DriverKit", ["EncoderModel", "Framing", "Ports"]),
        // Shared by both ends of a lock server's link: the driver's port and the facade.
        target("LockServerLink", ["EncoderModel", "Framing", "Ports"]),
        // Layer 2: each knows DriverKit and below, none knows its neighbour.
        target("CardLayouts", ["EncoderModel", product("Crypto", "swift-crypto")]),
        target("Transcripts", ["DriverKit", "Ports", "EncoderModel", "Framing"]),
        target("Drivers", ["DriverKit", "Ports", "EncoderModel", "Framing"], exclude: ["GenericStxEtx/Profiles"]),
        target("PortIO", ["CLinuxDevice", "CPCSC", "EncoderModel", "Framing", "LockServerLink", "Ports"]),
        target(
            "BridgeCore",
            ["DriverKit", "Ports", "EncoderModel", product("Crypto", "swift-crypto"), product("Logging", "swift-log")]),
        // Locks: what each kind says on the wire (pure), and the wire.
        target("LockDrivers", ["Access"]),
        target("LockIO", ["Access", "CMosquitto"]),
        target("AccessCore", ["Access", "EncoderModel", "LockDrivers"]),
        target("Journal", ["Access", "EncoderModel", product("Crypto", "swift-crypto"), product("GRDB", "GRDB.swift")]),
        target("Simulators", ["Access", "LockIO", "CLinuxDevice", "EncoderModel", "Framing"]),
        target(
            "SiteConfiguration", ["Access", "LockDrivers", "CardLayouts", "DriverKit", "Ports", "EncoderModel", product("Yams", "Yams")]),
        target(
            "DeskPage", ["EncoderModel", product("Mustache", "swift-mustache")],
            resources: [.embedInCode("Assets")]),
        target("Systemd", ["CSystemd", product("Logging", "swift-log")]),
        // Layer 3: the technician, the two ways in, and the PMS that stands in for the real one.
        target("Doctor", ["PortIO", "DriverKit", "Ports", "EncoderModel"]),
        target("Metering", ["BridgeCore", "EncoderModel", product("CoreMetrics", "swift-metrics")]),
        target(
            "LocalEndpoint",
            [
                "Access", "AccessCore", "BridgeCore", "DeskPage", "EncoderModel",
                product("Crypto", "swift-crypto"), product("HummingbirdCore", "hummingbird"), product("HummingbirdTLS", "hummingbird"),
                product("NIOSSL", "swift-nio-ssl"), product("HTTPTypes", "swift-http-types"), product("NIOHTTPTypes", "swift-nio-extras"),
                product("NIOCore", "swift-nio"), product("NIOPosix", "swift-nio"), product("NIOHTTP1", "swift-nio"),
                product("Logging", "swift-log"),
            ],
            resources: [.embedInCode("Specification")]),
        target(
            "CloudConnector",
            [
                "Access", "BridgeCore", "EncoderModel",
                product("AsyncHTTPClient", "async-http-client"),
                product("NIOCore", "swift-nio"), product("NIOPosix", "swift-nio"), product("NIOHTTP1", "swift-nio"),
                product("NIOWebSocket", "swift-nio"), product("NIOFoundationCompat", "swift-nio"),
                product("NIOSSL", "swift-nio-ssl"), product("NIOHTTPCompression", "swift-nio-extras"), product("Logging", "swift-log"),
            ]),
        target(
            "Alerting",
            [
                "EncoderModel", product("AsyncHTTPClient", "async-http-client"), product("NIOCore", "swift-nio"),
                product("NIOHTTP1", "swift-nio"), product("Logging", "swift-log"),
            ]),
        target(
            "LockServer", ["Access", "BridgeCore", "EncoderModel", "Framing", "LockServerLink", "Ports", product("Logging", "swift-log")]),
        target(
            "Sandbox",
            [
                "EncoderModel",
                product("NIOCore", "swift-nio"), product("NIOPosix", "swift-nio"), product("NIOHTTP1", "swift-nio"),
                product("NIOWebSocket", "swift-nio"), product("NIOFoundationCompat", "swift-nio"),
                product("Logging", "swift-log"),
            ]),
        // Layer 4: the running bridge as a person at a terminal meets it. Layer 5: the technician's look; the daemon.
        target(
            "Console",
            [
                "Access", "AccessCore", "CBuild", "CardLayouts", "EncoderModel", "LocalEndpoint", "PortIO", "SiteConfiguration",
                product("AsyncHTTPClient", "async-http-client"), product("NIOCore", "swift-nio"), product("NIOHTTP1", "swift-nio"),
                product("NIOSSL", "swift-nio-ssl"),
                product("NIOFoundationCompat", "swift-nio"), product("NIOFoundationEssentialsCompat", "swift-nio"),
            ]),
        target(
            "Probe",
            [
                "BridgeCore", "Console", "Doctor", "DriverKit", "Ports", "Drivers", "EncoderModel", "Framing", "LocalEndpoint", "PortIO",
                "SiteConfiguration", "Transcripts", product("Logging", "swift-log"),
                product("UnixSignals", "swift-service-lifecycle"),
            ]),
        target(
            "Daemon",
            [
                "Access", "AccessCore", "Alerting", "BridgeCore", "CloudConnector", "Console", "DriverKit", "Ports", "Drivers",
                "EncoderModel",
                "Journal",
                "LocalEndpoint", "LockDrivers", "LockIO", "LockServer", "Metering", "PortIO", "SiteConfiguration", "Systemd",
                product("Crypto", "swift-crypto"), product("Logging", "swift-log"),
            ]),
        // Layer 6: parses arguments and prints.
        .executableTarget(
            name: "encoder-bridge",
            dependencies: [
                "AccessCore", "BridgeCore", "CardLayouts", "CloudConnector", "Console", "Daemon", "Doctor", "DriverKit", "Ports", "Drivers",
                "EncoderModel",
                "Journal", "LocalEndpoint", "PortIO", "Probe", "Sandbox", "Simulators", "SiteConfiguration", "Systemd", "Transcripts",
                product("ArgumentParser", "swift-argument-parser"), product("Logging", "swift-log"),
                product("UnixSignals", "swift-service-lifecycle"),
            ],
            swiftSettings: strict),

        // benchmarks/: ours beside the anchors, in one run.
        .target(name: "CFloor", path: "benchmarks/Floor"),
        .executableTarget(
            name: "bridge-bench",
            dependencies: [
                "CFloor", "BridgeCore", "DriverKit", "Ports", "Drivers", "EncoderModel", "Framing", "Journal", "PortIO", "Simulators",
                product("GRDB", "GRDB.swift"), product("GRDBSQLite", "GRDB.swift"), product("Logging", "swift-log"),
            ],
            path: "benchmarks/Bench", swiftSettings: strict),

        // Tests/TestKit is shared by the tests; nothing in Sources imports it.
        .target(
            name: "TestKit", dependencies: ["CLinuxDevice", "EncoderModel", "DriverKit", "Ports", "Transcripts", "Framing"],
            path: "Tests/TestKit",
            swiftSettings: strict),
        // `make fuzz`: random and damaged bytes for every decoder.
        .executableTarget(
            name: "fuzz-decoders",
            dependencies: ["Framing", "EncoderModel", "DriverKit", "Ports", "CardLayouts", "Transcripts", "SiteConfiguration", "TestKit"],
            path: "Tests/Fuzz", swiftSettings: strict),
        tests("AccessTests", ["Access"]),
        tests(
            "AccessCoreTests",
            [
                "Access", "AccessCore", "BridgeCore", "Console", "Daemon", "EncoderModel", "Framing", "Journal", "LockDrivers",
                "LockServer", "SiteConfiguration", "TestKit", product("Crypto", "swift-crypto"), product("Logging", "swift-log"),
            ]),
        tests("LockDriversTests", ["Access", "LockDrivers", "LockIO"]),
        tests("EncoderModelTests", ["EncoderModel"]),
        tests("FramingTests", ["Framing", "TestKit"]),
        tests("DriverKitTests", ["DriverKit", "Ports", "EncoderModel", "TestKit"]),
        tests("CardLayoutsTests", ["CardLayouts", "DriverKit", "Ports", "EncoderModel", "TestKit"]),
        tests("TranscriptsTests", ["Transcripts", "DriverKit", "Ports", "EncoderModel", "TestKit"]),
        tests("DoctorTests", ["Doctor", "PortIO", "DriverKit", "Ports", "EncoderModel", "TestKit"]),
        tests(
            "DriversTests", ["Drivers", "DriverKit", "Ports", "Simulators", "Transcripts", "EncoderModel", "Framing", "TestKit"],
            exclude: ["Example/acme-door-3.yaml", "Example/tiny.md", "Example/tiny.txt"]),
        tests("SimulatorsTests", ["Simulators", "DriverKit", "Ports", "Transcripts", "Framing", "TestKit"]),
        // What the tests of PortIO run in a process of its own: under umockdev, as another user, measured.
        .executableTarget(
            name: "port-scenario", dependencies: ["PortIO", "DriverKit", "Ports", "EncoderModel"], path: "Tests/PortScenario",
            swiftSettings: strict),
        tests(
            "PortIOTests", ["PortIO", "DriverKit", "Ports", "EncoderModel", "Framing", "CLinuxDevice", "TestKit", "port-scenario"],
            exclude: ["Testbed"]),
        // Writes jobs until it is killed: what JournalTests looks at afterwards.
        .executableTarget(
            name: "journal-crash", dependencies: ["Journal", "EncoderModel"], path: "Tests/JournalCrash", swiftSettings: strict),
        tests(
            "JournalTests", ["Access", "Journal", "EncoderModel", "TestKit", "journal-crash", product("GRDB", "GRDB.swift")],
            exclude: ["Journals"]),
        tests(
            "BridgeCoreTests",
            ["BridgeCore", "CardLayouts", "DriverKit", "Ports", "EncoderModel", "Framing", "TestKit", product("Logging", "swift-log")]),
        // Every fault of every simulator, through driver, session and queue in virtual time: docs/fault-matrix.md.
        tests(
            "MatrixTests",
            [
                "Simulators", "Drivers", "BridgeCore", "DriverKit", "Framing", "LockServerLink", "Ports", "EncoderModel", "TestKit",
                product("Logging", "swift-log"),
            ]),
        tests("SystemdTests", ["Systemd"]),
        tests(
            "AlertingTests",
            [
                "Alerting", "EncoderModel", "TestKit", product("NIOCore", "swift-nio"), product("NIOPosix", "swift-nio"),
                product("NIOHTTP1", "swift-nio"), product("Logging", "swift-log"),
            ]),
        tests("MeteringTests", ["Metering", "BridgeCore", "EncoderModel", "TestKit"]),
        tests(
            "SiteConfigurationTests", ["Access", "LockDrivers", "SiteConfiguration", "CardLayouts", "EncoderModel", "DriverKit", "Ports"]),
        tests(
            "LocalEndpointTests",
            [
                "Access", "AccessCore", "LocalEndpoint", "BridgeCore", "DeskPage", "EncoderModel", "TestKit",
                product("AsyncHTTPClient", "async-http-client"),
                product("HTTPTypes", "swift-http-types"), product("HummingbirdCore", "hummingbird"),
                product("NIOCore", "swift-nio"), product("NIOPosix", "swift-nio"), product("NIOSSL", "swift-nio-ssl"),
                product("NIOHTTP1", "swift-nio"), product("NIOFoundationCompat", "swift-nio"), product("Logging", "swift-log"),
            ]),
        tests(
            "CloudConnectorTests",
            [
                "CloudConnector", "Sandbox", "BridgeCore", "EncoderModel", "TestKit",
                product("NIOCore", "swift-nio"), product("NIOPosix", "swift-nio"), product("NIOHTTP1", "swift-nio"),
                product("NIOWebSocket", "swift-nio"), product("NIOFoundationCompat", "swift-nio"), product("NIOSSL", "swift-nio-ssl"),
                product("Logging", "swift-log"),
            ]),
        tests(
            "LockServerTests",
            [
                "LockServer", "Access", "BridgeCore", "DriverKit", "Ports", "EncoderModel", "Framing", "PortIO", "TestKit",
                product("Logging", "swift-log"),
            ]),
        tests(
            "SandboxTests",
            [
                "Sandbox", product("AsyncHTTPClient", "async-http-client"), product("NIOCore", "swift-nio"),
                product("NIOPosix", "swift-nio"), product("NIOHTTP1", "swift-nio"), product("NIOWebSocket", "swift-nio"),
                product("NIOFoundationCompat", "swift-nio"),
            ]),
        tests(
            "EndToEndTests",
            [
                "encoder-bridge", "TestKit", product("AsyncHTTPClient", "async-http-client"), product("NIOCore", "swift-nio"),
                product("NIOHTTP1", "swift-nio"), product("NIOFoundationCompat", "swift-nio"),
            ]),
        // The technician's screens, word by word, from planted facts.
        tests(
            "ProbeTests",
            [
                "Console", "Probe", "PortIO", "Drivers", "DriverKit", "Ports", "Doctor", "Transcripts", "EncoderModel", "LocalEndpoint",
                "SiteConfiguration", "TestKit",
            ]),
        tests(
            "ProjectTests", ["encoder-bridge", "Drivers", "DriverKit", "Ports", "Doctor", "Transcripts", "EncoderModel", "TestKit"]),
    ]
)

// The framework under the endpoint with nothing behind it, an anchor of benchmarks/: only where it is measured, because nobody else needs to compile it.
if Context.environment["ENCODER_BRIDGE_BENCH"] != nil {
    package.targets.append(
        .executableTarget(
            name: "bare-hummingbird", dependencies: [product("Hummingbird", "hummingbird")], path: "benchmarks/Bare", swiftSettings: strict)
    )
}
