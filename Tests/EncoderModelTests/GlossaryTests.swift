// SPDX-License-Identifier: Apache-2.0
import EncoderModel
import Testing

/// One word for one thing in each language: who reads "order" in one sentence and "request" in the next looks for two things.
@Suite struct GlossaryTests {
    /// What each thing is called, as far as grammar leaves it alone, in the order of ``Language``'s cases.
    private static let terms: [(english: String, others: [Language: String])] = [
        ("encoder", words("kodierer", "encodeur", "codificador", "codificator", "kodér", "codificador", "encoder")),
        ("technician", words("techniker", "technicien", "técnico", "tecnico", "technik", "técnico", "technicus")),
        (
            "lock system",
            words(
                "schließsystem", "système de serrures", "sistema de cerraduras", "sistema di serrature", "zámkov", "sistema de fechaduras",
                "slotsysteem")
        ),
        ("bridge", words("brücke", "passerelle", "puente", "ponte", "most", "ponte", "brug")),
        ("order", words("auftrag", "demande", "pedido", "ordin", "požadav", "pedido", "opdracht")),
        ("key", words("schlüssel", "clé", "llave", "chiav", "klíč", "chave", "sleutel")),
        ("card", words("karte", "carte", "tarjeta", "tesser", "kar", "cart", "kaart")),
        ("room", words("zimmer", "chambre", "habitación", "camer", "pokoj", "quarto", "kamer")),
    ]

    /// Words that were there for the same things, other forms of address, and what grammar forbids: `{rooms}` begins with an article in
    /// Italian and Portuguese, so `di` or `de` before it would have to become one word with it.
    private static let avoided: [Language: [String]] = [
        .german: ["storn", "kartenschreiber", " du "],
        .french: ["commande", "écrite", " tu ", "'"],
        .spanish: ["avise", "petici", " tú "],
        .italian: ["chiami", "scelga", "ricarichi", "attenda", "faccia", "controlli ", "riprovi ", "di {rooms}", "'"],
        .czech: ["objedn", "vyrob", "vyráb"],
        .portuguese: ["de {rooms}", "em {rooms}", "você"],
        .dutch: ["codeur", " zij ", " je "],
    ]

    private static func words(
        _ german: String, _ french: String, _ spanish: String, _ italian: String, _ czech: String, _ portuguese: String, _ dutch: String
    ) -> [Language: String] {
        [
            .german: german, .french: french, .spanish: spanish, .italian: italian, .czech: czech, .portuguese: portuguese, .dutch: dutch,
        ]
    }

    @Test(arguments: Language.allCases.filter { $0 != .english }) func thing_hasOneName_inEverySentence(language: Language) throws {
        for (english, others) in Self.terms {
            let name = try #require(others[language])
            for key in WordKey.allCases where Self.parts(Words.english(key)).contains(where: { $0 == english || $0 == english + "s" }) {
                let text = Words(language)(key)
                #expect(Self.withoutPlaces(text).contains(name), "\(language) \(key.rawValue) speaks of no '\(name)': \(text)")
            }
        }
    }

    @Test(arguments: Self.avoided.keys.sorted { $0.rawValue < $1.rawValue }) func sentence_hasNoOtherWordForIt(language: Language) {
        for key in WordKey.allCases {
            let text = " \(Words(language)(key).lowercased()) "
            for word in Self.avoided[language] ?? [] { #expect(!text.contains(word), "\(language) \(key.rawValue): \(text)") }
        }
    }

    /// The words of a sentence, and each pair of them.
    private static func parts(_ text: String) -> [String] {
        let words = withoutPlaces(text).split { !$0.isLetter }.map(String.init)
        return words + zip(words, words.dropFirst()).map { "\($0) \($1)" }
    }

    private static func withoutPlaces(_ text: String) -> String { text.lowercased().replacing(/\{[a-z]+\}/, with: "") }
}
