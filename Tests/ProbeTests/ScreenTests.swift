// SPDX-License-Identifier: Apache-2.0
import Doctor
import DriverKit
import EncoderModel
import Foundation
import PortIO
import SiteConfiguration
import Testing

@testable import Console
@testable import Probe

/// `probe` as a technician reads it: whole screens, and for each planted fault the first lines with the command that fixes it.
@Suite struct ScreenTests {
    @Test func screen_isThis_whenNothingIsInTheWay() throws {
        let screen = try PlantedMachine().screen()
        #expect(
            screen == """
                Nothing is in the way.

                /dev/ttyUSB0  front-desk, industry-standard  ok
                    device    1a86:7523 QinHeng Electronics CH340 serial converter (kernel
                              driver ch341)
                    by-path   pci-0000:00:14.0-usb-0:1.1:1.0-port0
                    identity  no serial number: bound to USB port 1-1.1, do not move the plug
                    driver    industry-standard: the configuration says path
                              pci-0000:00:14.0-usb-0:1.1:1.0
                    access    root:encoder-bridge 0666, held by nobody
                    udev      62-encoder-bridge.rules took effect

                No byte was sent. `encoder-bridge probe --identify` asks each configured encoder
                who it is.
                """, "\(screen)")
    }

    @Test func screen_isThis_whenAProgramHasThePort() throws {
        let screen = try PlantedMachine().screen {
            $0.ports[0].holder = HolderFacts(process: HoldingProcess(pid: 812, name: "minicom"))
        }
        let expected = """
             1! /dev/ttyUSB0 is held by minicom (pid 812): two programs on one port eat each
                other's answers.
                    sudo kill 812

            /dev/ttyUSB0  front-desk, industry-standard  see 1
            """
        #expect(screen.hasPrefix(expected), "\(screen)")
    }

    @Test func screen_isThis_whenNothingIsPlugged() throws {
        let machine = try PlantedMachine()
        machine.detected = []
        try machine.remove("/sys/bus")
        let screen = machine.screen()
        #expect(
            screen == """
                 1! The port of encoder front-desk (path pci-0000:00:14.0-usb-0:1.1:1.0) is not
                    there: is it plugged in and switched on?

                No port is there for an encoder: is the cable in, and the adapter's light on?

                No byte was sent. `encoder-bridge probe --identify` asks each configured encoder
                who it is.
                """, "\(screen)")
    }

    /// A fault planted in the machine, what the first finding says, and the command that stands below it.
    struct Fault: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var says: String
        var command: String
        var plant: @Sendable (PlantedMachine) throws -> Void = { _ in }
        var change: @Sendable (inout Look) -> Void = { _ in }
    }

    static let faults: [Fault] = [
        Fault(
            testDescription: "held by another program", says: "/dev/ttyUSB0 is held by minicom (pid 812)", command: "sudo kill 812",
            change: { $0.ports[0].holder = HolderFacts(process: HoldingProcess(pid: 812, name: "minicom")) }),
        Fault(
            testDescription: "no permission", says: "user encoder-bridge may not open /dev/ttyUSB0",
            command: "sudo usermod -aG dialout encoder-bridge",
            change: { $0.ports[0].node = NodeFacts(user: 0, group: 20, userName: "root", groupName: "dialout", mode: 0o660) }),
        Fault(
            testDescription: "rule missing", says: "udev rule 62-encoder-bridge.rules is not installed",
            command: "encoder-bridge rules | sudo tee \\", plant: { try $0.remove("/usr/lib/udev/rules.d/62-encoder-bridge.rules") }),
        Fault(
            testDescription: "brltty rule present", says: "takes every CH340 for a Braille display",
            command: "sudo ln -s /dev/null /etc/udev/rules.d/85-brltty.rules",
            plant: { try $0.file("/lib/udev/rules.d/85-brltty.rules", #"ENV{PRODUCT}=="1a86/7523/*", GOTO="brltty_usb_run""#) }),
        Fault(
            testDescription: "wrong driver named", says: "does not answer to industry-standard, but to pn532",
            command: "sudoedit /etc/encoder-bridge/encoder-bridge.yaml",
            change: { $0.encoders[0].dialogue = .answersTo(driver: "pn532") }),
        Fault(
            testDescription: "wrong speed", says: "does not answer at 9600 baud, but at 19200 baud",
            command: "sudoedit /etc/encoder-bridge/encoder-bridge.yaml", change: { $0.encoders[0].dialogue = .answersAt(baud: 19200) }),
        Fault(
            testDescription: "no power behind a live adapter",
            says: "/dev/ttyUSB0 is there but nothing answers at 9600 baud: has the encoder its own power",
            command: "encoder-bridge probe --identify", change: { $0.encoders[0].dialogue = .silent }),
        Fault(
            testDescription: "deaf encoder in a pending read", says: "Or is it deaf, because a program left it waiting for a card?",
            command: "encoder-bridge probe /dev/ttyUSB0 --driver industry-standard --reset",
            change: {
                $0.encoders[0].manifest?.canReset = true
                $0.encoders[0].dialogue = .silent
            }),
        Fault(
            testDescription: "deaf encoder that was woken", says: "was deaf: a program had left it waiting for a card",
            command: "encoder-bridge probe /dev/ttyUSB0 --driver industry-standard --reset", change: { $0.encoders[0].dialogue = .woke }),
        Fault(
            testDescription: "twins swapped", says: "front-desk and kiosk are swapped", command: "encoder-bridge probe --identify",
            plant: {
                try $0.adapter(2)
                $0.detected.append(PlantedMachine.port(2))
                $0.site.append(PlantedMachine.encoder("kiosk", 2))
            },
            change: {
                $0.encoders[1].driver = "pn532"
                $0.encoders[0].dialogue = .answersTo(driver: "pn532")
                $0.encoders[1].dialogue = .answersTo(driver: "industry-standard")
            }),
        Fault(
            testDescription: "pcscd missing", says: "pcscd is not installed: without it nobody can reach the PC/SC reader of encoder kiosk",
            command: "sudo apt install pcscd libccid",
            plant: {
                try $0.remove("/run/pcscd/pcscd.comm")
                $0.site.append(EncoderConfiguration(name: "kiosk", driver: "pcsc", match: .reader("ACS ACR122U 00 00")))
            }),
    ]

    @Test(arguments: faults) func firstScreen_namesTheFault_withItsCommand(_ fault: Fault) throws {
        let machine = try PlantedMachine()
        try fault.plant(machine)
        let screen = machine.screen(fault.change)
        let lines = screen.split(separator: "\n", omittingEmptySubsequences: false).prefix(24)
        // As one line, so that it does not matter where the sentence was broken.
        let first = lines.map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
        #expect(first.contains(fault.says), "\(screen)")
        #expect(lines.contains { $0.trimmingCharacters(in: .whitespaces).hasPrefix(fault.command) }, "\(screen)")
        for line in screen.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
        #expect(!screen.contains("\u{1B}"), "plain where it is no terminal")
    }

    @Test func hidEncoderWithoutOurRule_isNotSearchedInAnotherSocket() throws {
        let machine = try PlantedMachine()
        try machine.remove("/usr/lib/udev/rules.d/62-encoder-bridge.rules")
        machine.detected = [
            DetectedPort(incarnation: .init("1"), kind: .hidraw, address: "/dev/hidraw0", usb: USBID(0x0801, 0x0003))
        ]
        machine.site = [EncoderConfiguration(name: "spa", driver: "msr", match: .path(PlantedMachine.idPath(3)))]
        let screen = machine.screen()
        #expect(screen.contains("62-encoder-bridge.rules is not installed"), "\(screen)")
        #expect(screen.contains("only our udev rule"), "\(screen)")
        #expect(!screen.contains("was the plug moved"), "\(screen)")
    }

    @Test func swappedTwins_areNotToldThatTheirDriversAreWrong() throws {
        let machine = try PlantedMachine()
        try machine.adapter(2)
        machine.detected.append(PlantedMachine.port(2))
        machine.site.append(PlantedMachine.encoder("kiosk", 2))
        let screen = machine.screen {
            $0.encoders[1].driver = "pn532"
            $0.encoders[0].dialogue = .answersTo(driver: "pn532")
            $0.encoders[1].dialogue = .silent
        }
        #expect(screen.contains("are swapped"), "\(screen)")
        #expect(!screen.contains("Wrong driver: encoder"), "\(screen)")
        #expect(!screen.contains("nothing answers"), "\(screen)")
    }

    @Test func colour_changesNoWord() throws {
        let machine = try PlantedMachine()
        var look = machine.look()
        look.ports[0].holder = HolderFacts(process: HoldingProcess(pid: 812, name: "minicom"))
        let coloured = ProbeScreen(Ink(isColour: true)).text(look)
        #expect(coloured.contains("\u{1B}[1;31m"))
        #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == ProbeScreen().text(look))
    }

    @Test func rows_areJSON_withFindingsAndCommands() throws {
        let machine = try PlantedMachine()
        var look = machine.look()
        look.ports[0].holder = HolderFacts(process: HoldingProcess(pid: 812, name: "minicom"))
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(JSONText.encode(ProbeRow.rows(look)).utf8)) as? [[String: Any]])
        let findings = try #require(rows[0]["findings"] as? [[String: Any]])
        #expect(rows[0]["encoder"] as? String == "front-desk")
        #expect(findings[0]["code"] as? String == "heldByProgram")
        #expect(findings[0]["weight"] as? String == "blocks")
        #expect(findings[0]["commands"] as? [String] == ["sudo kill 812"])
    }

    @Test(
        arguments: [
            ("sudo kill 812", ["    sudo kill 812"]),
            ("a b    # why", ["    a b  # why"]),
            (
                "echo " + String(repeating: "x", count: 60) + " | sudo tee /a/very/long/path",
                ["    echo " + String(repeating: "x", count: 60) + " | sudo \\", "      tee /a/very/long/path"]
            ),
            (
                "printf '" + String(repeating: "x ", count: 40) + "' | tee",
                ["    printf \\", "      '" + String(repeating: "x ", count: 40) + "' \\", "      | tee"]
            ),
        ])
    func longCommands_canStillBeCopied(command: String, lines: [String]) {
        #expect(ShellText.lines(command, indent: 4) == lines)
    }
}
