// SPDX-License-Identifier: Apache-2.0
import DriverKit
import Foundation
import Ports

/// An event of the bus, as a line.
struct PortLine: Encodable {
    var event: String
    var incarnation: String
    var kind: String
    var address: String
    var serial: String?
    var idPath: String?
    var usb: String?
    var vendorName: String?
    var productName: String?
    var kernelDriver: String?
    var assignedDriver: String?
    var assignedName: String?
    var links: [String]

    init(_ event: String, _ port: DetectedPort) {
        self.event = event
        incarnation = port.incarnation.text
        kind = port.kind.rawValue
        address = port.address
        serial = port.serial
        idPath = port.idPath
        usb = port.usb?.description
        vendorName = port.vendorName
        productName = port.productName
        kernelDriver = port.kernelDriver
        assignedDriver = port.assignedDriver
        assignedName = port.assignedName
        links = port.links
    }
}

/// What this process uses now.
struct Usage: Encodable {
    /// Open files, without timers: those are the runtime's, made when it first needs them.
    var descriptors: [String]
    /// Those of our own: `desk` and `bus`.
    var threads: Int
    /// Times that our own threads woke and slept again. Those of the runtime have their own affairs: its pool looks around every second
    /// while one of its threads is blocked, as here on standard input.
    var switches: Int
    var processorMicroseconds: Int

    init() {
        let files = FileManager.default
        // A folder of /proc/self that cannot be read would make every figure empty and the test fail.
        let numbers = (try? files.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        descriptors = numbers.compactMap { try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") }
            .filter { !$0.contains("timerfd") }.sorted()
        let tasks = (try? files.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        let ours = tasks.compactMap { files.contents(atPath: "/proc/self/task/\($0)/status") }.map { String(decoding: $0, as: UTF8.self) }
            .filter { $0.contains("Name:\tdesk\n") || $0.contains("Name:\tbus\n") }
        threads = ours.count
        switches = ours.reduce(0) { sum, status in
            let line = status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches") }
            return sum + (line?.split(separator: "\t").last.flatMap { Int($0) } ?? 0)
        }
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        processorMicroseconds = time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }
}
