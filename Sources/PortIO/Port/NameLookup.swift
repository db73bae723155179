// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import EncoderModel
import Foundation
import Glibc
import Synchronization

/// An address to connect to, as the resolver gave it.
struct SocketAddress: Sendable, Hashable {
    let family: Int32
    let bytes: [UInt8]
}

/// Turns a host name into addresses. The resolver blocks for as long as it likes, so it gets a thread of its own that is
/// forgotten when the deadline passes.
final class NameLookup: Sendable {
    enum Answer: Sendable {
        case addresses([SocketAddress])
        case failed(Fault)
    }

    private let host: String
    private let port: UInt16
    private let answer = Mutex<Answer?>(nil)
    private let arrival: Watch

    private init(host: String, port: UInt16, on loop: PortLoop) {
        self.host = host
        self.port = port
        arrival = Watch(on: loop)
    }

    static func addresses(of host: String, port: UInt16, by deadline: ContinuousClock.Instant, on loop: PortLoop) async throws(Fault)
        -> [SocketAddress]
    {
        // An address in figures needs no resolver and no thread.
        if case .addresses(let addresses) = resolve(host, port, flags: AI_NUMERICHOST) { return addresses }
        let lookup = NameLookup(host: host, port: port, on: loop)
        Thread.detachNewThread {
            let answer = resolve(lookup.host, lookup.port, flags: AI_ADDRCONFIG)
            lookup.answer.withLock { $0 = answer }
            lookup.arrival.interrupt()
        }
        _ = await lookup.arrival.wait(by: deadline)
        switch lookup.answer.withLock({ $0 }) {
        case .addresses(let addresses): return addresses
        case .failed(let fault): throw fault
        case nil: throw Fault(.timeout, detail: "getaddrinfo: ETIMEDOUT")
        }
    }

    /// An address in figures (and `localhost`); `nil` for a name that would have to be looked up.
    static func figures(_ host: String, _ port: UInt16) -> SocketAddress? {
        guard case .addresses(let addresses) = resolve(host == "localhost" ? "127.0.0.1" : host, port, flags: AI_NUMERICHOST) else {
            return nil
        }
        return addresses.first
    }

    private static func resolve(_ host: String, _ port: UInt16, flags: Int32) -> Answer {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = flags | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, "\(port)", &hints, &list)
        guard code == 0 else {
            let reason =
                code == EAI_SYSTEM ? SystemError.name(of: errno) : gai_strerror(code).map { String(cString: $0) } ?? "error \(code)"
            return .failed(Fault(.offline, detail: "getaddrinfo: \(reason)"))
        }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var next = list
        while let entry = next?.pointee {
            if let address = entry.ai_addr {
                addresses.append(
                    SocketAddress(
                        family: entry.ai_family, bytes: Array(UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen)))))
            }
            next = entry.ai_next
        }
        return .addresses(addresses)
    }
}
