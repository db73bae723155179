// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import EncoderModel
import Glibc

/// A device on the network: it is dialled, or dials. One partner at a time; who dials in later takes the place of the one before.
struct NetworkLine: ~Copyable, DeviceLine {
    /// Where the device is.
    enum Place: Sendable, Hashable {
        case listens(host: String, port: UInt16)
        case dials(host: String, port: UInt16)

        /// `HOST:PORT`, the host in figures or `localhost`.
        static func parse(_ text: String, dials: Bool) throws(SimulatorFault) -> Place {
            guard let place = HostAndPort(text, takesAnyFreePort: true), let port = UInt16(exactly: place.port) else {
                throw SimulatorFault("'\(text)': write HOST:PORT, as in 127.0.0.1:5010")
            }
            let host = place.host == "localhost" ? "127.0.0.1" : place.host
            var address = in_addr()
            guard inet_pton(AF_INET, host, &address) == 1 else {
                throw SimulatorFault("'\(text)': write the address in figures, as in 127.0.0.1:5010")
            }
            return dials ? .dials(host: host, port: port) : .listens(host: host, port: port)
        }
    }

    /// The connection now; -1: none.
    private final class Connection {
        var number: Int32 = -1
        func close() {
            if number >= 0 { _ = Glibc.close(number) }
            number = -1
        }
    }

    private let connection = Connection()
    private let listening: Int32
    let path: String

    /// `nil`: nobody answers there now.
    init?(_ place: Place) throws(SimulatorFault) {
        switch place {
        case .listens(let host, let port):
            let number = try Self.socket()
            var yes: Int32 = 1
            setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
            guard Self.with(host, port, { bind(number, $0, $1) }) == 0, listen(number, 8) == 0 else {
                close(number)
                throw .system("cannot listen: stop the program that uses it, or choose another address", "\(host):\(port)")
            }
            listening = number
            path = "\(host):\(Self.port(of: number) ?? port)"
        case .dials(let host, let port):
            let number = try Self.socket()
            listening = -1
            path = "\(host):\(port)"
            // On this machine and in one network a connection is made or refused at once.
            let result = Self.with(host, port) { connect(number, $0, $1) }
            var waiting = [pollfd(fd: number, events: Int16(POLLOUT), revents: 0)]
            var limit = timespec(tv_sec: 2, tv_nsec: 0)
            guard result == 0 || (errno == EINPROGRESS && device_poll(&waiting, 1, &limit) == 1), Self.error(of: number) == 0 else {
                close(number)
                return nil
            }
            connection.number = number
        }
    }

    deinit {
        connection.close()
        if listening >= 0 { close(listening) }
    }

    var descriptor: Int32 { connection.number }
    var opening: Int32 { listening }
    var isLostWhenClosed: Bool { listening < 0 }
    var baud: Int? { nil }

    func read() throws(SimulatorFault) -> [UInt8]? {
        guard connection.number >= 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(connection.number, &buffer, buffer.count)
        if count > 0 { return Array(buffer[..<count]) }
        if count < 0, errno == EAGAIN || errno == EINTR { return [] }
        connection.close()
        return nil
    }

    func write(_ bytes: [UInt8]) {
        if connection.number >= 0 { _ = send(connection.number, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
    }

    func forgetOpenings() {
        guard listening >= 0 else { return }
        while true {
            let number = accept(listening, nil, nil)
            guard number >= 0 else { return }
            connection.close()
            connection.number = number
            _ = fcntl(number, F_SETFL, O_NONBLOCK)
            _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        }
    }

    private static func socket() throws(SimulatorFault) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let number = Glibc.socket(AF_INET, type, 0)
        guard number >= 0 else { throw .system("cannot make a socket", "simulator") }
        return number
    }

    private static func with(_ host: String, _ port: UInt16, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }

    private static func port(of number: Int32) -> UInt16? {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &length) }
        }
        return result == 0 ? UInt16(bigEndian: address.sin_port) : nil
    }

    private static func error(of number: Int32) -> Int32 {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &size)
        return code
    }
}
