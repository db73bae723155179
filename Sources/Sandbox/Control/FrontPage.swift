// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The clerk's page: stays with a "Cut key" button, the commands and what became of them, the rooms. Plain HTML that renews itself.
enum FrontPage {
    /// No scripts, no frames, nothing from elsewhere.
    static let headers: [(name: String, value: String)] = [
        ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store"), ("Refresh", "5"),
    ]

    static func html(hotel: Hotel, commands: [DeviceCommand], faults: Faults) -> String {
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>\(escaped(hotel.name)): sandbox PMS</title>
        <style>
        body { font: 15px system-ui, sans-serif; margin: 2em; max-width: 70em; color: #222 }
        table { border-collapse: collapse; width: 100%; margin-bottom: 2em }
        th, td { text-align: left; padding: .3em .6em; border-bottom: 1px solid #ddd; vertical-align: top; overflow-wrap: anywhere }
        form { display: inline } .Error { color: #a00 } .Processed { color: #060 } .fault { background: #fec; padding: .5em }
        </style></head><body>
        <h1>\(escaped(hotel.name))</h1>
        <p>A sandbox: nothing here is real. Times are in \(escaped(hotel.timeZone)).</p>
        \(notice(faults))
        <h2>Stays</h2>
        \(table(["No.", "Guest", "Room", "Opens", "From", "Until", "State", ""], hotel.stays.map { stayRow($0, hotel) }))
        <h2>Device commands</h2>
        \(commands.isEmpty ? "<p>None yet.</p>" : table(["Created", "No.", "Key cutter", "Keys", "State", "Notes", "History", ""],
            commands.suffix(100).reversed().map { commandRow($0, hotel) }))
        <h2>Rooms</h2>
        \(table(["Name", "Type", "State"], hotel.spaces.map { [escaped($0.number), escaped($0.kind.rawValue), escaped($0.state)] }))
        <p><a href="/sandbox">What else can be done</a></p>
        </body></html>
        """
    }

    private static func notice(_ faults: Faults) -> String {
        guard faults != Faults() else { return "" }
        return "<p class=\"fault\">Faults are ordered: <code>\(escaped(String(decoding: faults.json.encoded, as: UTF8.self)))</code></p>"
    }

    /// Text as it may stand in HTML, in attributes too.
    static func escaped(_ text: String) -> String {
        var safe = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": safe += "&amp;"
            case "<": safe += "&lt;"
            case ">": safe += "&gt;"
            case "\"": safe += "&quot;"
            case "'": safe += "&#39;"
            default: safe.unicodeScalars.append(character)
            }
        }
        return safe
    }

    private static func table(_ heads: [String], _ rows: [[String]]) -> String {
        let head = heads.map { "<th>\($0)</th>" }.joined()
        let body = rows.map { row in "<tr>" + row.map { "<td>\($0)</td>" }.joined() + "</tr>" }.joined(separator: "\n")
        return "<table><tr>\(head)</tr>\n\(body)</table>"
    }

    private static func stayRow(_ stay: HotelStay, _ hotel: Hotel) -> [String] {
        let guest = hotel.guest(stay.guestId)
        let name = [guest?.firstName, guest?.lastName].compactMap(\.self).joined(separator: " ")
        let cutters = hotel.keyCutters.map { "<option value=\"\($0.id)\">\(escaped($0.name))</option>" }.joined()
        let button = """
            <form method="post" action="/sandbox/commands"><input type="hidden" name="reservation" value="\(escaped(stay.number))">\
            <select name="keyCutter">\(cutters)</select> <input name="keys" type="number" min="1" max="100" value="1" size="3"> \
            <button>Cut key</button></form>
            """
        return [
            escaped(stay.number), escaped(name), escaped(hotel.space(stay.spaceId)?.number ?? ""),
            escaped(hotel.lockIds(for: stay).joined(separator: ", ")), local(stay.start, hotel), local(stay.end, hotel),
            stay.state.rawValue, stay.state == .started ? button : "",
        ]
    }

    private static func commandRow(_ command: DeviceCommand, _ hotel: Hotel) -> [String] {
        let history = command.history.map { update in
            let progress = update.progress.map { " \($0)" } ?? ""
            let author = escaped(ControlJson.name(of: update.author))
            return "\(local(update.at, hotel, seconds: true)) \(update.state.rawValue)\(progress) (\(author))"
        }.joined(separator: "<br>")
        let cancel = "<form method=\"post\" action=\"/sandbox/commands/\(command.id)/cancel\"><button>Cancel</button></form>"
        return [
            local(command.createdAt, hotel, seconds: true), escaped(command.reservationNumber), escaped(command.keyCutter.name),
            String(command.keyCount), "<span class=\"\(command.state.rawValue)\">\(command.state.rawValue)</span>",
            escaped(command.notes ?? ""), history, command.state.isFinal ? "" : cancel,
        ]
    }

    private static func local(_ moment: Date, _ hotel: Hotel, seconds: Bool = false) -> String {
        let style = Date.ISO8601FormatStyle(
            dateSeparator: .dash, dateTimeSeparator: .space, timeZone: TimeZone(identifier: hotel.timeZone) ?? .gmt
        ).year().month().day().time(includingFractionalSeconds: false)
        let text = moment.formatted(style)
        return seconds ? text : String(text.prefix(16))
    }
}
