// SPDX-License-Identifier: Apache-2.0
import Dispatch
import Foundation
import Glibc
import TestKit

/// Random and damaged bytes for everything that reads bytes from outside: nothing may crash, hang or grow.
///
///     fuzz-decoders [SECONDS] [--target NAME] [--seed NUMBER]
///
/// Each target gets so many seconds; as many run at once as there are cores, and at least four. Before each batch of inputs its seed is printed to the
/// target's own line of the work file, so that a crash can be repeated: `fuzz-decoders 0 --target NAME --seed NUMBER` runs that batch alone.
@main struct Fuzz {
    static let batchSize = 200
    /// More resident memory than this at the end than after the first second is a leak.
    static let growth = 48 << 20

    static func main() {
        var seconds = 60.0
        var only: String?
        var seed: UInt64?
        var arguments = CommandLine.arguments.dropFirst()
        while let argument = arguments.popFirst() {
            switch argument {
            case "--target": only = arguments.popFirst()
            case "--seed": seed = arguments.popFirst().flatMap { UInt64($0) }
            default: seconds = Double(argument) ?? seconds
            }
        }
        let targets = FuzzTarget.all.filter { only == nil || $0.name == only }
        guard !targets.isEmpty else {
            print("no such target; there are \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
            exit(64)
        }
        let watchdog = Watchdog()
        let results = Results()
        let limit = seconds
        let fixedSeed = seed
        let queue = OperationQueue()
        queue.maxConcurrentOperationCount = max(4, ProcessInfo.processInfo.activeProcessorCount)
        for target in targets {
            queue.addOperation { results.add(run(target, seconds: limit, seed: fixedSeed, watchdog)) }
        }
        queue.waitUntilAllOperationsAreFinished()
        for line in results.lines.sorted() { print(line) }
        exit(results.hasFailed ? 1 : 0)
    }

    static func run(_ target: FuzzTarget, seconds: Double, seed: UInt64?, _ watchdog: Watchdog) -> Results.Line {
        let end = ContinuousClock.now + .seconds(seconds)
        var batchSeed = seed ?? UInt64(Date().timeIntervalSince1970) << 20
        var inputs = 0
        var atStart: Int?
        repeat {
            watchdog.begin(target.name, batchSeed)
            var random = SeededRandom(seed: batchSeed)
            for _ in 0..<batchSize {
                let pieces = Mutation.pieces(of: target.samples, using: &random)
                if let problem = target.run(pieces) {
                    watchdog.end(target.name)
                    return Results.Line(text: "\(target.name): \(problem) (--target \(target.name) --seed \(batchSeed))", isFailure: true)
                }
                inputs += 1
            }
            batchSeed += 1
            if atStart == nil, inputs >= 20 * batchSize { atStart = residentBytes() }
        } while ContinuousClock.now < end
        watchdog.end(target.name)
        let grown = residentBytes() - (atStart ?? residentBytes())
        if grown > growth {
            return Results.Line(text: "\(target.name): the process grew by \(grown >> 20) MB over \(inputs) inputs", isFailure: true)
        }
        return Results.Line(text: "\(target.name): \(inputs) inputs, nothing crashed, hung or grew", isFailure: false)
    }

    static func residentBytes() -> Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
