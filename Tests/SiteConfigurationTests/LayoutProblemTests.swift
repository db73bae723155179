// SPDX-License-Identifier: Apache-2.0
import CardLayouts
import DriverKit
import EncoderModel
import Foundation
import SiteConfiguration
import Testing

@Suite struct LayoutProblemTests {
    /// Reads with these texts as the files of card keys.
    private func reading(_ text: String, files: [String: String] = [:]) throws -> ConfigurationReading {
        try ConfigurationReading.read(
            text, file: "f.yaml", folder: "/etc/site", driverCheck: { _ in [] }, sharingCheck: ConfigurationReading.nobodyShares,
            secrets: { path throws(SecretFault) in
                guard let text = files[path] else { throw SecretFault("\(path) is not there: make it") }
                return text
            })
    }

    private func problems(_ text: String, files: [String: String] = [:]) throws -> [String] {
        try reading(text, files: files).problems.map(\.description)
    }

    @Test func layoutAndKeys_arriveAtTheirEncoder() throws {
        let text = """
            cardKeys: { door: keys/door, mac: credential:mac }
            layouts:
              a: { key: door, blocks: { 4: "{fill}{hmac key=mac bytes=4}" } }
            encoders:
              one: { driver: d, match: { device: /dev/x }, layout: a }
              two: { driver: d, match: { device: /dev/y } }
            """
        let reading = try reading(text, files: ["/etc/site/keys/door": "A0A1 A2A3\nA4A5\n", "credential:mac": "00ff"])
        #expect(reading.problems == [])
        let encoders = reading.configuration.encoders
        #expect(encoders[0].settings.keys.bytes("door") == [0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5])
        #expect(encoders[0].layout?.name == "a" && encoders[1].layout == nil)
        #expect(encoders[0].layout?.keys.bytes("mac") == [0, 0xFF])
        #expect(reading.configuration.layouts.keys.sorted() == ["a"])
        // Nothing that prints a configuration may print a key.
        let printed = "\(reading) \(String(reflecting: reading))"
        for secret in ["A0A1", "160, 161", "a0a1"] { #expect(!printed.contains(secret)) }
    }

    @Test func faultOfATemplate_isPlacedAtItsLine() throws {
        let text = """
            layouts:
              a:
                tracks:
                  1: "ABC"
                  2: "{lok}"
              b:
                pages: { 4: "{fill}", 300: "{fill}", x: "" }
                allow: everything
              c: {}
              d:
                tracks: { 2: "1" }
                coercivity: medium
                bitsPerCharacter: 9
                colour: red
                example: { lockIds: "", room: 1 }
            """
        #expect(
            try problems(text).map { $0.prefix(90) + "" }
                == [
                    "f.yaml:5:7: layouts.a.tracks.2: {lok} is no field: known are lock, locks, lockCount, from, until, copy",
                    "f.yaml:7:27: layouts.b.pages.300: write a number from 0 to 255 here",
                    "f.yaml:7:42: layouts.b.pages.x: write a number from 0 to 255 here",
                    "f.yaml:8:12: layouts.b.allow: 'everything' is nothing that can be allowed: docs/card-layouts.md has the words",
                    "f.yaml:9:3: layouts.c: a layout writes tracks (tracks, rawTracks), or blocks, or pages: give one of them",
                    "f.yaml:12:17: layouts.d.coercivity: use one of high, low",
                    "f.yaml:13:23: layouts.d.bitsPerCharacter: write a number from 5 to 8",
                    "f.yaml:14:5: layouts.d.colour: this key is not known: known here: tracks, rawTracks, blocks, pages, coercivity,",
                    "f.yaml:15:16: layouts.d.example: the order names no lock: give at least one lock id",
                    "f.yaml:15:29: layouts.d.example.room: this key is not known: known here: lockIds, guestName, reservationNumber",
                ].map { $0.prefix(90) + "" })
    }

    @Test func encoderWithoutItsLayout_isBroken() throws {
        let text = """
            layouts:
              track: { tracks: { 2: "{copy}" } }
              bad: { tracks: { 2: "x" } }
            encoders:
              a: { driver: d, match: { device: /dev/a }, layout: trakc }
              b: { driver: d, match: { device: /dev/b }, layout: bad }
              c: { driver: d, match: { device: /dev/c }, layout: track }
              d: { driver: d, match: { device: /dev/d }, layout: other }
            """
        let reading = try reading(text)
        #expect(reading.configuration.encoders.map(\.name) == ["c"])
        #expect(reading.brokenEncoders == ["a", "b", "d"])
        #expect(
            reading.problems.dropFirst().map(\.description) == [
                "f.yaml:5:54: encoders.a.layout: there is no layout 'trakc': did you mean 'track'?",
                "f.yaml:6:54: encoders.b.layout: the layout 'bad' cannot be used as it is written: correct it first",
                "f.yaml:8:54: encoders.d.layout: there is no layout 'other': known here: track",
            ])
    }

    @Test func cardKeys_areRefused_whenTheyCannotBeReadOrUsed() throws {
        let text = """
            cardKeys:
              gone: keys/gone
              odd: keys/odd
              long: keys/long
              short: keys/short
            layouts:
              a: { key: gone, blocks: { 4: "{fill}" } }
              b: { key: short, blocks: { 4: "{fill}" } }
              c: { key: nobody, blocks: { 4: "{fill}" } }
              d: { key: factory, blocks: { 4: "{fill}" } }
            """
        let files = [
            "/etc/site/keys/odd": "ABC", "/etc/site/keys/long": String(repeating: "00", count: 65), "/etc/site/keys/short": "C0FFEE",
        ]
        #expect(
            try problems(text, files: files) == [
                "f.yaml:2:9: cardKeys.gone: /etc/site/keys/gone is not there: make it",
                "f.yaml:3:8: cardKeys.odd: /etc/site/keys/odd holds no card key: write it as pairs of hex digits on one line, at most 64 bytes",
                "f.yaml:4:9: cardKeys.long: /etc/site/keys/long holds no card key: write it as pairs of hex digits on one line, at most 64 bytes",
                "f.yaml:7:8: layouts.a: the card key 'gone' cannot be read: correct it under `cardKeys:` first",
                "f.yaml:8:8: layouts.b.key: the card key 'short' opens no sector: it needs 6 bytes",
                "f.yaml:9:8: layouts.c: there is no card key 'nobody': write its name and the path of its file under `cardKeys:`",
            ])
        #expect(try reading(text, files: files).configuration.layouts.keys.sorted() == ["d"])
    }
}
