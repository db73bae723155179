// SPDX-License-Identifier: Apache-2.0
import BridgeCore

/// A part of the daemon that can be replaced while the rest goes on.
actor Running<Part: Sendable> {
    private(set) var part: Part?
    private let work: @Sendable (Part) async -> Void
    private var task: Task<Void, Never>?
    private var isRunning = false

    init(_ part: Part?, work: @escaping @Sendable (Part) async -> Void) {
        self.part = part
        self.work = work
    }

    /// Works until the task is cancelled.
    func run() async {
        isRunning = true
        begin()
        await untilCancelled()
        isRunning = false
        await end()
    }

    /// The old one has ended when the new one begins: both may want the same address.
    func replace(_ new: Part?) async {
        await end()
        part = new
        if isRunning { begin() }
    }

    private func begin() {
        guard let part else { return }
        let work = work
        task = Task { await work(part) }
    }

    private func end() async {
        task?.cancel()
        await task?.value
        task = nil
    }
}
