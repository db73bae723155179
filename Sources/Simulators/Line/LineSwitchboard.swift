// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// What other threads ask of the loop that plays a device, with a descriptor that wakes it.
final class LineSwitchboard: Sendable {
    enum Request: Sendable {
        case set(SimulatedFault, FaultOccurrence)
        case unplug(Duration)
        case stop
    }

    private let requests = Mutex<[Request]>([])
    /// Readable when there is a request.
    let bell: Int32
    private let button: Int32

    init() throws(SimulatorFault) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system("cannot make a pipe", "simulator") }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        bell = ends[0]
        button = ends[1]
    }

    deinit {
        close(bell)
        close(button)
    }

    func ask(_ request: Request) {
        requests.withLock { $0.append(request) }
        // A full pipe means that the loop has not looked yet; it will find this request too.
        _ = write(button, [1], 1)
    }

    func take() -> [Request] {
        var buffer = [UInt8](repeating: 0, count: 64)
        while read(bell, &buffer, buffer.count) > 0 {}
        return requests.withLock { requests in
            defer { requests.removeAll() }
            return requests
        }
    }
}
