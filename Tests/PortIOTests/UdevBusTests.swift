// SPDX-License-Identifier: Apache-2.0
import Testing

/// The bus on the real libudev, with umockdev's devices.
@Suite struct UdevBusTests {
    private let encoder = Adapter(socket: "1", numbers: [0], serial: "A50285BI")

    @Test func device_arrivesBeforeListed_whenItIsThereAtStart() async throws {
        let bed = try Testbed()
        try await bed.plug(encoder)
        try await bed.start()
        let arrived = try await bed.next()
        #expect(arrived.event == "arrived")
        #expect(arrived.address == "/dev/ttyUSB0")
        #expect(arrived.serial == "A50285BI")
        #expect(arrived.idPath == "pci-0000:00:14.0-usb-0:1:1.0")
        #expect(arrived.usb == "10c4:ea60")
        #expect(arrived.kernelDriver == "cp210x")
        #expect(arrived.links == ["/dev/serial/by-path/pci-0000:00:14.0-usb-0:1:1.0-port0"])
        #expect(try await bed.next().event == "listed")
    }

    @Test func device_arrivesAndLeaves_whenItIsPluggedAndUnplugged() async throws {
        let bed = try Testbed()
        try await bed.start()
        #expect(try await bed.next().event == "listed")
        try await bed.plug(encoder)
        let arrived = try await bed.next()
        #expect(arrived.event == "arrived")
        try await bed.unplug(encoder)
        let left = try await bed.next()
        #expect(left.event == "left")
        #expect(left.incarnation == arrived.incarnation)
    }

    @Test func fastReplug_isLeftAndArrived_whenOnlyTheTimeDiffers() async throws {
        let bed = try Testbed()
        try await bed.plug(encoder)
        try await bed.start()
        let first = try await bed.next()
        #expect(try await bed.next().event == "listed")
        // Same path, same number: the bus hears of it only when the new plug is already there.
        var again = encoder
        again.plugged = 2000
        try await bed.event("add", again)
        let left = try await bed.next()
        #expect(left.event == "left")
        #expect(left.incarnation == first.incarnation)
        let second = try await bed.next()
        #expect(second.event == "arrived")
        #expect(second.address == first.address)
        #expect(second.incarnation != first.incarnation)
    }

    @Test func twins_areTwoPorts_whenNeitherHasASerialNumber() async throws {
        let bed = try Testbed()
        try await bed.plug(Adapter(socket: "1", numbers: [0]))
        try await bed.plug(Adapter(socket: "2", numbers: [1]))
        try await bed.start()
        let twins = [try await bed.next(), try await bed.next()]
        #expect(twins.map(\.event) == ["arrived", "arrived"])
        #expect(twins.map(\.serial) == [nil, nil])
        #expect(twins.map(\.idPath) == ["pci-0000:00:14.0-usb-0:1:1.0", "pci-0000:00:14.0-usb-0:2:1.0"])
        #expect(twins[0].incarnation != twins[1].incarnation)
        #expect(try await bed.next().event == "listed")
    }

    @Test func portsOfOneAdapter_areNumbered_fromTheFirstOn() async throws {
        let bed = try Testbed()
        try await bed.plug(Adapter(socket: "1", numbers: [0, 1]))
        try await bed.start()
        let ports = [try await bed.next(), try await bed.next()]
        #expect(ports.map(\.idPath) == ["pci-0000:00:14.0-usb-0:1:1.0:0", "pci-0000:00:14.0-usb-0:1:1.0:1"])
    }

    @Test func device_isIgnored_untilUdevHasFinishedWithIt() async throws {
        let bed = try Testbed()
        try await bed.start()
        #expect(try await bed.next().event == "listed")
        try await bed.plug(encoder, recorded: false)
        let finished = Adapter(socket: "2", numbers: [1])
        try await bed.plug(finished)
        #expect(try await bed.next().address == "/dev/ttyUSB1")
        try await bed.event("change", encoder)
        let arrived = try await bed.next()
        #expect(arrived.event == "arrived")
        #expect(arrived.address == "/dev/ttyUSB0")
    }

    @Test func assignment_isReported_whenTheSitesRuleMadeIt() async throws {
        let bed = try Testbed()
        var assigned = encoder
        assigned.properties = ["ENCODER_BRIDGE_DRIVER": "industry-standard"]
        try await bed.plug(assigned)
        try await bed.start()
        #expect(try await bed.next().assignedDriver == "industry-standard")
    }

    @Test func list_isOneLook_atThePorts() async throws {
        let bed = try Testbed(["list"])
        try await bed.plug(encoder)
        try await bed.start()
        let port = try await bed.next()
        #expect(port.event == "listed")
        #expect(port.address == "/dev/ttyUSB0")
    }

    @Test func noPlugIsLost_whenManyFollowEachOther() async throws {
        let bed = try Testbed()
        try await bed.start()
        #expect(try await bed.next().event == "listed")
        for plug in 1...200 {
            var adapter = encoder
            adapter.plugged = plug
            try await bed.plug(adapter)
            #expect(try await bed.next().incarnation?.hasSuffix(" \(plug)") == true)
            try await bed.unplug(adapter)
            #expect(try await bed.next().event == "left")
        }
    }
}
