// SPDX-License-Identifier: Apache-2.0
import Foundation

/// `bridge-bench exchange|journal|line`: each prints our figure beside its anchor of the same run. benchmarks/README.md says how.
@main
struct Bench {
    static func main() async throws {
        switch CommandLine.arguments.dropFirst().first {
        case "exchange": try await ExchangeBenchmark.run()
        case "journal":
            try await JournalBenchmark.run()
            try await JournalSizeBenchmark.run()
        case "line": try await LineUseBenchmark.run()
        default: print("bridge-bench exchange | journal | line")
        }
    }
}
