// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import DriverKit
import EncoderModel
import Testing

@Suite struct PortAssignmentsTests {
    static func port(_ tag: String, address: String = "/dev/ttyUSB0", serial: String? = nil, path: String? = nil, links: [String] = [])
        -> DetectedPort
    {
        DetectedPort(incarnation: .init(tag), kind: .tty, address: address, serial: serial, idPath: path, links: links)
    }

    @Test func port_goesToTheEncoderThatNamesIt() {
        var assignments = PortAssignments(["a": .serial("A50285BI"), "b": .path("pci-usb-0:1:1.0")])
        let first = Self.port("1", serial: "A50285BI")
        let second = Self.port("2", address: "/dev/ttyUSB1", path: "pci-usb-0:1:1.0")
        #expect(told(assignments.apply(.arrived(first))) == ["a arrived 1"])
        #expect(told(assignments.apply(.arrived(second))) == ["b arrived 2"])
        #expect(told(assignments.apply(.left(first))) == ["a left 1"])
    }

    @Test func port_isNeverUsed_whenNobodyNamedIt() {
        var assignments = PortAssignments(["a": .serial("A50285BI")])
        #expect(assignments.apply(.arrived(Self.port("1", serial: "OTHER"))).isEmpty)
    }

    @Test func replug_isLeftAndArrived_whenTheNewOneIsSeenFirst() {
        var assignments = PortAssignments(["a": .serial("S")])
        _ = assignments.apply(.arrived(Self.port("1", serial: "S")))
        #expect(told(assignments.apply(.arrived(Self.port("2", serial: "S")))) == ["a left 1", "a arrived 2"])
        #expect(assignments.apply(.left(Self.port("1", serial: "S"))).isEmpty)
    }

    @Test func twins_areRefused_untilOneIsGone() {
        var assignments = PortAssignments(["a": .serial("TWIN")])
        let left = Self.port("1", serial: "TWIN")
        _ = assignments.apply(.arrived(left))
        #expect(told(assignments.apply(.arrived(Self.port("2", address: "/dev/ttyUSB1", serial: "TWIN")))) == ["a ambiguous"])
        #expect(told(assignments.apply(.left(left))) == ["a arrived 2"])
    }

    @Test func anewList_tellsWhatLeftMeanwhile_andNothingOfWhatStayed() {
        var assignments = PortAssignments(["a": .serial("A"), "b": .serial("B")])
        let (a, b) = (Self.port("1", serial: "A"), Self.port("2", address: "/dev/ttyUSB1", serial: "B"))
        for port in [a, b] { _ = assignments.apply(.arrived(port)) }
        assignments.listAnew(["c": .serial("C")])
        #expect(assignments.apply(.arrived(a)).isEmpty)
        let c = Self.port("3", address: "/dev/ttyUSB2", serial: "C")
        #expect(assignments.apply(.arrived(c)).isEmpty)
        #expect(told(assignments.apply(.listed)) == ["b left 2", "c arrived 3"])
        #expect(told(assignments.apply(.arrived(b))) == ["b arrived 2"])
    }

    @Test func anewList_endsTheDoubt_whenATwinLeftMeanwhile() {
        var assignments = PortAssignments(["a": .serial("TWIN")])
        let twins = [Self.port("1", serial: "TWIN"), Self.port("2", address: "/dev/ttyUSB1", serial: "TWIN")]
        for port in twins { _ = assignments.apply(.arrived(port)) }
        assignments.listAnew([:])
        _ = assignments.apply(.arrived(twins[1]))
        #expect(told(assignments.apply(.listed)) == ["a arrived 2"])
    }

    @Test func encoderThatWasReplaced_isToldItsPortAgain() {
        var assignments = PortAssignments(["a": .serial("A")])
        let port = Self.port("1", serial: "A")
        _ = assignments.apply(.arrived(port))
        assignments.forget(["a"])
        assignments.listAnew(["a": .serial("A")])
        _ = assignments.apply(.arrived(port))
        #expect(told(assignments.apply(.listed)) == ["a arrived 1"])
    }

    @Test(arguments: ["0001", "0000", ""])
    func placeholderSerial_neverMatches(serial: String) {
        #expect(!PortMatch.serial(serial).matches(Self.port("1", serial: serial)))
    }

    @Test func device_matchesNodeAndLinks() {
        let port = Self.port("1", links: ["/dev/serial/by-id/usb-X"])
        #expect(PortMatch.device("/dev/serial/by-id/usb-X").matches(port))
        #expect(PortMatch.device("/dev/ttyUSB0").matches(port))
        #expect(!PortMatch.device("/dev/ttyUSB1").matches(port))
    }

    func told(_ changes: [(EncoderName, SessionMachine.Event)]) -> [String] {
        changes.map { name, event in
            switch event {
            case .portArrived(let port): "\(name) arrived \(port.incarnation.text)"
            case .portLeft(let incarnation): "\(name) left \(incarnation.text)"
            case .ambiguous: "\(name) ambiguous"
            default: "\(name) \(event)"
            }
        }
    }
}
