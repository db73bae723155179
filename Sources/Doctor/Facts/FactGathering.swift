// SPDX-License-Identifier: Apache-2.0
import DriverKit
import EncoderModel
import Foundation
import Glibc
import PortIO
import Ports

/// Reads what `probe` must know from /sys, /proc, /run and /etc. Opens no port, sends nothing, changes nothing.
public struct FactGathering: Sendable {
    private let root: SystemRoot

    /// - Parameter root: a planted tree in tests.
    public init(root: SystemRoot = .machine) { self.root = root }

    public func machine() -> MachineFacts {
        var facts = MachineFacts()
        facts.rules = RuleFiles(root)
        facts.usb = USBFacts.all(root)
        facts.accounts = Accounts(passwd: root.text("/etc/passwd") ?? "", group: root.text("/etc/group") ?? "")
        facts.caller = caller(facts.accounts)
        for entry in root.entries("/proc") where Int32(entry) != nil {
            if let name = root.value("/proc/\(entry)/comm"), MachineFacts.programsThatMatter.contains(name) { facts.programs.insert(name) }
        }
        facts.units = Set(MachineFacts.unitsThatMatter.filter(isInstalled))
        facts.hasCardService = root.exists(MachineFacts.cardServiceSocket)
        return facts
    }

    public func port(_ port: DetectedPort) -> PortFacts {
        var facts = PortFacts(port)
        guard port.address.hasPrefix("/") else { return facts }
        facts.node = node(port.address)
        let name = port.address.split(separator: "/").last.map(String.init) ?? ""
        let folder = port.kind == .hidraw ? "/sys/class/hidraw/\(name)" : "/sys/class/tty/\(name)"
        if let number = root.value("\(folder)/dev"), let text = root.text("/run/udev/data/c\(number)") {
            facts.record = UdevRecord(parsing: text)
        }
        facts.latencyTimer = root.value("\(folder)/device/latency_timer").flatMap { Int($0) }
        facts.socket = socket(folder)
        if let process = PortHolder.process(holding: root.path + port.address) {
            let service = Accounts(passwd: root.text("/etc/passwd") ?? "", group: "").users.first { $0.name == Accounts.serviceName }?.user
            let isBridge = PortHolder.isProgram("encoder-bridge", process.pid, users: [0, service ?? 0])
            facts.holder = HolderFacts(
                process: process, unit: unit(of: process.pid), isBridge: isBridge && process.name.hasPrefix("encoder-bridge"),
                intruder: isBridge ? PortHolder.process(beside: process.pid, on: root.path + port.address) : nil)
        }
        return facts
    }

    /// The USB device that a device of sysfs belongs to: the nearest folder above it that has a vendor id.
    private func socket(_ folder: String) -> String? {
        guard var place = root.resolved(folder) else { return nil }
        while let slash = place.lastIndex(of: "/"), slash > place.startIndex {
            if root.exists(place + "/idVendor") { return place.split(separator: "/").last.map(String.init) }
            place = String(place[..<slash])
        }
        return nil
    }

    private func node(_ path: String) -> NodeFacts? {
        guard let found = root.status(path) else { return nil }
        let accounts = Accounts(passwd: root.text("/etc/passwd") ?? "", group: root.text("/etc/group") ?? "")
        return NodeFacts(
            user: found.st_uid, group: found.st_gid,
            userName: accounts.users.first { $0.user == found.st_uid }?.name ?? String(found.st_uid),
            groupName: accounts.groupNames[found.st_gid] ?? String(found.st_gid), mode: found.st_mode & 0o777)
    }

    /// With the groups that this process really has: a group that was given after the login is not among them.
    private func caller(_ accounts: Accounts) -> Account {
        let user = geteuid()
        let count = max(0, getgroups(0, nil))
        var groups = [gid_t](repeating: 0, count: Int(count))
        let given = getgroups(count, &groups)
        let name = accounts.users.first { $0.user == user }?.name ?? String(user)
        return Account(name: name, user: user, groups: Set(groups.prefix(max(0, Int(given)))).union([getegid()]))
    }

    private func isInstalled(_ unit: String) -> Bool {
        for folder in ["/etc/systemd/system", "/run/systemd/system"] where root.target("\(folder)/\(unit)") == "/dev/null" { return false }
        return ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"].contains { root.exists("\($0)/\(unit)") }
    }

    /// `0::/system.slice/gpsd.service` in its cgroup.
    private func unit(of pid: Int32) -> String? {
        let path = root.text("/proc/\(pid)/cgroup")?.split(separator: "\n").last
        let last = path?.split(separator: "/").last.map(String.init)
        return last.flatMap { $0.hasSuffix(".service") && !$0.hasPrefix("user@") ? $0 : nil }
    }
}
