// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import EncoderModel
import Glibc

/// Opening a connection to an encoder, or to a serial server, on the network.
enum TCPConnection {
    static let connectLimit: Duration = .seconds(10)

    /// `address` is `host:port`; an IPv6 address may stand in brackets.
    static func open(_ address: String, on loop: PortLoop) async throws(Fault) -> FileDescriptorPort {
        guard let place = HostAndPort(address), let port = UInt16(exactly: place.port) else {
            throw Fault(.rejected(reason: "'\(address)' is not host:port"), detail: "getaddrinfo: EINVAL")
        }
        let deadline = ContinuousClock.now + connectLimit
        var fault = Fault(.offline, detail: "getaddrinfo: no address")
        for candidate in try await NameLookup.addresses(of: place.host, port: port, by: deadline, on: loop) {
            do throws(Fault) {
                return try await connect(to: candidate, by: deadline, on: loop)
            } catch {
                fault = error
            }
        }
        throw fault
    }

    private static func connect(to address: SocketAddress, by deadline: ContinuousClock.Instant, on loop: PortLoop) async throws(Fault)
        -> FileDescriptorPort
    {
        do throws(SystemError) {
            let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            let descriptor = Descriptor(try systemCall("socket") { socket(address.family, type, 0) })
            try setOptions(on: descriptor)
            if let error = descriptor.failure(of: "connect", { begin($0, address) }) {
                guard error.code == EINPROGRESS else { throw error }
                guard case .ready = await Watch(on: loop, descriptor: descriptor.pollNumber, events: Int16(POLLOUT)).wait(by: deadline)
                else {
                    throw SystemError(call: "connect", code: ETIMEDOUT)
                }
                try takeOutcome(of: descriptor)
            }
            return FileDescriptorPort(descriptor, kind: .socket, on: loop)
        } catch {
            throw error.code == ETIMEDOUT ? Fault(.timeout, detail: error.text) : error.asOffline
        }
    }

    private static func begin(_ descriptor: Int32, _ address: SocketAddress) -> Int32 {
        address.bytes.withUnsafeBytes { bytes in
            guard let start = bytes.bindMemory(to: sockaddr.self).baseAddress else { return -1 }
            return Glibc.connect(descriptor, start, socklen_t(bytes.count))
        }
    }

    private static func takeOutcome(of descriptor: Descriptor) throws(SystemError) {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        _ = try descriptor.call("getsockopt") { getsockopt($0, SOL_SOCKET, SO_ERROR, &code, &size) }
        if code != 0 { throw SystemError(call: "connect", code: code) }
    }

    /// Frames leave at once. A peer that lost its power never says so: the kernel asks after half a minute of silence and gives up after
    /// another.
    static func setOptions(on descriptor: Descriptor) throws(SystemError) {
        let tcp = Int32(IPPROTO_TCP)
        let options: [(Int32, Int32, Int32)] = [
            (tcp, TCP_NODELAY, 1), (SOL_SOCKET, SO_KEEPALIVE, 1), (tcp, TCP_KEEPIDLE, 30), (tcp, TCP_KEEPINTVL, 10), (tcp, TCP_KEEPCNT, 3),
        ]
        for (level, name, value) in options {
            var value = value
            _ = try descriptor.call("setsockopt") { setsockopt($0, level, name, &value, socklen_t(MemoryLayout<Int32>.size)) }
        }
    }
}
