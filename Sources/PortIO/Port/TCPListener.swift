// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Glibc
import Ports

/// A TCP port that lock servers and hotel systems dial in on. Whoever comes from elsewhere than `from` is closed without a byte.
final class TCPListener: PortListener {
    private let descriptor: Descriptor
    private let arrival: Watch
    private let loop: PortLoop
    /// The addresses that may come in, as the kernel writes them; empty: all that reach us.
    private let from: Set<String>

    init(host: String, port: Int, from: [String], on loop: PortLoop) throws(Fault) {
        guard let number = UInt16(exactly: port), let address = NameLookup.figures(host, number) else {
            throw Fault(.rejected(reason: "'\(host):\(port)' is no address of this machine to listen on: write figures such as 10.0.0.2"))
        }
        self.loop = loop
        self.from = Set(from.map(Self.plain))
        do throws(SystemError) {
            let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            descriptor = Descriptor(try systemCall("socket") { socket(address.family, type, 0) })
            try Self.bind(descriptor, to: address)
        } catch {
            throw error.code == EACCES
                ? Fault(.notPermitted(path: "\(host):\(port)"), detail: error.text)
                : Fault(.offline, detail: "\(host):\(port) cannot be listened on (\(error.text))")
        }
        arrival = Watch(on: loop, descriptor: descriptor.pollNumber, events: Int16(POLLIN))
    }

    deinit { close() }

    func next() async throws(Fault) -> any Port {
        while true {
            if let port = try accept() { return port }
            switch await arrival.wait(by: nil) {
            case .ready: continue
            case .deadline, .interrupted, .closed: throw Fault(.offline, detail: "listening has ended")
            }
        }
    }

    func close() {
        arrival.close()
        descriptor.close()
    }

    /// Somebody who waits and may come in; `nil`: nobody waits.
    private func accept() throws(Fault) -> FileDescriptorPort? {
        while true {
            var peer = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let number: Int32
            do throws(SystemError) {
                number = try descriptor.call("accept") { listening in
                    withUnsafeMutablePointer(to: &peer) { storage in
                        storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.accept(listening, $0, &length) }
                    }
                }
            } catch {
                switch error.code {
                case EAGAIN: return nil
                case ECONNABORTED, EPROTO, EMFILE, ENFILE, ENOBUFS, ENOMEM:
                    // Out of descriptors: it waits in the kernel's line until one is free or the next one comes.
                    return nil
                default: throw error.asOffline
                }
            }
            let connection = Descriptor(number)
            // Swift cannot name accept4(2).
            guard fcntl(number, F_SETFL, O_NONBLOCK) == 0, fcntl(number, F_SETFD, FD_CLOEXEC) == 0 else { continue }
            guard from.isEmpty || Self.name(of: &peer, length).map({ from.contains(Self.plain($0)) }) == true else {
                connection.close()
                continue
            }
            try? TCPConnection.setOptions(on: connection)
            return FileDescriptorPort(connection, kind: .socket, on: loop)
        }
    }

    private static func bind(_ descriptor: Descriptor, to address: SocketAddress) throws(SystemError) {
        var yes: Int32 = 1
        // A connection of the run before, in its last minute, must not keep the port.
        _ = try descriptor.call("setsockopt") { setsockopt($0, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size)) }
        _ = try descriptor.call("bind") { number in
            address.bytes.withUnsafeBytes { bytes in
                guard let start = bytes.bindMemory(to: sockaddr.self).baseAddress else { return Int32(-1) }
                return Glibc.bind(number, start, socklen_t(bytes.count))
            }
        }
        _ = try descriptor.call("listen") { Glibc.listen($0, 8) }
    }

    private static func name(of address: inout sockaddr_storage, _ length: socklen_t) -> String? {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let code = withUnsafePointer(to: &address) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getnameinfo($0, length, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            }
        }
        guard code == 0 else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// One spelling of an address: an IPv4 address that came over an IPv6 socket is itself, and `localhost` is its figures.
    private static func plain(_ address: String) -> String {
        let lower = address.lowercased()
        if lower == "localhost" { return "127.0.0.1" }
        return lower.hasPrefix("::ffff:") && lower.contains(".") ? String(lower.dropFirst(7)) : lower
    }
}
