// SPDX-License-Identifier: Apache-2.0
// swift-format-ignore-file

/// The files of Profiles/ without their comments. Made by `make generate`: change the files, not this.
enum EmbeddedProfiles {
    static let texts: [(name: String, text: String)] = [
        (
            "cisa",
            ##"""
            about.title: CISA, serial
            about.status: experimental
            about.missing: A new card (01) with its answer, as bytes from the line. It shows whether the check is the sum modulo 256 and which bytes it covers.
            baud: 9600
            flow: software
            start: 02
            end: 03
            separator: none
            check: sum-hex
            checkScope: body
            checkPlace: before-end
            ignore: 11
            enquiry: no
            acknowledged: no
            acknowledgeAnswer: no
            encoder: 01
            site: HOTEL1
            operator: 0000
            new: '{site:6}3801000000000100{encoder:2}{operator:4}{guestFirst:15}{guestLast:15}{room:6}{from:yyyyMMddHHmm}{until:yyyyMMddHHmm}00000000{copies:3}{blank:29}'
            copy: '{site:6}3803000000000100{encoder:2}{operator:4}{guestFirst:15}{guestLast:15}{room:6}{from:yyyyMMddHHmm}{until:yyyyMMddHHmm}00000000{copies:3}{blank:29}'
            result: columns 11-12
            result.00: ok
            result.01: rejected the lock system reports a fault of its own, look at its screen
            result.08: offline
            result.33: malformedReply
            result.34: rejected the lock system did not understand the order, call the technician
            result.45: offline
            result.46: timeout
            """##
        ),
        (
            "inhova",
            ##"""
            about.title: InHova, IronLogic
            about.status: experimental
            about.missing: An order for a key, as bytes from the line. It shows whether the check of an order covers STX (answers are read either way).
            baud: 9600
            flow: hardware
            start: 02
            end: 03
            separator: B3
            separatorPlace: around
            check: xor
            checkScope: end
            answerCheckScope: either
            encoder: 1
            new: 'CI | {room} | {from:dd/MM/yyyy} | {from:HH:mm} | {until:dd/MM/yyyy} | {until:HH:mm} | | | EF | {operator} | {encoder} | | | | P | {room2} | {room3} | {room4} | 1'
            copy: 'CG | {room} | {from:dd/MM/yyyy} | {from:HH:mm} | {until:dd/MM/yyyy} | {until:HH:mm} | | | EF | {operator} | {encoder} | | | | P | {room2} | {room3} | {room4} | 1'
            read: 'RC | P | T | 3 | EF | {encoder} |'
            result: field 1
            serial: field 2
            result.CI: ok
            result.CG: ok
            result.RC: ok
            result.E1: rejected the lock system cannot do this, call the technician
            result.E2: rejected the lock system did not understand the order, call the technician
            result.E3: unsupportedCard
            result.E8: noCard
            result.EA: offline
            result.ED: rejected checkedOut the lock system has no guest in this room
            result.EE: cardRemovedEarly
            result.EF: notWritable
            result.EU: rejected unknownRoom the lock system does not know the room
            reading.state: field 2
            reading.state.0: valid
            reading.state.1: cancelled
            reading.state.2: blank
            reading.state.3: expired
            reading.state.4: not of this hotel
            reading.rooms: field 3
            reading.validFrom: field 4
            reading.validFromTime: field 5
            reading.validUntil: field 6
            reading.validUntilTime: field 7
            reading.rights: field 8
            reading.keypad: field 9
            """##
        ),
        (
            "kaba-ilco",
            ##"""
            about.title: Kaba Ilco DFU
            about.status: experimental
            about.missing: One order with its answer, as bytes from the line. It shows whether the check of an order covers STX (answers are read either way), the command code, the byte between the fields and the end-of-transaction byte.
            baud: 19200
            start: 02
            end: 03
            separator: 1C
            separatorPlace: behind
            check: xor
            checkScope: end
            answerCheckScope: either
            busyByte: 11
            answerEnquiry: yes
            endOfTransaction: none
            encoder: 01
            new: '{encoder}001{length:4}"{room} | &1 | %0 | ${until:yyyy/MM/dd HH:mm}'
            encoderEcho: columns 1-2
            result: column 10
            result.P: ok
            result.Q: rejected the lock system did not understand the order, call the technician
            result.R: rejected the lock system does not take a value of the order, call the technician
            result.S: rejected the encoder's number is wrong, call the technician
            result.U: rejected noRoom the room is missing
            result.V: rejected the order is too long for the lock system
            result.W: rejected unknownRoom the lock system does not know the room
            result.d: rejected unknownRoom the lock system does not know the room
            result.X: rejected the lock system does not grant these rights
            result.Y: timeout
            result.Z: rejected wrongDates the lock system does not take the dates of the stay
            result.[: rejected wrongDates the lock system does not take the dates of the stay
            result.\: rejected wrongDates the lock system does not take the dates of the stay
            result.]: rejected tooManyDoors the lock system does not take these doors
            result.^: rejected wrongDates the lock system does not take the end of the stay
            result._: cardRemovedEarly
            result.a: cardRemovedEarly
            result.h: rejected the encoder is not enabled in the lock system, call the technician
            result.p: rejected the encoder's number is wrong, call the technician
            result.q: busy
            result.t: offline
            result.u: offline
            """##
        ),
        (
            "vingcard-2100",
            ##"""
            about.title: VingCard 2100, 2800
            about.status: experimental
            about.missing: A check-in (A) with its answer, as bytes from the line, with one card and with two. It shows the user group that a site has, and how copies are ordered.
            baud: 9600
            flow: software
            start: 02
            end: 03
            separator: 1E
            separatorPlace: between
            check: xor-hex
            checkScope: end
            checkPlace: behind-end
            ackTimeout: 1s
            encoder: 01
            site: Guest
            new: '{encoder}00A | R{room} | U{site} | O{until:yyyyMMddHHmm}'
            encoderEcho: columns 3-4
            result: column 6
            result.0: ok
            result.1: rejected the lock system does not know what was ordered, call the technician
            result.2: rejected the lock system's program is not running, call the technician
            result.5: busy
            result.6: rejected tooManyDoors the card has no room left for this lock
            result.8: timeout
            result.9: rejected checkedOut the lock system has no guest in this room
            result.D: rejected wrongDates the lock system does not take the dates of the stay
            result.O: rejected wrongDates the lock system does not take the time of departure
            result.R: rejected unknownRoom the lock system does not know the room
            """##
        ),
        (
            "visionline",
            ##"""
            about.title: ASSA ABLOY Visionline, serial
            about.status: experimental
            about.missing: A new key (CCA) and its answer, and one refusal, as bytes from the line. It shows whether answers have a frame (they are read with and without one) and what the codes behind RC mean.
            baud: 9600
            parity: even
            start: 02
            end: 03
            separator: 3B
            separatorPlace: behind
            check: xor-hex
            checkScope: start
            checkPlace: before-end
            unframedAnswers: yes
            enquiry: no
            acknowledgeAnswer: no
            encoder: 1
            new: 'CCA | AM1 | EA{encoder} | GR{room} | CI{from:yyyyMMddHHmm} | CO{until:yyyyMMddHHmm} | NC{copies:2}'
            read: 'CCB | AM1 | EA{encoder} | SR?'
            encoderEcho: tag EA
            result: tag RC
            errorText: tag ET
            result.0: ok
            result.read.13: ok
            resultText.no card: noCard
            resultText.card missing: noCard
            resultText.card not found: noCard
            resultText.card removed: cardRemovedEarly
            resultText.busy: busy
            resultText.in use: busy
            resultText.room: rejected unknownRoom the lock system does not know the room
            resultText.guest room: rejected unknownRoom the lock system does not know the room
            resultText.date: rejected wrongDates the lock system does not take the dates of the stay
            resultText.offline: offline
            resultText.not connected: offline
            resultText.time: timeout
            result.*: rejected the lock system refused it and gives a number only, call the technician
            reading.rooms: tag GR
            reading.validFrom: tag CI
            reading.validUntil: tag CO
            """##
        ),
    ]
}
