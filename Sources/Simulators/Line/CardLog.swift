// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A file of cards, a line of JSON each. Every line is on the disk before the call returns, so that cards can be counted whatever is
/// killed in between.
struct CardLog: Sendable {
    private let file: FileHandle
    private let path: String

    init(path: String) throws(SimulatorFault) {
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system("cannot write the list of cards", path) }
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        self.path = path
    }

    func append(_ card: SimulatedCard) throws(SimulatorFault) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            try file.write(contentsOf: encoder.encode(card) + Data("\n".utf8))
            try file.synchronize()
        } catch {
            throw SimulatorFault("cannot write the list of cards (\(path)): \(error)")
        }
    }
}
