// SPDX-License-Identifier: Apache-2.0
import BridgeCore
import EncoderModel
import Testing

/// Which cards a test may touch: the rule that keeps guests' cards safe.
@Suite struct TestImageTests {
    private func verdict(_ image: CardImage?, _ content: CardContentState? = .whole) -> TestImage.Verdict {
        TestImage.verdict(on: ErrandOutcome(image: image, content: content))
    }

    private func isForeign(_ verdict: TestImage.Verdict) -> Bool { if case .foreign = verdict { true } else { false } }

    private let zero = [UInt8](repeating: 0, count: 16)

    @Test func stripe_isFree_whenBlankOrOurs() {
        let ours = CardImage.magnetic(MagneticImage(tracks: [1: TestImage.track1, 2: TestImage.track2]))
        #expect(verdict(nil, .blank) == .free(ours))
        #expect(verdict(ours) == .free(ours))
        #expect(TestImage.holds(ours, ours))
    }

    @Test func stripe_isForeign_whenAnythingElseIsOnIt() {
        #expect(isForeign(verdict(nil)))
        #expect(isForeign(verdict(nil, nil)))
        #expect(isForeign(verdict(.magnetic(MagneticImage(tracks: [2: "101234"])))))
        #expect(isForeign(verdict(.magnetic(MagneticImage(tracks: [1: TestImage.track1, 3: "1"])))))
        #expect(isForeign(verdict(.magnetic(MagneticImage(rawTracks: [1: RawTrack(bytes: [1], bitsPerCharacter: 8)])))))
        let ours = CardImage.magnetic(MagneticImage(tracks: [1: TestImage.track1]))
        #expect(isForeign(verdict(ours, .damaged)))
    }

    /// Whatever nobody vouches for is someone's.
    @Test func anyCard_isForeign_whenItIsNotSaidHowMuchOfItWasRead() {
        for image: CardImage? in [nil, .blocks(BlockImage(blocks: [4: zero])), .magnetic(MagneticImage(tracks: [1: TestImage.track1]))] {
            for state in [nil, CardContentState.partly, .damaged] { #expect(isForeign(verdict(image, state))) }
        }
    }

    @Test func blocks_areFree_whenAllOfThemAreEmptyOrOurs() {
        let maker = [UInt8](repeating: 0x42, count: 16)
        let blank = CardImage.blocks(BlockImage(blocks: [0: maker, 1: zero, 2: zero, 4: zero, 5: zero]))
        let test = CardImage.blocks(BlockImage(blocks: [4: TestImage.block]))
        #expect(verdict(blank) == .free(test))
        #expect(verdict(.blocks(BlockImage(blocks: [1: zero, 4: TestImage.block, 5: zero]))) == .free(test))
        #expect(isForeign(verdict(.blocks(BlockImage(blocks: [4: zero, 60: [1] + zero.dropFirst()])))))
        #expect(isForeign(verdict(blank, .partly)))
        #expect(isForeign(verdict(.blocks(BlockImage(blocks: [:])))))
    }

    @Test func pages_areFree_withTheFactorysEmptyMessage() {
        let empty: [UInt8] = [0, 0, 0, 0]
        var pages = Dictionary(uniqueKeysWithValues: (4...15).map { ($0, empty) })
        pages[4] = [0x03, 0x00, 0xFE, 0x00]
        #expect(verdict(.pages(PageImage(pages: pages))) == .free(.pages(PageImage(pages: [8: TestImage.page]))))
        pages[9] = [1, 2, 3, 4]
        #expect(isForeign(verdict(.pages(PageImage(pages: pages)))))
        #expect(isForeign(verdict(.pages(PageImage(pages: [4: empty, 8: empty])), .partly)))
    }

    @Test func readBack_mustHoldAllThatWasWritten() {
        let wrote = CardImage.blocks(BlockImage(blocks: [4: TestImage.block]))
        #expect(TestImage.holds(.blocks(BlockImage(blocks: [4: TestImage.block, 5: zero])), wrote))
        #expect(!TestImage.holds(.blocks(BlockImage(blocks: [4: zero])), wrote))
        #expect(!TestImage.holds(nil, wrote))
    }

    @Test func encoder_hasNoTestCard_whenItsLockSystemMakesThem_orItCannotRead() {
        #expect(TestRound.objection(to: "x", .lockMaker, [.read])?.contains("makes the cards itself") == true)
        #expect(TestRound.objection(to: "x", .raw, [.erase])?.contains("cannot read") == true)
        #expect(TestRound.objection(to: "x", .raw, [.read]) == nil)
    }
}
