// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The program beside the tests that runs a piece of PortIO in a process of its own.
enum Scenario {
    static var program: String {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            let path = URL(fileURLWithPath: tests).deletingLastPathComponent().appendingPathComponent("port-scenario").path
            try #require(FileManager.default.isExecutableFile(atPath: path), "\(path) is not built")
            return path
        }
    }

    struct Usage: Decodable {
        var descriptors: [String]
        var threads: Int
        var switches: Int
        var processorMicroseconds: Int
    }

    struct BeforeAndAfter: Decodable {
        var before: Usage
        var after: Usage

        init(_ line: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(line.utf8)) }
    }
}
