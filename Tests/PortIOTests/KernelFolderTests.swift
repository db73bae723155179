// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

@testable import PortIO

@Suite struct KernelFolderTests {
    @Test(
        arguments: [
            ("/sys/class/tty", "../../devices/virtual/tty/tty1", "/sys/devices/virtual/tty/tty1"),
            ("/sys/bus/usb-serial/devices", "../../../devices/pci0/1-1/1-1:1.0/ttyUSB0", "/sys/devices/pci0/1-1/1-1:1.0/ttyUSB0"),
            ("/sys/class/tty", "/sys/devices/x", "/sys/devices/x"),
            ("/sys/class/tty", "./here", "/sys/class/tty/here"),
            ("/sys", "../../../../etc", "/etc"),
        ])
    func link_isFollowedFromItsFolder(folder: String, target: String, path: String) {
        #expect(KernelFolder.joined(folder, target) == path)
    }

    @Test func devices_areWhereTheLinksLead_andNothingElse() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kernel-folder-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(try KernelFolder(path: folder.path).devices() == [])
        for name in ["ttyS0", "ttyUSB0"] {
            try FileManager.default.createSymbolicLink(
                atPath: folder.appendingPathComponent(name).path, withDestinationPath: "/sys/devices/\(name)")
        }
        try Data().write(to: folder.appendingPathComponent("uevent"))
        #expect(try KernelFolder(path: folder.path).devices().sorted() == ["/sys/devices/ttyS0", "/sys/devices/ttyUSB0"])
    }

    @Test func devices_areNone_whenTheKernelHasNoSuchFolder() throws {
        #expect(try KernelFolder(path: "/sys/class/there-is-no-such-class").devices() == [])
    }

    @Test func folder_thatCannotBeRead_isAnError() {
        #expect(throws: SystemError(call: "opendir", code: ENOTDIR)) { try KernelFolder(path: "/dev/null").devices() }
    }

    @Test func devicesThatHangOnNothing_areLeftOut() throws {
        let links = [
            "tty63": "../../devices/virtual/tty/tty63", "ttyS0": "../../devices/platform/serial8250/tty/ttyS0",
            // Made by a program (uhid): virtual, and yet something hangs on it.
            "hidraw0": "../../devices/virtual/misc/uhid/0003:0801:0003.0001/hidraw/hidraw0",
        ]
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kernel-folder-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, target) in links {
            try FileManager.default.createSymbolicLink(atPath: folder.appendingPathComponent(name).path, withDestinationPath: target)
        }
        let found = try KernelFolder(path: folder.path, bare: KernelFolder.subsystem("tty").bare).devices()
        #expect(found.compactMap { $0.split(separator: "/").last }.sorted() == ["hidraw0", "ttyS0"])
    }
}
