// SPDX-License-Identifier: Apache-2.0
import CLinuxDevice
import EncoderModel
import Glibc
import Ports

/// Follows the ports of this machine on a thread of its own and tells what arrived and left. Sleeps until udev or a folder says something.
actor Bus {
    typealias Remark = @Sendable (String) -> Void

    private let loop: PortLoop
    private let fixed: [PortMatch]
    private let remark: Remark
    /// `nil` where no encoder hangs on a PC/SC reader: then pcscd is left alone.
    private let readers: PcscListing?
    private var known: [DetectedPort] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    init(loop: PortLoop, fixed: [PortMatch], readers: PcscListing?, remark: @escaping Remark) {
        self.loop = loop
        self.fixed = fixed
        self.readers = readers
        self.remark = remark
    }

    /// Runs until the sources are stopped.
    func follow(_ sources: HintSources, into events: AsyncStream<BusEvent>.Continuation) async {
        do throws(SystemError) {
            try await run(sources, events)
        } catch {
            remark("The list of ports is no longer followed (\(error.text)): restart the bridge.")
        }
        events.finish()
    }

    private func run(_ sources: HintSources, _ events: AsyncStream<BusEvent>.Continuation) async throws(SystemError) {
        let context = try UdevContext()
        // First listen, then look: what is plugged in between is in both, and nothing in neither.
        let monitor = subscribe(context)
        let watcher = try PathWatcher(fixed.compactMap { if case .device(let path) = $0 { path } else { nil } })
        if let monitor { try sources.add(monitor.descriptor) }
        try sources.add(watcher.descriptor)
        if let readers { try sources.add(readers.descriptor) }
        try watcher.refresh()
        let listing = PortListing(context)
        var listed = try listing.entries()
        tell(listed, watcher, events)
        events.yield(.listed)
        while true {
            let (ready, broken) = try await sources.next()
            if ready.isEmpty { return }
            if let monitor, ready.contains(monitor.descriptor) {
                listing.forget(monitor.drain())
                listed = try listing.entries()
                if broken.contains(monitor.descriptor) { remark("udev's events have ended: restart the bridge to see new encoders.") }
            }
            readers?.drain()
            // A new device often has new links to it, and udev has made them before it tells.
            if try watcher.drain() || ready.contains(monitor?.descriptor ?? -1) { try watcher.refresh() }
            tell(listed, watcher, events)
        }
    }

    private func subscribe(_ context: UdevContext) -> UdevMonitor? {
        do throws(SystemError) {
            return try UdevMonitor(context, subsystems: PortSubsystem.all.map(\.name))
        } catch {
            remark("No events from udev (\(error.text)): encoders that are plugged in later are not seen. The service may lack AF_NETLINK.")
            return nil
        }
    }

    private func tell(_ listed: [PortListing.Entry], _ watcher: PathWatcher, _ events: AsyncStream<BusEvent>.Continuation) {
        let addresses = fixed.compactMap { match -> PortSnapshot.Address? in
            switch match {
            case .tcp(let host, let port): PortSnapshot.Address(text: HostAndPort(host: host, port: port).description)
            case .tcpListen(let host, let port, let from):
                PortSnapshot.Address(text: HostAndPort(host: host, port: port).description, admits: from)
            case .serial, .path, .device, .reader: nil
            }
        }
        let ports =
            PortSnapshot.ports(
                listed: listed, trails: watcher.trails, addresses: addresses, udevDecides: Self.isUdevs, kind: Self.kind)
            + (readers?.ports ?? [])
        for event in BusDiff.events(from: known, to: ports) { events.yield(event) }
        known = ports
    }

    /// Whether udev is at work here and has yet to finish with this USB device. Without udev (a container) nobody else would report it.
    private static func isUdevs(_ node: PathTrail.Node) -> Bool {
        access("/run/udev/control", F_OK) == 0 && devicePath(of: node).contains("/usb")
    }

    /// A HID device by the kernel's own tree, where there is no udev to say so; everything else is tried as a terminal.
    private static func kind(_ node: PathTrail.Node) -> PortKind { devicePath(of: node).contains("/hidraw/") ? .hidraw : .tty }

    /// Where the kernel has the device of a node; empty where it does not tell.
    private static func devicePath(of node: PathTrail.Node) -> String {
        var target = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard readlink("/sys/dev/char/\(node.major):\(node.minor)", &target, target.count - 1) > 0 else { return "" }
        return String(decoding: target.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
