// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc

/// A pcscd of this test's own, with vsmartcard's virtual reader in it. Its /run is private, so that the machine's own is not touched.
struct PcscService: Sendable {
    static let reader = "Virtual PCD 00 00"
    private static let daemon = "/usr/sbin/pcscd"
    private static let library = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so"
    private static let scanner = "/usr/bin/pcsc_scan"

    /// Why it cannot run here, as a test that is skipped says it.
    static let need = "pcscd, vsmartcard-vpcd and pcsc-tools are needed (packaging/install-packages test), and root for a /run of its own"
    static var canRun: Bool {
        geteuid() == 0 && [daemon, library, scanner].allSatisfy { FileManager.default.fileExists(atPath: $0) }
    }

    let folder: URL
    /// Where the virtual reader takes its cards.
    let port: UInt16

    init(in folder: URL) throws {
        self.folder = folder.appendingPathComponent("pcsc")
        port = try Self.freePort()
        for name in ["run", "readers"] {
            try FileManager.default.createDirectory(at: self.folder.appendingPathComponent(name), withIntermediateDirectories: true)
        }
        let readers = """
            FRIENDLYNAME "Virtual PCD"
            DEVICENAME /dev/null:\(port)
            LIBPATH \(Self.library)
            CHANNELID \(port)

            """
        try Data(readers.utf8).write(to: self.folder.appendingPathComponent("readers/vpcd"))
    }

    private var socket: URL { folder.appendingPathComponent("run/pcscd.comm") }
    /// What a program needs to find it.
    var environment: [String: String] { ["PCSCLITE_CSOCK_NAME": socket.path] }

    /// Starts it, or starts it again, and waits until it lists its reader.
    func start(on site: Site) async throws -> RunningProgram {
        let script = #"mount -t tmpfs tmpfs /run && mkdir /run/pcscd && mount --bind "$0" /run/pcscd && exec "$1" --foreground -c "$2""#
        let run = folder.appendingPathComponent("run").path
        let program = try RunningProgram(
            ["--mount", "sh", "-c", script, run, Self.daemon, folder.appendingPathComponent("readers").path],
            log: folder.appendingPathComponent("pcscd.log"), executable: URL(fileURLWithPath: "/usr/bin/unshare"))
        _ = site.keep(program) { $0 }
        return program
    }

    /// What pcsc_scan of pcsc-tools sees, as soon as that has what is wanted in it.
    func scan(on site: Site, until wanted: String) async throws -> String {
        let log = folder.appendingPathComponent("scan-\(UUID().uuidString.prefix(4)).log")
        let program = try RunningProgram(
            ["-n", "-t", "60"], log: log, environment: environment, executable: URL(fileURLWithPath: Self.scanner))
        _ = site.keep(program) { $0 }
        defer { program.signal(SIGKILL) }
        return try await eventually("pcsc_scan to see \(wanted)", within: .seconds(50)) {
            program.output.contains(wanted) ? program.output : nil
        }
    }

    /// Simulated cards on its reader.
    func cards(on site: Site, _ options: [String] = []) throws -> RunningProgram {
        let program = try RunningProgram(
            ["simulate", "pcsc", "--virtual-reader", "127.0.0.1:\(port)", "--card-delay", "800ms"] + options,
            log: folder.appendingPathComponent("cards.log"))
        return site.keep(program) { $0 }
    }

    static func entry(_ name: String) -> String {
        """
          \(name):
            driver: pcsc
            match: { reader: "\(reader)" }
            settings: { cardTimeout: 10s }

        """
    }

    /// The virtual reader has two slots, each with a port: this one and the next.
    private static func freePort() throws -> UInt16 {
        for _ in 0..<200 {
            let port = UInt16.random(in: 20_000..<32_000)
            if isFree(port), isFree(port + 1) { return port }
        }
        throw Trouble("no two free ports in a row")
    }

    private static func isFree(_ port: UInt16) -> Bool {
        let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
        }
    }
}
