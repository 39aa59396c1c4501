import ConsentInterchange
import Testing

@Test func formatsHaveOneName() { #expect(Set(Receipt.Format.allCases.map(\.rawValue)).count == 4) }
