// SPDX-License-Identifier: Apache-2.0
import Access
import EncoderModel
import Foundation
import LockDrivers
import SiteConfiguration
import Testing

@Suite struct AccessRuleTests {
    private static let site = """
        property: { timeZone: Europe/Prague }
        mqtt: { broker: "mqtt://127.0.0.1:1883", userFile: mqtt-user, passwordFile: mqtt-password }
        locks:
          door-101: { driver: zigbee2mqtt, topic: "zigbee2mqtt/Room 101", slots: 10-29 }
          entrance: { driver: nuki-hub, topic: nuki/lock }
          pool: { driver: zigbee2mqtt, topic: zigbee2mqtt/pool, slots: 1-250 }
        access:
          pms: mews
          issueOnCheckIn: true
          removeOnCheckOut: true
          codeLength: 6
          moveGrace: 10m
          spaces:
            "101":   { locks: [door-101] }
            "101-A": { within: "101" }
          commonAreas:
            Entrance: { locks: [entrance], rooms: ["101", "102"] }
            Pool:     { locks: [pool], everyone: true }
        connector:
          mews: { clientTokenFile: a, accessTokenFile: b }
        """

    @Test func access_isReadAsTheDesignHasIt() throws {
        let reading = try reading(Self.site)
        #expect(reading.problems == [])
        let site = reading.configuration
        #expect(site.mqtt?.host == "127.0.0.1" && site.mqtt?.port == 1883 && site.mqtt?.usesTLS == false)
        #expect(site.mqtt?.passwordFile == "/etc/site/mqtt-password")
        #expect(site.locks.map(\.name) == ["door-101", "entrance", "pool"])
        #expect(site.locks.first?.settings.slots == 10...29)
        #expect(site.locks.allSatisfy { $0.settings.timeZone.identifier == "Europe/Prague" })
        let map = site.access?.rules.map
        #expect(map?.spaces["101-A"] == SpaceMap.Space(within: "101"))
        #expect(map?.commonAreas["Entrance"] == SpaceMap.CommonArea(locks: ["entrance"], rooms: ["101", "102"]))
        #expect(map?.commonAreas["Pool"]?.everyone == true)
        #expect(site.access?.rules.moveGrace == 600)
        #expect(site.access?.pms == .mews)
    }

    /// `reading` is a name of the test's own there.
    private func again(_ text: String) throws -> ConfigurationReading { try reading(text) }

    @Test func cardsAndBackupCodes_areRead() throws {
        let more =
            Self.site.replacing(
                "  moveGrace: 10m\n",
                with: "  moveGrace: 10m\n  backupCodes: 2\n  cards: { encoder: desk, onCheckIn: true, copies: 2, register: true }\n")
            + "\nencoders:\n  desk: { driver: msr, match: { path: x } }\n"
        let reading = try reading(more)
        #expect(reading.problems == [])
        #expect(reading.configuration.access?.rules.backupCodes == 2)
        #expect(reading.configuration.access?.cards == .init(encoder: "desk", onCheckIn: true, copies: 2, register: true))
        #expect(try again(Self.site).configuration.access?.cards == nil, "never unasked")
        let wrong = try again(
            more.replacing("encoder: desk", with: "encoder: deks").replacing("backupCodes: 2", with: "backupCodes: 20"))
        #expect(wrong.problems.count == 2)
        #expect(wrong.configuration.access?.cards == nil)
    }

    @Test(arguments: [
        (#"mqtt: { broker: "mqtt://10.0.0.2:1883" }"#, "mqtt.broker: mqtt:// sends door codes in the clear: write mqtts://10.0.0.2:8883"),
        (#"mqtt: { broker: "mqtt://a:b@127.0.0.1" }"#, "mqtt.broker: user and password do not belong here"),
        (#"mqtt: { broker: "http://127.0.0.1" }"#, "mqtt.broker: this is no address of a broker"),
        (#"mqtt: { brocker: "mqtt://127.0.0.1" }"#, "mqtt.brocker: this key is not known: did you mean 'broker'?"),
        (
            "locks: { a: { driver: zigbee2mqt, topic: z/a, slots: 1-2 } }",
            "there is no lock driver 'zigbee2mqt': did you mean 'zigbee2mqtt'?"
        ),
        ("locks: { a: { driver: zigbee2mqtt, topic: z/a } }", "locks.a.slots: write which slots of the lock are the bridge's"),
        ("locks: { a: { driver: zigbee2mqtt, topic: z/a, slots: 9-3 } }", "locks.a.slots: '9-3' is not possible here"),
        ("locks: { a: { driver: nuki-hub, topic: n/lock } }", "locks: locks are reached over MQTT"),
        ("locks: { a: { driver: nuki-hub, topic: n/lock } }", "locks.a: write property.timeZone, such as Europe/Prague"),
        ("locks: { a: { driver: nuki-hub, topic: n/lock, entries: 500 } }", "locks.a.entries: write how many keypad codes"),
        ("access: { codeLength: 3 }", "access.codeLength: '3' is not possible here: write a number of digits from 4 to 9"),
        ("access: { issueOnCheckIn: yes please }", "access.issueOnCheckIn: 'yes please' is not possible here: write true or false"),
        (
            #"access: { spaces: { "101": { locks: [door] } } }"#,
            "access.spaces.101.locks: there is no lock 'door': write it under locks first"
        ),
        (#"access: { spaces: { a: { within: b }, b: { within: a } } }"#, "'a' lies within itself"),
        (#"access: { commonAreas: { Pool: { rooms: ["1"], everyone: true } } }"#, "write rooms or everyone, not both"),
        ("access: { pms: opera }", "access.pms: there is no PMS 'opera': write mews or fias"),
        ("access: { pms: fias }", "access.pms: check-ins come from the hotel system: write connector.fias too"),
        ("access: { pms: mews }", "access.pms: reservations come from Mews: write connector.mews too"),
    ])
    func mistake_isNamedWithWhatToWrite(_ text: String, _ sentence: String) throws {
        let problems = try reading(text).problems.map(\.description)
        #expect(problems.contains { $0.contains(sentence) }, "\(problems)")
    }
}
